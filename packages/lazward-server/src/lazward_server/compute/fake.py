"""Engines for tests, without anything behind them."""

from collections.abc import Callable, Collection, Mapping, Sequence

from lazward.errors import Unavailable
from lazward.wire.jobs import Problem
from lazward_server.compute.commands import Commands, Ran
from lazward_server.compute.engine import Engine, Launch, Presence, Target
from lazward_server.compute.engines import Engines, Operator, Stored


class Fake(Engine):
    """Launchers are entries of a list, which the test ends itself. See ``engine.Engine``.

    Attributes:
        launched: All that was started, in order.
        living: Handles of the launchers that are there.
        refusing: Whether nothing can be started.
        words: What is said of launchers that are gone, by their handles.
        gone_nodes: Nodes that are away.
    """

    def __init__(self) -> None:
        self.launched: list[Launch] = []
        self.living: set[str] = set()
        self.refusing = False
        self.words: dict[str, Problem] = {}
        self.gone_nodes: set[int] = set()

    @classmethod
    def open(cls, target: Target) -> "Fake":  # noqa: ARG003 - it is like any other
        """See ``engine.Engine``."""
        return cls()

    def submit(self, launch: Launch) -> str:
        """See ``engine.Engine``."""
        if self.refusing:
            raise Unavailable("The engine takes nothing at the moment.")
        self.launched.append(launch)
        handle = f"{launch.run_id} {launch.attempt}"
        self.living.add(handle)
        return handle

    def poll(self, handles: Collection[str]) -> Mapping[str, Presence]:
        """See ``engine.Engine``."""
        return {one: Presence.THERE if one in self.living else Presence.GONE for one in handles}

    def cancel(self, handle: str) -> None:
        """See ``engine.Engine``."""
        self.living.discard(handle)

    def why(self, handle: str) -> Problem | None:
        """See ``engine.Engine``."""
        return self.words.get(handle)

    def away(self) -> Collection[int]:
        """See ``engine.Engine``."""
        return self.gone_nodes


class OneForAll(Engines):
    """The same engine for every target; see ``engines.Engines``.

    Args:
        engine: The engine.
    """

    def __init__(self, engine: Engine) -> None:
        self._operator = Operator(lambda: engine)
        self._there = {}

    def of(self, stored: Stored) -> Operator:
        """See ``engines.Engines``."""
        self._there[stored.compute_id] = stored, self._operator
        return self._operator


class Scripted(Commands):
    """Programs that do as the test says; see ``commands.Commands``.

    Args:
        answer: What comes of a program, by its words and what it reads; it may raise.

    Attributes:
        ran: The words of all that was run, in order.
    """

    def __init__(self, answer: Callable[[Sequence[str], bytes], Ran]) -> None:
        self._answer = answer
        self.ran: list[list[str]] = []

    def run(self, argv: Sequence[str], stdin: bytes = b"", seconds: float = 30) -> Ran:  # noqa: ARG002 - it takes no time
        """See ``commands.Commands``."""
        self.ran.append(list(argv))
        return self._answer(argv, stdin)

    def close(self) -> None:
        """See ``commands.Commands``."""
