"""The chore that makes artifacts of the logs of jobs that are over."""

import sqlalchemy as sa

from lazward_server.artifacts.store import BlobStore
from lazward_server.db.clock import now
from lazward_server.db.database import Database, Tx
from lazward_server.db.schema import jobs
from lazward_server.jobs import logged, logs
from lazward_server.jobs.logged import Logged

_AT_ONCE = 50
_SETTLED = 2_000
"""Milliseconds after its end in which the last part of a log may still be on its way."""


async def seal(db: Database, blobs: BlobStore, artifacts: str) -> None:
    """Seal what is over.

    Args:
        db: The database.
        blobs: Where the logs are.
        artifacts: The root of all artifacts, as the settings have it.
    """
    for job in await db.read(_over):
        await logs.seal(blobs, job.workspace.folder, job.run_id, job.artifacts(artifacts))
        await db.write(_sealed, job.job_id)


def _over(tx: Tx) -> list[Logged]:
    return logged.search(tx, jobs.c.sealed.is_(False) & (jobs.c.ended_at < now() - _SETTLED), _AT_ONCE)


def _sealed(tx: Tx, job_id: int) -> None:
    tx.execute(sa.update(jobs).where(jobs.c.id == job_id).values(sealed=True))
