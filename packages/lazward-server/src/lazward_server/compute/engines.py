"""The engines of the targets that have something to do, each with a thread of its own."""

import asyncio
import json
import logging
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar

import msgspec

from lazward.errors import Unavailable
from lazward.wire.jobs import Problem
from lazward_server import vault
from lazward_server.compute.engine import Engine, Launch, Presence, Queues, Target, Wait
from lazward_server.compute.kinds import KINDS
from lazward_server.settings import Settings

log = logging.getLogger("lazward.compute")

T = TypeVar("T")


class Stored(NamedTuple):
    """A target as far as its engine is made from it, as the database has it.

    Attributes:
        compute_id: Its number.
        kind: The name of its kind.
        server_url: Where its nodes reach the server; empty for where this machine does.
        settings: A JSON object.
        secrets: A JSON object of sealed texts.
    """

    compute_id: int
    kind: str
    server_url: str
    settings: str
    secrets: str

    @classmethod
    def of(cls, row: Any) -> "Stored":
        """From a row of ``compute_targets``."""
        return cls(row.id, row.kind, row.server_url, row.settings, row.secrets)


class Operator:
    """An engine with the one thread that calls it, which ends with the server's process.

    Args:
        make: Makes the engine when it is first needed; what it raises is raised by what needs it.
    """

    def __init__(self, make: Callable[[], Engine]) -> None:
        self._make = make
        self._engine: Engine | None = None
        self._told = ""
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="lazward-engine")

    async def submit(self, launch: Launch) -> str:
        """See ``Engine``."""
        return await self._call(lambda engine: engine.submit(launch))

    async def poll(self, handles: Collection[str]) -> Mapping[str, Presence]:
        """See ``Engine``; nothing of those that it cannot be asked about."""
        return await self._try(lambda engine: engine.poll(handles)) or {}

    async def waiting(self, handles: Collection[str]) -> Mapping[str, Wait]:
        """See ``Queues``; nothing where the engine has no queue."""
        return await self._call(lambda engine: engine.waiting(handles) if isinstance(engine, Queues) else {})

    async def cancel(self, handle: str) -> None:
        """See ``Engine``; one that cannot be asked is asked again by whoever looks for the launcher."""
        await self._try(lambda engine: engine.cancel(handle))

    async def why(self, handle: str) -> Problem | None:
        """See ``Engine``."""
        return await self._try(lambda engine: engine.why(handle))

    def away(self) -> Collection[int]:
        """See ``Engine``; only while nothing else is asked of it."""
        return () if self._engine is None else self._engine.away()

    def close(self) -> None:
        """See ``Engine``; what was asked and has not begun is not done."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        if self._engine is not None:
            self._engine.close()

    async def _try(self, ask: Callable[[Engine], T]) -> T | None:
        """The answer, or None after a failure, which is told once."""
        try:
            return await self._call(ask)
        except Exception as error:  # noqa: BLE001 - one engine's faults are no other's
            if str(error) != self._told:
                self._told = str(error)
                log.warning("an engine cannot be asked after its launchers: %s", error)
            return None

    async def _call(self, ask: Callable[[Engine], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: ask(self._made()))

    def _made(self) -> Engine:
        if self._engine is None:
            self._engine = self._make()
        return self._engine


class Engines:
    """The engine of each target, made when it is first needed and anew when its target has changed.

    Args:
        settings: The server's.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._there: dict[int, tuple[Stored, Operator]] = {}

    def of(self, stored: Stored) -> Operator:
        """What runs the launchers of a target."""
        known = self._there.get(stored.compute_id)
        if known is None or known[0] != stored:
            if known is not None:
                known[1].close()
            known = stored, Operator(lambda: self._open(stored))
            self._there[stored.compute_id] = known
        return known[1]

    def away(self, but: Collection[int]) -> dict[int, Collection[int]]:
        """By target the nodes that are to get no job at the moment; of those named nothing is said."""
        there = self._there.items()
        return {number: operator.away() for number, (_, operator) in there if number not in but}

    def keep(self, numbers: Collection[int]) -> None:
        """Let go the engines of all targets but these."""
        for number in [one for one in self._there if one not in numbers]:
            self._there.pop(number)[1].close()

    def close(self) -> None:
        """Let go all."""
        self.keep(())

    def _open(self, stored: Stored) -> Engine:
        kind = KINDS.get(stored.kind)
        if kind is None:
            raise Unavailable(f"This server has no engine for targets of the kind '{stored.kind}'.")
        return kind.open(target_of(self._settings, kind, stored))


def target_of(settings: Settings, kind: type[Engine], stored: Stored) -> Target:
    """What the engine of a target is made from, its secrets in the clear.

    Raises:
        Unavailable: They were sealed with another key.
    """
    sealed: dict[str, str] = json.loads(stored.secrets)
    return Target(
        stored.compute_id,
        msgspec.json.decode(stored.settings, type=kind.settings),
        {name: vault.open_(settings, text) for name, text in sealed.items()},
        settings.home,
        settings.ssh_agent,
    )
