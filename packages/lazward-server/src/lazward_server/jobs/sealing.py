"""The chore that makes artifacts of the logs of jobs that are over.

One process at a time does it for a job: another would find some of its parts gone already, and put what is
left in the place of the whole. What cannot be kept now is tried again when its claim has run out.
"""

import logging
import secrets

import sqlalchemy as sa

from lazward_server.artifacts.metered import Metered
from lazward_server.db.clock import now
from lazward_server.db.database import Database, Tx
from lazward_server.db.schema import jobs
from lazward_server.jobs import logged, logs
from lazward_server.jobs.logged import Logged

log = logging.getLogger("lazward.jobs")

_c = jobs.c
_AT_ONCE = 50
_SETTLED = 2_000
"""Milliseconds after its end in which the last part of a log may still be on its way."""
_HELD = 600_000
"""Milliseconds that a claim lasts."""
_ME = secrets.token_hex(16)
"""By which this process claims."""


async def seal(db: Database, blobs: Metered, artifacts: str) -> None:
    """Seal what is over.

    Args:
        db: The database.
        blobs: Where the logs are.
        artifacts: The root of all artifacts, as the settings have it.
    """
    for job in await db.read(_over):
        if await db.write(_claim, job.job_id):
            await _seal(db, blobs, artifacts, job)


async def _seal(db: Database, blobs: Metered, artifacts: str, job: Logged) -> None:
    try:
        await logs.seal(blobs, job.workspace.folder, job.run_id, job.artifacts(artifacts))
    except Exception as error:  # noqa: BLE001 - the logs of others are kept all the same
        log.warning("the logs of the job %s could not be made artifacts yet: %s", job.run_id, error)
    else:
        await db.write(_sealed, job.job_id)


def _over(tx: Tx) -> list[Logged]:
    over = _c.sealed.is_(False) & (_c.ended_at < now() - _SETTLED)
    return logged.search(tx, over & _free(tx), _AT_ONCE)


def _free(tx: Tx) -> sa.ColumnElement[bool]:
    """That no process has claimed a job; one process at a time uses SQLite, so that all others are dead."""
    free = _c.claim.is_(None) | (_c.claimed_until < now())
    return free if tx.postgres else free | (_c.claim != _ME)


def _claim(tx: Tx, job_id: int) -> bool:
    match = (_c.id == job_id) & _c.sealed.is_(False) & _free(tx)
    change = sa.update(jobs).where(match).values(claim=_ME, claimed_until=now() + _HELD)
    return tx.execute(change).rowcount > 0


def _sealed(tx: Tx, job_id: int) -> None:
    match = (_c.id == job_id) & (_c.claim == _ME)
    tx.execute(sa.update(jobs).where(match).values(sealed=True, claim=None, claimed_until=None))
