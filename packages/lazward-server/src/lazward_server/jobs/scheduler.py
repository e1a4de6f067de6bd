"""The chore that starts what is queued and follows what runs."""

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Collection, Coroutine, Mapping, Sequence
from typing import Any

from lazward.errors import InvalidRequest, LazwardError
from lazward.wire.jobs import State
from lazward_server.chores import QUIET
from lazward_server.compute import nodes, targets
from lazward_server.compute.engine import Launch, Presence, Wait
from lazward_server.compute.engines import Engines, Operator, Stored
from lazward_server.compute.policy import check_allowed
from lazward_server.db.clock import now
from lazward_server.db.database import Database, Tx
from lazward_server.jobs import attempts, following, queue
from lazward_server.jobs.following import Active
from lazward_server.jobs.queue import Claimed
from lazward_server.settings import Settings

log = logging.getLogger("lazward.jobs")

_PATIENCE = 8_000
"""Milliseconds in which a launcher that is told to stop does so by itself; it is told every second."""
_FINALIZING = 600_000
"""The same once the script has ended and its files are on their way."""
_AWAY = 7_000
"""Milliseconds after which a launcher asks again that found no server."""
_SETTLED = 40_000
"""Milliseconds after the server's own start in which launchers have found it again."""
_SILENCE = 600_000
_REMEMBERED = 60_000
"""Milliseconds after which it is noted again that a launcher waits, so that no other host thinks it lost."""
_SELDOM = 20
"""Rounds between two looks at what changes slowly."""
_QUICK = 1.0
"""Seconds for which a round waits for engines; what takes longer goes on beside the next rounds."""


class Scheduler:
    """See the module. Several processes may have one each: a job is claimed by one of them.

    Args:
        db: The database.
        settings: The server's.
        engines: What runs launchers, by target.
        host: What tells this host from others (``home.identity``).
    """

    def __init__(self, db: Database, settings: Settings, engines: Engines, host: str) -> None:
        self._db = db
        self._settings = settings
        self._engines = engines
        self._host = host
        self._began = now()
        self._until_tidy = 0
        self._going: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> bool:
        """One round; whether there was nothing to start and nothing to follow."""
        quiet = not await self._follow()
        if await self._db.read(queue.waiting):
            quiet = False
            await self._start()
        if self._until_tidy <= 0:
            self._until_tidy = _SELDOM
            await self._db.write(_tidy, self._host, self._silent_since(), settled=self._up() > _SETTLED)
            self._engines.keep(await self._db.read(targets.numbers))
        self._until_tidy -= QUIET if quiet else 1
        return quiet

    def _up(self) -> int:
        """How long this process is there: nobody can report while there is no server."""
        return now() - self._began

    def _silent_since(self) -> int:
        """Before when a launcher must have been heard of last."""
        return now() - _SILENCE if self._up() > _SILENCE else 0

    async def close(self) -> None:
        """Let go all engines; launchers go on."""
        for task in self._going.values():
            task.cancel()
        self._engines.close()
        await asyncio.gather(*self._going.values(), return_exceptions=True)

    async def _beside(self, work: Mapping[int, Coroutine[Any, Any, None]]) -> None:
        """Do something with the engines of some targets, and wait for those that are quick."""
        self._going |= {number: asyncio.create_task(one) for number, one in work.items()}
        begun = [self._going[number] for number in work]
        if begun:
            await asyncio.wait(begun, timeout=_QUICK)
        self._settle()

    def _settle(self) -> None:
        """Forget what is done; a failure is one of this chore."""
        done = [number for number, task in self._going.items() if task.done()]
        failures = [error for number in done if (error := _failure(self._going.pop(number)))]
        if failures:
            raise failures[0]

    async def _start(self) -> None:
        away = self._engines.away(self._going)
        claimed: defaultdict[int, list[Claimed]] = defaultdict(list)
        for one in await self._db.write(queue.claim, self._host, list(self._going), away):
            claimed[one.target.compute_id].append(one)
        await self._beside({number: self._start_all(some) for number, some in claimed.items()})

    async def _start_all(self, claimed: Sequence[Claimed]) -> None:
        for one in claimed:
            await self._start_one(self._engines.of(one.target), one)

    async def _start_one(self, engine: Operator, claimed: Claimed) -> None:
        try:
            check_allowed(self._settings, claimed.target.kind, json.loads(claimed.target.settings))
            handle = await engine.submit(self._launch(claimed))
        except Exception as error:  # noqa: BLE001 - it concerns one job
            refused = isinstance(error, InvalidRequest)
            why = _why(claimed, error)
            await self._db.write(attempts.not_started, claimed.job_id, claimed.claim, why, for_good=refused)
            return
        if not await self._db.write(attempts.started, claimed.job_id, claimed.claim, handle):
            await engine.cancel(handle)

    def _launch(self, claimed: Claimed) -> Launch:
        variables = {
            "LAZWARD_SERVER": claimed.target.server_url or self._settings.for_nodes,
            "LAZWARD_WORKSPACE": claimed.workspace,
            "LAZWARD_RUN_ID": claimed.run_id,
            "LAZWARD_ATTEMPT": str(claimed.attempt),
        }
        if claimed.token is not None:
            variables["LAZWARD_TOKEN"] = claimed.token
        spec = claimed.spec
        return Launch(
            claimed.run_id,
            claimed.attempt,
            variables,
            claimed.cpus,
            claimed.node,
            spec.node_count,
            spec.max_seconds,
            spec.node_count * spec.processes_per_node,
        )

    async def _follow(self) -> bool:
        """Look after what this host's engines have; whether that is anything."""
        self._settle()
        own: defaultdict[Stored, list[Active]] = defaultdict(list)
        there = await self._db.read(following.active, self._host)
        for job in there:
            own[job.target].append(job)
        free = {target: some for target, some in own.items() if target.compute_id not in self._going}
        await self._beside(
            {target.compute_id: self._follow_one(target, some) for target, some in free.items()}
        )
        return bool(there)

    async def _follow_one(self, target: Stored, own: Collection[Active]) -> None:
        engine = self._engines.of(target)
        handles = [job.handle for job in own]
        presence = await engine.poll(handles)
        await self._note_waits(own, presence, await engine.waiting(handles))
        for job in own:
            if presence.get(job.handle, Presence.UNKNOWN) is Presence.GONE:
                why = await engine.why(job.handle)
                await engine.cancel(job.handle)  # its script may be left
                await self._db.write(following.gone, job.job_id, job.handle, late=job.late, why=why)
            elif job.deleting or (job.wait and job.cancel_at) or self._ignores(job):
                await engine.cancel(job.handle)

    async def _note_waits(
        self, own: Collection[Active], presence: Mapping[str, Presence], waits: Mapping[str, Wait]
    ) -> None:
        """Note who waits in an engine's queue or does no longer, and now and then that it still does."""
        there = [job for job in own if presence.get(job.handle) is Presence.THERE]
        changed = {
            job.job_id: waits.get(job.handle)
            for job in there
            if waits.get(job.handle) != job.wait or (job.wait and (job.seen_at or 0) < now() - _REMEMBERED)
        }
        if changed:
            await self._db.write(following.note_waits, changed)

    def _ignores(self, job: Active) -> bool:
        """Whether a launcher does not end its job by itself, though it has had the time to."""
        if job.late and job.state is not State.FINALIZING:
            return self._up() > _SETTLED
        if job.cancel_at is None:
            return job.mute and self._up() > _SETTLED
        patience = _FINALIZING if job.state is State.FINALIZING else _PATIENCE
        return now() > max(job.cancel_at, self._began + _AWAY) + patience


def _failure(task: asyncio.Task[None]) -> BaseException | None:
    return None if task.cancelled() else task.exception()


def _why(claimed: Claimed, error: Exception) -> str:
    """What to tell of a job that could not be started."""
    if isinstance(error, LazwardError):
        return error.message
    log.error("starting the job %s failed", claimed.run_id, exc_info=error)
    return f"The server failed to start it ({type(error).__name__}); its log tells more."


def _tidy(tx: Tx, host: str, silent_since: int, *, settled: bool) -> None:
    if settled:
        attempts.expire(tx)
    following.silent(tx, silent_since, host)
    queue.orphaned(tx)
    nodes.free_abandoned(tx)
    for compute_id in nodes.due(tx):
        nodes.scale(tx, compute_id)
    targets.vanish(tx)
