"""The files of what is removed for good."""

import asyncio
from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa

from lazward.errors import InvalidRequest
from lazward_server.artifacts.location import key_in
from lazward_server.artifacts.store import BlobStore
from lazward_server.db.database import Database, Tx
from lazward_server.db.schema import purged_artifacts, workspaces
from lazward_server.http.workspace import Workspace

_AT_ONCE = 100
_LOOKS = 8
"""Folders that are looked through at the same time."""


class Size(NamedTuple):
    """How much lies in folders."""

    files: int
    bytes: int


def folder_of(artifacts: str, workspace: Workspace, uri: str) -> str | None:
    """The folder of one run, model or experiment alone; None if this server does not store it."""
    try:
        key = key_in(artifacts, workspace, uri.removesuffix("/artifacts"))
    except InvalidRequest:
        return None
    return key if key != workspace.folder else None  # never all of a workspace for one of its runs


async def measure(blobs: BlobStore, folders: Iterable[str]) -> Size:
    """How many files and bytes lie in these folders."""
    gate = asyncio.Semaphore(_LOOKS)

    async def look(folder: str) -> Size:
        async with gate:
            sizes = [entry.size or 0 async for entry in blobs.walk(folder)]
        return Size(len(sizes), sum(sizes))

    found = await asyncio.gather(*map(look, folders))
    return Size(sum(size.files for size in found), sum(size.bytes for size in found))


async def remove_purged(db: Database, blobs: BlobStore, artifacts: str) -> None:
    """Remove the files of all that was removed for good."""
    while waiting := await db.read(_waiting):
        for _, workspace, uri in waiting:
            folder = folder_of(artifacts, workspace, uri)
            if folder is not None:
                await blobs.delete(folder)
        await db.write(_forget, [number for number, _, _ in waiting])


def _waiting(tx: Tx) -> list[tuple[int, Workspace, str]]:
    p, w = purged_artifacts.c, workspaces.c
    joined = purged_artifacts.join(workspaces, w.id == p.workspace_id)
    query = sa.select(p.id, p.uri, p.workspace_id, w.name, w.folder).select_from(joined)
    rows = tx.execute(query.order_by(p.id).limit(_AT_ONCE))
    return [(row.id, Workspace(row.workspace_id, row.name, row.folder), row.uri) for row in rows]


def _forget(tx: Tx, numbers: list[int]) -> None:
    tx.execute(sa.delete(purged_artifacts).where(purged_artifacts.c.id.in_(numbers)))
