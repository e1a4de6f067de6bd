"""The seam to what runs jobs: submit one, ask after many, cancel one.

An engine starts ``python -m lazward.launcher`` somewhere and says whether it is still there. All else, such
as fetching the files, running the script, logs and results, is the launcher's work and the same everywhere.
What only some engines can do is a capability, a class of its own; whatever lists what can be done where is
derived from these classes.
"""

from collections.abc import Collection, Mapping
from enum import Enum
from typing import NamedTuple, Protocol, runtime_checkable


class Launch(NamedTuple):
    """A launcher to be started.

    Attributes:
        run_id: The job's run.
        attempt: Which start of it this is, from 1.
        variables: What the launcher finds in its environment, the token of its job among them; never shown
            to anybody, and not to be passed on a command line.
        cpus: Processors it may use; None for all.
    """

    run_id: str
    attempt: int
    variables: Mapping[str, str]
    cpus: int | None = None


class Presence(Enum):
    """Whether a launcher is still there."""

    THERE = "there"
    GONE = "gone"
    UNKNOWN = "unknown"
    """This engine cannot tell from here; nothing is concluded from it."""


@runtime_checkable
class Engine(Protocol):
    """What runs launchers.

    All methods may block and are called in threads, by one caller at a time. They may be called again after
    a failure, and after the server was started anew: a handle is all that an engine knows a launcher by.
    """

    def submit(self, launch: Launch) -> str:
        """Start a launcher and return its handle, a short text, as soon as it has been accepted.

        Raises:
            Unavailable: It could not be started; nothing of it is left.
        """
        ...

    def poll(self, handles: Collection[str]) -> Mapping[str, Presence]:
        """Whether these launchers are there, in one question to the engine. Never raises.

        A launcher that ended in any way is gone, whatever came of its job: that its launcher has told.
        """
        ...

    def cancel(self, handle: str) -> None:
        """End a launcher with all its processes at once; one that is gone is no error."""
        ...


class SeveralNodes:
    """Capability: runs one job on several machines."""


class Containers:
    """Capability: runs a job in a container made from an image."""

    @classmethod
    def check_containers(cls) -> None:
        """Make sure that it does at the moment; asked while a job is submitted, so it must not take long.

        Raises:
            EnvironmentUnavailable: What runs containers is missing there; the text says so.
        """
