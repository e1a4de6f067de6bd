"""Artifacts in an object store: S3, Google Cloud Storage, Azure Blob, or a dictionary in memory.

Uploads larger than a part travel as multipart uploads, which the store shows only when they are complete.
Downloads are read in ranges of one version, so that a slow client holds no connection to the store.
"""

import logging
from collections.abc import AsyncIterable, AsyncIterator, Generator
from contextlib import contextmanager
from typing import Any

import obstore
from obstore.exceptions import BaseError, InvalidPathError
from obstore.store import ObjectStore, from_url

from lazward.errors import ConfigError, InvalidRequest, Unavailable
from lazward_server.artifacts.batches import batched
from lazward_server.artifacts.multipart import feed
from lazward_server.artifacts.store import CHUNK, Entry, Stat, is_folder, missing

log = logging.getLogger("lazward.artifacts")

_untyped: Any = obstore  # its listings are typed for a library that we do not use

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

    async def put(self, key: str, content: AsyncIterable[bytes], size: int | None = None) -> None:
        """See ``store.BlobStore``."""
        part = max(_PART, (size or 0) // _MOST_PARTS)
        pieces = _joined(batched(content, size, part))
        first = await anext(pieces, b"")
        second = await anext(pieces, None)
        if second is None:
            await self._send(key, first, {"use_multipart": False})
        else:
            options = {"chunk_size": part, "max_concurrency": _CONCURRENCY}
            await feed(lambda parts: self._send(key, parts, options), _chain(first, second, pieces))

    async def open(self, key: str) -> "RemoteFile":
        """See ``store.BlobStore``."""
        stat = await self.stat(key)
        if stat is None:
            raise is_folder(key) if await self._is_folder(key) else missing(key)
        return RemoteFile(self._store, key, stat)

    async def list_folder(self, folder: str) -> list[Entry]:
        """See ``store.BlobStore``."""
        with _explained(folder):
            files, folders = await _level(self._store, folder)
        start = len(folder) + 1
        entries = [Entry(path[start:].rstrip("/"), None) for path in folders]
        entries += [Entry(path[start:], size) for path, size in files]
        return sorted(entries, key=lambda entry: entry.path)

    async def walk(self, folder: str) -> AsyncIterator[Entry]:
        """See ``store.BlobStore``."""
        with _explained(folder):
            async for path, size in _below(self._store, folder):
                yield Entry(path[len(folder) + 1 :], size)

    async def delete(self, key: str) -> None:
        """See ``store.BlobStore``."""
        keys = [key] if await self.stat(key) else []
        keys += [f"{key}/{entry.path}" async for entry in self.walk(key)]
        with _explained(key):
            for start in range(0, len(keys), _DELETED_AT_ONCE):
                await obstore.delete_async(self._store, keys[start : start + _DELETED_AT_ONCE])

    async def stat(self, key: str) -> Stat | None:
        """See ``store.BlobStore``."""
        with _explained(key):
            try:
                found = await obstore.head_async(self._store, key)
            except FileNotFoundError:
                return None
        return Stat(found["size"], found["last_modified"].timestamp(), found["e_tag"] or '""')

    def close(self) -> None:
        """See ``store.BlobStore``."""

    async def _send(self, key: str, content: Any, options: Any) -> None:
        with _explained(key):
            await obstore.put_async(self._store, key, content, **options)

    async def _is_folder(self, key: str) -> bool:
        with _explained(key):
            async for _ in _below(self._store, key):
                return True
        return False


class RemoteFile:
    """See ``store.Blob``."""

    def __init__(self, store: ObjectStore, key: str, stat: Stat) -> None:
        self.stat = stat
        self._store = store
        self._key = key

    async def read(self, start: int, stop: int) -> AsyncIterator[bytes]:
        """See ``store.Blob``."""
        while start < stop:
            end = min(stop, start + _PART)
            with _explained(self._key):
                options: Any = {"range": (start, end), "if_match": self.stat.etag}
                result = await obstore.get_async(self._store, self._key, options=options)
                async for chunk in result.stream(min_chunk_size=CHUNK):
                    yield bytes(chunk)
            start = end

    def close(self) -> None:
        """See ``store.Blob``."""


async def _level(store: ObjectStore, folder: str) -> tuple[list[tuple[str, int]], list[str]]:
    """Files with their sizes, and folders, directly below."""
    found: Any = await _untyped.list_with_delimiter_async(store, folder)
    return [(each["path"], each["size"]) for each in found["objects"]], list(found["common_prefixes"])


async def _below(store: ObjectStore, folder: str) -> AsyncIterator[tuple[str, int]]:
    """All files below, with their sizes."""
    async for page in _untyped.list(store, folder):
        for each in page:
            yield each["path"], each["size"]


async def _chain(first: bytes, second: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    yield second
    async for piece in rest:
        yield piece


async def _joined(batches: AsyncIterator[list[bytes]]) -> AsyncIterator[bytes]:
    async for batch in batches:
        yield b"".join(batch)


@contextmanager
def _explained(key: str) -> Generator[None]:
    """Turn the store's failures into the error to report; the log has what it said."""
    try:
        yield
    except InvalidPathError as error:
        raise InvalidRequest("Invalid path") from error
    except (BaseError, OSError) as error:
        log.warning("the artifact store failed on %r: %s", key, error)
        raise Unavailable("The artifact store failed; the server's log tells why.") from error
