"""Artifacts in an object store: S3, Google Cloud Storage, Azure Blob, or a dictionary in memory.

Uploads larger than a part travel as multipart uploads, which the store shows only when they are complete.
Downloads are read in ranges of one version, so that a slow client holds no connection to the store.
"""

from collections.abc import AsyncIterable, AsyncIterator
from typing import Any

import obstore
from obstore.exceptions import BaseError
from obstore.store import ObjectStore, from_url

from lazward.errors import ConfigError
from lazward_server.artifacts.batches import Counted, batched
from lazward_server.artifacts.multipart import feed
from lazward_server.artifacts.objects import below, explained, level
from lazward_server.artifacts.remote_file import RemoteFile
from lazward_server.artifacts.store import Entry, Stat, is_folder, missing

_CONCURRENCY = 2
_PART = 5 * 2**20
_MOST_PARTS = 9_000  # S3 takes 10,000
_DELETED_AT_ONCE = 1000


class Remote:
    """See ``store.BlobStore``.

    Args:
        store: What ``obstore`` opened.
    """

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @classmethod
    def at(cls, url: str) -> "Remote":
        """The store at a URL that ``obstore`` knows."""
        try:
            return cls(from_url(url))
        except (BaseError, ValueError) as error:
            raise ConfigError(f"No artifact store can be opened at {url}: {error}") from error

    async def put(self, key: str, content: AsyncIterable[bytes], size: int | None = None) -> int:
        """See ``store.BlobStore``."""
        part = max(_PART, (size or 0) // _MOST_PARTS)
        pieces = _joined(batched(content, size, part))
        first = await anext(pieces, b"")
        second = await anext(pieces, None)
        before = await self.stat(key)
        if second is None:
            await self._send(key, first, {"use_multipart": False})
            sent = len(first)
        else:
            options = {"chunk_size": part, "max_concurrency": _CONCURRENCY}
            counted = Counted(_chain(first, second, pieces))
            await feed(lambda parts: self._send(key, parts, options), counted)
            sent = counted.size
        return sent - (before.size if before else 0)

    async def open(self, key: str) -> RemoteFile:
        """See ``store.BlobStore``."""
        stat = await self.stat(key)
        if stat is None:
            raise is_folder(key) if await self._is_folder(key) else missing(key)
        return RemoteFile(self._store, key, stat)

    async def list_folder(self, folder: str) -> list[Entry]:
        """See ``store.BlobStore``."""
        with explained(folder):
            files, folders = await level(self._store, folder)
        start = len(folder) + 1
        entries = [Entry(path[start:].rstrip("/"), None) for path in folders]
        entries += [Entry(path[start:], size) for path, size in files]
        return sorted(entries, key=lambda entry: entry.path)

    async def walk(self, folder: str) -> AsyncIterator[Entry]:
        """See ``store.BlobStore``."""
        with explained(folder):
            async for path, size in below(self._store, folder):
                yield Entry(path[len(folder) + 1 :], size)

    async def delete(self, key: str) -> int:
        """See ``store.BlobStore``."""
        found = await self.stat(key)
        sizes = {key: found.size} if found else {}
        sizes |= {f"{key}/{entry.path}": entry.size or 0 async for entry in self.walk(key)}
        keys = list(sizes)
        with explained(key):
            for start in range(0, len(keys), _DELETED_AT_ONCE):
                await obstore.delete_async(self._store, keys[start : start + _DELETED_AT_ONCE])
        return sum(sizes.values())

    async def stat(self, key: str) -> Stat | None:
        """See ``store.BlobStore``."""
        with explained(key):
            try:
                found = await obstore.head_async(self._store, key)
            except FileNotFoundError:
                return None
        return Stat(found["size"], found["last_modified"].timestamp(), found["e_tag"] or '""')

    def close(self) -> None:
        """See ``store.BlobStore``."""

    async def _send(self, key: str, content: Any, options: Any) -> None:
        with explained(key):
            await obstore.put_async(self._store, key, content, **options)

    async def _is_folder(self, key: str) -> bool:
        with explained(key):
            async for _ in below(self._store, key):
                return True
        return False


async def _chain(first: bytes, second: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    yield second
    async for piece in rest:
        yield piece


async def _joined(batches: AsyncIterator[list[bytes]]) -> AsyncIterator[bytes]:
    async for batch in batches:
        yield b"".join(batch)
