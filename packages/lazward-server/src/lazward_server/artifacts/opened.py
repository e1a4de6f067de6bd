"""A file of the local disk, open for reading."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator
from concurrent.futures import Executor

from lazward.errors import Unavailable
from lazward_server.artifacts.failures import explained
from lazward_server.artifacts.store import CHUNK, Stat


class OpenFile:
    """See ``store.Blob``.

    Args:
        fd: Open for reading; owned from here on.
        stat: What it holds.
        threads: Where reads run.
    """

    def __init__(self, fd: int, stat: Stat, threads: Executor) -> None:
        self.stat = stat
        self._fd = fd
        self._threads = threads
        self._lock = threading.Lock()
        # A small file is read in the same hop that opens it.
        self._head = os.pread(fd, CHUNK, 0) if stat.size <= CHUNK else b""

    async def read(self, start: int, stop: int) -> AsyncIterator[bytes]:
        """See ``store.Blob``."""
        if self._head:
            yield self._head[start:stop]
            return
        ahead = self._submit(start, stop) if start < stop else None
        while ahead is not None:
            chunk = await ahead
            start += len(chunk)
            ahead = self._submit(start, stop) if start < stop else None
            yield chunk

    def close(self) -> None:
        """See ``store.Blob``."""
        try:
            self._threads.submit(self._close)
        except RuntimeError:  # the store is closed
            self._close()

    def _submit(self, start: int, stop: int) -> "asyncio.Future[bytes]":
        loop = asyncio.get_running_loop()
        return loop.run_in_executor(self._threads, self._pread, min(CHUNK, stop - start), start)

    def _pread(self, size: int, start: int) -> bytes:
        with self._lock, explained():  # a number that was closed may be another file's by now
            chunk = os.pread(self._fd, size, start) if self._fd >= 0 else b""
        if not chunk:
            raise Unavailable("The file was cut short or closed while it was read.")
        return chunk

    def _close(self) -> None:
        with self._lock:
            fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)
