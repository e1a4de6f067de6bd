"""Emptying workspaces that are being deleted, and the one that collects what is removed for good.

A workspace whose ``deleting_at`` is set is found by no request any more. Its rows go in slices, then its
files, then the workspace itself. A server that dies on the way has lost nothing: whoever comes next finds
what is left, since every slice is one transaction and the workspace goes last.
"""

import asyncio
import time

import sqlalchemy as sa

from lazward_server.artifacts.store import BlobStore
from lazward_server.compute import nodes, targets
from lazward_server.db import drain, space
from lazward_server.db.clock import now
from lazward_server.db.database import Database, Tx
from lazward_server.db.schema import (
    PURGED,
    purged_artifacts,
    roles,
    tokens,
    workspace_usage,
    workspaces,
)
from lazward_server.deletion import claims, files
from lazward_server.environments import environments
from lazward_server.registry import purge as registry_purge
from lazward_server.tracking import purge as tracking_purge

_PARTS = (tracking_purge, registry_purge, environments, targets)
_LONGEST_PAUSE = 0.1
_SETTLED = 60_000
"""Milliseconds after which no other process still lets requests into a deleted workspace (``auth.gate``)."""


class Purge:
    """The chore that empties what is deleted.

    Args:
        db: The database.
        blobs: Where the files lie.
        artifacts: The root of all artifacts, as the settings have it.
    """

    def __init__(self, db: Database, blobs: BlobStore, artifacts: str) -> None:
        self._db = db
        self._blobs = blobs
        self._artifacts = artifacts
        self._tidy = False
        self._rows = drain.ROWS

    async def run(self) -> None:
        """Empty all that waits for it."""
        waiting = await self._db.read(_waiting)
        for workspace_id, folder in waiting:
            await self._empty(workspace_id, folder)
        await files.remove_purged(self._db, self._blobs, self._artifacts)
        if waiting or not self._tidy:  # the last process may have died before it gave the space back
            await space.give_back(self._db)
            self._tidy = True

    async def _empty(self, workspace_id: int, folder: str) -> None:
        token = await self._db.write(claims.take, workspace_id)
        if token is None:
            return
        while await self._slice(workspace_id, token):
            pass
        if workspace_id != PURGED:
            async with claims.renewed(self._db, workspace_id, token):
                await self._blobs.delete(folder)
            await self._db.write(_finish, workspace_id, token)
        await self._db.write(claims.give_up, workspace_id, token)

    async def _slice(self, workspace_id: int, token: str) -> bool:
        """Remove some rows, then leave the database to others for as long as that took."""
        more, seconds = await self._db.write(_remove_slice, workspace_id, token, self._rows)
        self._rows = drain.rows_for(self._rows, seconds)
        await asyncio.sleep(min(seconds, _LONGEST_PAUSE))
        return more


def _waiting(tx: Tx) -> list[tuple[int, str]]:
    """Id and folder of the workspaces to be emptied; not while their jobs are still being ended."""
    going = workspaces.c.deleting_at.is_not(None) & ~nodes.occupied(workspaces.c.id)
    query = sa.select(workspaces.c.id, workspaces.c.folder).where(going)
    if not tracking_purge.waiting(tx):
        query = query.where(workspaces.c.id != PURGED)
    return [tuple(row) for row in tx.execute(query)]


def _remove_slice(tx: Tx, workspace_id: int, token: str, rows: int = drain.ROWS) -> tuple[bool, float]:
    """Remove some rows; whether there may be more, and the seconds it took."""
    began = time.monotonic()
    claims.renew(tx, workspace_id, token)
    more = any(part.remove_slice(tx, workspace_id, rows) for part in _PARTS)
    return more, time.monotonic() - began


def _finish(tx: Tx, workspace_id: int, token: str) -> None:
    """Remove the workspace itself, unless a process may still let somebody in."""
    claims.renew(tx, workspace_id, token)
    since = sa.select(workspaces.c.deleting_at).where(workspaces.c.id == workspace_id)
    if tx.postgres and tx.execute(since).scalar_one() > now() - _SETTLED:
        return
    tracking_purge.release(tx, workspace_id)
    for table in (purged_artifacts, workspace_usage, roles, tokens):
        tx.execute(sa.delete(table).where(table.c.workspace_id == workspace_id))
    tx.execute(sa.delete(workspaces).where(workspaces.c.id == workspace_id))
