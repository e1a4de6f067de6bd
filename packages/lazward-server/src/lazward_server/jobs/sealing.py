"""The chore that makes artifacts of the logs of jobs that are over."""

from typing import NamedTuple

import sqlalchemy as sa

from lazward.errors import InvalidRequest
from lazward_server.artifacts.location import key_in
from lazward_server.artifacts.store import BlobStore
from lazward_server.db.clock import now
from lazward_server.db.database import Database, Tx
from lazward_server.db.schema import jobs, runs, workspaces
from lazward_server.http.workspace import Workspace
from lazward_server.jobs import logs

_AT_ONCE = 50
_SETTLED = 2_000
"""Milliseconds after its end in which the last part of a log may still be on its way."""


class _Over(NamedTuple):
    job_id: int
    run_id: str
    artifact_uri: str
    workspace: Workspace


async def seal(db: Database, blobs: BlobStore, artifacts: str) -> None:
    """Seal what is over.

    Args:
        db: The database.
        blobs: Where the logs are.
        artifacts: The root of all artifacts, as the settings have it.
    """
    for one in await db.read(_over):
        try:
            root = key_in(artifacts, one.workspace, one.artifact_uri)
        except InvalidRequest:  # the run's artifacts lie where only clients reach them
            root = key_in(artifacts, one.workspace, f"mlflow-artifacts:/logs/{one.run_id}/artifacts")
        await logs.seal(blobs, one.workspace.folder, one.run_id, root)
        await db.write(_sealed, one.job_id)


def _over(tx: Tx) -> list[_Over]:
    joined = jobs.join(runs, runs.c.id == jobs.c.run).join(workspaces, workspaces.c.id == jobs.c.workspace_id)
    c = workspaces.c
    columns = (jobs.c.id, jobs.c.run_id, runs.c.artifact_uri, c.id.label("home"), c.name, c.folder)
    query = sa.select(*columns).select_from(joined)
    match = jobs.c.sealed.is_(False) & (jobs.c.ended_at < now() - _SETTLED) & c.deleting_at.is_(None)
    rows = tx.execute(query.where(match).order_by(jobs.c.id).limit(_AT_ONCE))
    return [
        _Over(row.id, row.run_id, row.artifact_uri, Workspace(row.home, row.name, row.folder)) for row in rows
    ]


def _sealed(tx: Tx, job_id: int) -> None:
    tx.execute(sa.update(jobs).where(jobs.c.id == job_id).values(sealed=True))
