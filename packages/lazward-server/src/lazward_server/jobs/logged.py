"""Reading the logs of a job: parts while it runs, artifacts when it is over."""

import contextlib
from collections.abc import AsyncIterator
from typing import NamedTuple

import sqlalchemy as sa

from lazward.errors import InvalidRequest, NotFound
from lazward_server.artifacts.location import key_in
from lazward_server.artifacts.paths import join
from lazward_server.artifacts.store import BlobStore
from lazward_server.db.database import Tx
from lazward_server.db.schema import jobs, runs, workspaces
from lazward_server.http.workspace import Workspace
from lazward_server.jobs import logs
from lazward_server.jobs.logs import Part


class Logged(NamedTuple):
    """A job, as far as its logs need it.

    Attributes:
        job_id: Its number.
        run_id: Its run.
        artifact_uri: Where the run's artifacts lie.
        workspace: Its workspace.
        link_key: What signs the links to them.
        over: Whether the job has ended, so that its logs become artifacts at any moment.
    """

    job_id: int
    run_id: str
    artifact_uri: str
    workspace: Workspace
    link_key: str
    over: bool

    def artifacts(self, root: str) -> str:
        """The key below which the logs are kept when the job is over.

        Args:
            root: The root of all artifacts, as the settings have it.
        """
        try:
            return key_in(root, self.workspace, self.artifact_uri)
        except InvalidRequest:  # the run's artifacts lie where only clients reach them
            return key_in(root, self.workspace, f"mlflow-artifacts:/logs/{self.run_id}/artifacts")


def find(tx: Tx, run_id: str, workspace_id: int | None = None) -> Logged:
    """The job with this run; in one workspace, or wherever it is.

    Raises:
        NotFound: There is none.
    """
    match = jobs.c.run_id == run_id
    if workspace_id is not None:
        match &= jobs.c.workspace_id == workspace_id
    found = search(tx, match, 1)
    if not found:
        raise NotFound(f"The workspace has no job with the run id {run_id}.")
    return found[0]


def search(tx: Tx, match: sa.ColumnElement[bool], most: int) -> list[Logged]:
    """Jobs that match, the oldest first, but for those of workspaces that are being deleted."""
    c = workspaces.c
    joined = jobs.join(runs, runs.c.id == jobs.c.run).join(workspaces, c.id == jobs.c.workspace_id)
    columns = (jobs, runs.c.artifact_uri, c.id.label("home"), c.name, c.folder)
    query = sa.select(*columns).select_from(joined).where(match & c.deleting_at.is_(None))
    return [
        Logged(
            row.id,
            row.run_id,
            row.artifact_uri,
            Workspace(row.home, row.name, row.folder),
            row.link_key,
            row.ended_at is not None,
        )
        for row in tx.execute(query.order_by(jobs.c.id).limit(most))
    ]


async def names(blobs: BlobStore, root: str, job: Logged) -> list[str]:
    """The logs that a job has."""
    there = await logs.names(blobs, job.workspace.folder, job.run_id)
    if there:
        return there
    home = job.artifacts(root)
    folders = {name.rpartition("/")[0] for name in logs.NAMES}
    return logs.in_order(
        [
            join(folder, entry.path)
            for folder in folders
            for entry in await blobs.list_folder(join(home, folder))
        ]
    )


class Piece(NamedTuple):
    """Some bytes of a log, and how many it has by now."""

    content: bytes
    size: int


async def read(blobs: BlobStore, root: str, job: Logged, name: str, offset: int, most: int) -> Piece:
    """Some bytes of a log from an offset on; none at its end.

    The parts go when the job is over; what is missing there by then is in the artifact.
    """
    size = 0
    with contextlib.suppress(NotFound):  # it went just now
        parts = await logs.parts(blobs, job.workspace.folder, job.run_id, name)
        size = max((part.start + part.size for part in parts), default=0)
        content = await logs.read(blobs, parts, offset, most)
        if content or not job.over:
            return Piece(content, size)
    key = join(job.artifacts(root), name)
    stat = await blobs.stat(key)
    if stat is None or offset >= stat.size:
        return Piece(b"", stat.size if stat else size)
    return Piece(await logs.read(blobs, [Part(0, stat.size, key)], offset, most), stat.size)


async def stream(blobs: BlobStore, root: str, job: Logged, name: str) -> AsyncIterator[bytes]:
    """All that a log holds now, looked for once."""
    offset = 0
    with contextlib.suppress(NotFound):  # the parts go when the job is over; see ``read``
        parts = await logs.parts(blobs, job.workspace.folder, job.run_id, name)
        async for piece in logs.joined(blobs, parts):
            yield piece
            offset += len(piece)
        if parts and not job.over:
            return
    key = join(job.artifacts(root), name)
    stat = await blobs.stat(key)
    if stat is not None and offset < stat.size:
        async for piece in logs.joined(blobs, [Part(0, stat.size, key)], offset):
            yield piece
