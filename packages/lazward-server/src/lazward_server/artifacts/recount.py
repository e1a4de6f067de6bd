"""Counting the bytes of a workspace from its files, which puts right what a killed process had not written.

Files come and go while they are counted, so a count during which anything changed is repeated; the last is
taken all the same.
"""

import sqlalchemy as sa

from lazward.errors import Conflict
from lazward_server.artifacts.store import BlobStore
from lazward_server.artifacts.usage import Usage
from lazward_server.db.bulk import Bulk
from lazward_server.db.clock import now
from lazward_server.db.database import Database, Tx
from lazward_server.db.schema import workspace_usage, workspaces

_ATTEMPTS = 3
_AGAIN = 24 * 3600 * 1000
_CLAIMED = 3600 * 1000
"""Milliseconds after which files are counted again, and for which one process keeps others from doing so."""

_CLAIM = Bulk(
    "insert into workspace_usage(workspace_id, artifact_bytes, counting_until)"
    " select workspace_id, 0, until from given where true on conflict (workspace_id) do update"
    " set counting_until = excluded.counting_until"
    f" where coalesce(workspace_usage.counting_until, 0) < excluded.counting_until - {_CLAIMED}"
    " returning workspace_id",
    workspace_id="bigint",
    until="bigint",
)


class Recount:
    """Counts the files of all workspaces once after the start, and then once a day.

    Args:
        db: Where counts are kept.
        blobs: Where the files are.
        usage: What this process has added up.
    """

    def __init__(self, db: Database, blobs: BlobStore, usage: Usage) -> None:
        self._db = db
        self._blobs = blobs
        self._usage = usage
        self._started = now()

    async def due(self) -> None:
        """Count where it is time to, and where no other process does; call it every now and then."""
        since = max(self._started, now() - _AGAIN)
        for workspace_id, folder in await self._db.read(_uncounted, since):
            if await self._db.write(_claim, workspace_id):
                await self.one(workspace_id, folder)

    async def asked(self, workspace_id: int, folder: str) -> int:
        """Count the files of a workspace now; how many bytes they have.

        Raises:
            Conflict: They are being counted already.
        """
        if not await self._db.write(_claim, workspace_id):
            raise Conflict("The files are being counted already; ask for the usage in a while.")
        return await self.one(workspace_id, folder)

    async def one(self, workspace_id: int, folder: str) -> int:
        """Count the files of a workspace that was claimed; how many bytes they have."""
        await self._usage.write()
        before = await self._db.read(stored, workspace_id)
        total = 0
        for _ in range(_ATTEMPTS):
            total = sum([entry.size or 0 async for entry in self._blobs.walk(folder)])
            await self._usage.write()
            found, before = before, await self._db.read(stored, workspace_id)
            if before == found:
                break
        await self._db.write(_correct, workspace_id, total - before)
        self._usage.forget(folder)
        return total


def stored(tx: Tx, workspace_id: int) -> int:
    """The bytes that a workspace holds, but for the last second."""
    match = workspace_usage.c.workspace_id == workspace_id
    return tx.execute(sa.select(workspace_usage.c.artifact_bytes).where(match)).scalar() or 0


def _uncounted(tx: Tx, since: int) -> list[tuple[int, str]]:
    joined = workspaces.outerjoin(workspace_usage, workspace_usage.c.workspace_id == workspaces.c.id)
    old = sa.func.coalesce(workspace_usage.c.counted_at, 0) < since
    query = sa.select(workspaces.c.id, workspaces.c.folder).select_from(joined)
    return [tuple(row) for row in tx.execute(query.where(old, workspaces.c.deleting_at.is_(None)))]


def _claim(tx: Tx, workspace_id: int) -> bool:
    return bool(_CLAIM(tx, [(workspace_id, now() + _CLAIMED)]))


def _correct(tx: Tx, workspace_id: int, drift: int) -> None:
    c = workspace_usage.c
    change = sa.update(workspace_usage).where(c.workspace_id == workspace_id)
    tx.execute(change.values(artifact_bytes=c.artifact_bytes + drift, counted_at=now(), counting_until=None))
