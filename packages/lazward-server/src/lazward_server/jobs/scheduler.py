"""The chore that starts what is queued and follows what runs."""

import asyncio
import logging
from collections.abc import Collection, Mapping

from lazward.errors import LazwardError, Unavailable
from lazward.wire.jobs import State
from lazward_server.chores import QUIET
from lazward_server.compute import nodes, targets
from lazward_server.compute.engine import Engine, Launch, Presence
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
_SELDOM = 20
"""Rounds between two looks at what changes slowly."""


class Scheduler:
    """See the module. Several processes may have one each: a job is claimed by one of them.

    Args:
        db: The database.
        settings: The server's.
        engines: What runs launchers on this host, by the kind of target.
        host: What tells this host from others (``home.identity``).
    """

    def __init__(self, db: Database, settings: Settings, engines: Mapping[str, Engine], host: str) -> None:
        self._db = db
        self._settings = settings
        self._engines = engines
        self._host = host
        self._began = now()
        self._until_tidy = 0

    async def run(self) -> bool:
        """One round; whether there was nothing to start and nothing to follow."""
        quiet = not await self._follow()
        if await self._db.read(queue.waiting):
            quiet = False
            await self._start()
        if self._until_tidy <= 0:
            self._until_tidy = _SELDOM
            await self._db.write(_tidy, self._host, self._silent_since(), settled=self._up() > _SETTLED)
        self._until_tidy -= QUIET if quiet else 1
        return quiet

    def _up(self) -> int:
        """How long this process is there: nobody can report while there is no server."""
        return now() - self._began

    def _silent_since(self) -> int:
        """Before when a launcher must have been heard of last."""
        return now() - _SILENCE if self._up() > _SILENCE else 0

    async def _start(self) -> None:
        claimed = await self._db.write(queue.claim, self._host)
        for one in claimed:  # one after the other, since an engine has one caller at a time
            await self._start_one(one)

    async def _start_one(self, claimed: Claimed) -> None:
        engine = self._engines.get(claimed.kind)
        try:
            check_allowed(self._settings, claimed.kind)
            if engine is None:
                raise Unavailable(f"This server has no engine for targets of the kind '{claimed.kind}'.")
            handle = await asyncio.to_thread(engine.submit, self._launch(claimed))
        except Exception as error:  # noqa: BLE001 - it concerns one job
            await self._db.write(attempts.not_started, claimed.job_id, claimed.claim, _why(claimed, error))
            return
        if not await self._db.write(attempts.started, claimed.job_id, claimed.claim, handle):
            await asyncio.to_thread(engine.cancel, handle)

    def _launch(self, claimed: Claimed) -> Launch:
        home = self._settings.home / "jobs"
        variables = {
            "LAZWARD_SERVER": self._settings.public if self._settings.tls else self._settings.url,
            "LAZWARD_WORKSPACE": claimed.workspace,
            "LAZWARD_RUN_ID": claimed.run_id,
            "LAZWARD_ATTEMPT": str(claimed.attempt),
            "LAZWARD_WORK_DIR": str(home / "work"),
            "LAZWARD_CONFIG_DIR": str(home / "config"),
        }
        if claimed.token is not None:
            variables["LAZWARD_TOKEN"] = claimed.token
        return Launch(claimed.run_id, claimed.attempt, variables, claimed.cpus)

    async def _follow(self) -> bool:
        """Look after what this host's engines have; whether that is anything."""
        there = await self._db.read(following.active, self._host)
        for kind, engine in self._engines.items():
            own = [job for job in there if job.kind == kind]
            if own:
                await self._follow_kind(engine, own)
        return bool(there)

    async def _follow_kind(self, engine: Engine, own: Collection[Active]) -> None:
        presence = await asyncio.to_thread(engine.poll, [job.handle for job in own])
        for job in own:
            if presence.get(job.handle, Presence.UNKNOWN) is Presence.GONE:
                await asyncio.to_thread(engine.cancel, job.handle)  # its script may be left
                await self._db.write(following.gone, job.job_id, job.handle, late=job.late)
            elif job.deleting or self._ignores(job):
                await asyncio.to_thread(engine.cancel, job.handle)

    def _ignores(self, job: Active) -> bool:
        """Whether a launcher does not end its job by itself, though it has had the time to."""
        if job.late and job.state is not State.FINALIZING:
            return self._up() > _SETTLED
        if job.cancel_at is None:
            return job.mute and self._up() > _SETTLED
        patience = _FINALIZING if job.state is State.FINALIZING else _PATIENCE
        return now() > max(job.cancel_at, self._began + _AWAY) + patience


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
