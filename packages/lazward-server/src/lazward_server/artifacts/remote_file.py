"""A file of an object store, open for reading."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import obstore
from obstore.store import ObjectStore

from lazward_server.artifacts.objects import explained
from lazward_server.artifacts.store import CHUNK, Stat

_RANGE = 5 * 2**20


class RemoteFile:
    """See ``store.Blob``.

    Read range by range, so that a slow client holds no connection to the store, and only as long as the
    file is the one that was opened.
    """

    def __init__(self, store: ObjectStore, key: str, stat: Stat) -> None:
        self.stat = stat
        self._store = store
        self._key = key

    async def read(self, start: int, stop: int) -> AsyncIterator[bytes]:
        """See ``store.Blob``."""
        ahead = self._begin(start, stop)
        try:
            while start < stop:
                data = await ahead
                start += len(data)
                ahead = self._begin(start, stop)
                for at in range(0, len(data), CHUNK):
                    yield bytes(data[at : at + CHUNK])
        finally:
            ahead.cancel()

    def close(self) -> None:
        """See ``store.Blob``."""

    def _begin(self, start: int, stop: int) -> "asyncio.Task[memoryview]":
        return asyncio.create_task(self._fetch(start, min(stop, start + _RANGE)))

    async def _fetch(self, start: int, stop: int) -> memoryview:
        if start >= stop:
            return memoryview(b"")
        options: Any = {"range": (start, stop), "if_match": self.stat.etag}
        with explained(self._key):
            result = await obstore.get_async(self._store, self._key, options=options)
            return memoryview(await result.bytes_async())
