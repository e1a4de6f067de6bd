"""The seam to what runs jobs: submit one, ask after many, cancel one.

An engine starts ``python -m lazward.launcher`` somewhere and says whether it is still there. All else, such
as fetching the files, running the script, logs and results, is the launcher's work and the same everywhere.
Each compute target has an engine of its own, made from the target's settings. What only some engines can do
is a capability, a class of its own; whatever lists what can be done where is derived from these classes.
"""

import abc
from collections.abc import Collection, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import msgspec

from lazward.wire.compute import Size
from lazward.wire.doctor import Place
from lazward.wire.jobs import MOST_SECONDS, Problem


class NoSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings of kinds that need none."""


class Target(NamedTuple):
    """What an engine is made from.

    Attributes:
        id: The target's number, which no other target ever has.
        settings: Of the type that its engine declares.
        secrets: By the names that its engine declares; never shown to anybody.
        home: The server's own folder.
        agent: Whether the keys of the server's own SSH agent may be used.
    """

    id: int
    settings: Any
    secrets: Mapping[str, str]
    home: Path
    agent: bool = False


class Launch(NamedTuple):
    """A launcher to be started.

    Attributes:
        run_id: The job's run.
        attempt: Which start of it this is, from 1.
        variables: What the launcher finds in its environment, the token of its job among them; never shown
            to anybody, and not to be passed on a command line.
        cpus: Processors it may use; None for all.
        node: Which of the target's nodes it is for, from 0: no two that are there have the same.
        node_count: How many machines the job wants, where the engine has ``SeveralNodes``; the launcher runs
            on the first.
        max_seconds: How long the script may run, of which the launcher takes care.
        processes: How many processes the job has, on all its machines together.
    """

    run_id: str
    attempt: int
    variables: Mapping[str, str]
    cpus: int | None = None
    node: int = 0
    node_count: int = 1
    max_seconds: int = MOST_SECONDS
    processes: int = 1


class Wait(NamedTuple):
    """Why a launcher has not begun that was accepted.

    Attributes:
        reason: In the engine's own words, with what they mean, as a sentence.
        expected_at: When it is expected to begin, in milliseconds since the epoch; None for unknown.
    """

    reason: str
    expected_at: int | None = None


class Presence(Enum):
    """Whether a launcher is still there."""

    THERE = "there"
    GONE = "gone"
    UNKNOWN = "unknown"
    """This engine cannot tell from here; nothing is concluded from it."""


class Engine(abc.ABC):
    """What runs the launchers of one compute target.

    Methods may block unless they say otherwise. Each engine has one thread, in which all of them are called
    but ``close``, so one that waits for a network holds up nobody else. They may be called again after a
    failure, and after the server was started anew: a handle is all that an engine knows a launcher by.

    Attributes:
        settings: The type of a target's settings, a ``msgspec.Struct`` of ``lazward.wire`` that forbids
            unknown fields. They are shown to whoever may see the target.
        secrets: Names of the secrets that a target may have besides; they are kept sealed.
    """

    settings: ClassVar[type[msgspec.Struct]] = NoSettings
    secrets: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    @abc.abstractmethod
    def open(cls, target: Target) -> "Engine":
        """The engine of a target; reaches out to nothing yet.

        Raises:
            LazwardError: Nothing can be made of its settings.
        """

    @classmethod
    def attach(cls, target: Target) -> Any:
        """The settings of a target that is to be made or changed, with what is found out where it is.

        May block. Here is the place to refuse at once what would fail with every job.

        Raises:
            LazwardError: It cannot be reached, or cannot run jobs; the text says what to do.
        """
        return target.settings

    @classmethod
    def as_server(cls, settings: Any) -> bool:  # noqa: ARG003 - for those that override it
        """Whether jobs of a target run as the user whom the server runs as, who can read what it can."""
        return False

    @classmethod
    def node_count(cls, settings: Any) -> int | None:  # noqa: ARG003 - for those that override it
        """How many nodes the settings speak of, each for one job; None where that is chosen freely."""
        return None

    @classmethod
    def node_size(cls, settings: Any, node: int) -> Size | None:  # noqa: ARG003 - see above
        """What a node has for its job; None for what the target's size says, 0 for what nothing limits."""
        return None

    @abc.abstractmethod
    def submit(self, launch: Launch) -> str:
        """Start a launcher and return its handle, a short text, as soon as it has been accepted.

        That must take less than half a minute: what takes longer, such as bringing programs to a node, is
        for what was accepted to do.

        Raises:
            InvalidRequest: The engine refuses it, and would again.
            LazwardError: It could not be started, with the engine's own words; nothing of it is left.
        """

    @abc.abstractmethod
    def poll(self, handles: Collection[str]) -> Mapping[str, Presence]:
        """Whether these launchers are there, in one question to the engine. Never raises.

        A launcher that ended in any way is gone, whatever came of its job: that its launcher has told.
        """

    @abc.abstractmethod
    def cancel(self, handle: str) -> None:
        """End a launcher with all its processes at once; one that is gone is no error.

        What cannot be ended now, as where nothing answers, is left: one is asked again as long as it is not
        gone.
        """

    def why(self, handle: str) -> Problem | None:  # noqa: ARG002 - for those that override it
        """What the engine says of a launcher that is gone without having told the end; None for nothing.

        Its code is ``NodeLost``, ``Memory`` or ``TimeLimit``; after ``TimeLimit`` the job is not started
        again. Never raises.
        """
        return None

    def away(self) -> Collection[int]:
        """Nodes that are to get no job at the moment, such as those of a host that does not answer.

        From memory, without blocking: it is asked five times a second.
        """
        return ()

    def close(self) -> None:  # noqa: B027 - most hold nothing
        """The target has changed or is gone, or the server stops: let go what is held, from any thread.

        Launchers go on.
        """


class Queues(abc.ABC):
    """Capability: has a queue of its own, in which launchers wait that it has accepted."""

    @abc.abstractmethod
    def waiting(self, handles: Collection[str]) -> Mapping[str, Wait]:
        """Those of these launchers that have not begun; for ``poll`` they are there.

        From what ``poll`` has learned last, without asking the engine again.
        """


class Examined(abc.ABC):
    """Capability: tells what is missing where it runs jobs."""

    @abc.abstractmethod
    def examine(self, server_url: str) -> list[Place]:
        """Look at all places, from one of them at the server too, in the way in which a launcher does.

        May take a minute. Never raises: what cannot be reached is a finding.

        Args:
            server_url: Where launchers will look for the server.
        """


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
