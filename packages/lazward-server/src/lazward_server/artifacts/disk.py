"""Artifacts in a folder of the local disk.

Plain calls of the operating system, because durability needs them: a file is staged, synced, renamed into
place, and the folder that took it synced, before a ``put`` returns. Links are not followed, so nothing
outside the root is ever reached through it.
"""

import asyncio
import os
import shutil
import stat as modes
from collections.abc import AsyncIterable, AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import ParamSpec, TypeVar

from lazward.errors import ConfigError, InvalidRequest, Unavailable
from lazward_server.artifacts import folders, tree
from lazward_server.artifacts.failures import explained
from lazward_server.artifacts.opened import OpenFile
from lazward_server.artifacts.receiving import receive
from lazward_server.artifacts.staging import NAME, StagedFile, Staging
from lazward_server.artifacts.store import Entry, Stat, is_folder, missing

P = ParamSpec("P")
T = TypeVar("T")

_THREADS = 16


class Disk:
    """See ``store.BlobStore``.

    Args:
        root: The folder; made, private, if it is missing.
    """

    def __init__(self, root: str) -> None:
        try:
            Path(root).mkdir(mode=0o700, parents=True, exist_ok=True)
            self._root = Path(root).resolve()
            self._staging = Staging(self._root)
        except OSError as error:
            raise ConfigError(f"The artifact folder {root} cannot be used: {error.strerror}.") from error
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="lazward-disk")

    async def put(self, key: str, content: AsyncIterable[bytes], size: int | None = None) -> int:
        """See ``store.BlobStore``."""
        target = self._path(key)
        staged = StagedFile(self._staging.path())
        try:
            last = await receive(self._run, staged, content, size)
            return await self._run(self._publish, staged, last, target)
        except BaseException:
            self._discard(staged)
            raise

    async def open(self, key: str) -> OpenFile:
        """See ``store.BlobStore``."""
        return await self._run(self._open, key)

    async def list_folder(self, folder: str) -> list[Entry]:
        """See ``store.BlobStore``."""
        return await self._run(tree.scan, self._path(folder))

    async def walk(self, folder: str) -> AsyncIterator[Entry]:
        """See ``store.BlobStore``."""
        waiting = [""]
        while waiting:
            below = waiting.pop()
            for entry in await self.list_folder(f"{folder}/{below}" if below else folder):
                path = f"{below}/{entry.path}" if below else entry.path
                if entry.size is None:
                    waiting.append(path)
                else:
                    yield Entry(path, entry.size)

    async def delete(self, key: str) -> int:
        """See ``store.BlobStore``."""
        return await self._run(self._delete, self._path(key))

    async def stat(self, key: str) -> Stat | None:
        """See ``store.BlobStore``."""
        return await self._run(tree.stat, self._path(key))

    def close(self) -> None:
        """See ``store.BlobStore``."""
        self._threads.shutdown()
        self._staging.close()

    def _run(self, fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> "asyncio.Future[T]":
        def call() -> T:
            with explained():
                return fn(*args, **kwargs)

        try:
            return asyncio.get_running_loop().run_in_executor(self._threads, call)
        except RuntimeError as error:
            raise Unavailable("The server is shutting down.") from error

    def _discard(self, staged: StagedFile) -> None:
        """Not awaited, since the task may be cancelled."""
        with suppress(RuntimeError):  # closed: the staging folder is gone as a whole
            self._threads.submit(staged.discard)

    def _path(self, key: str) -> Path:
        if key.partition("/")[0] == NAME:
            raise InvalidRequest("Invalid path")
        return self._root / key

    def _publish(self, staged: StagedFile, last: list[bytes], target: Path) -> int:
        staged.write(last)
        staged.finish()
        if tree.linked(target):
            raise InvalidRequest("Invalid path")
        before = 0 if target.is_dir() else tree.size(target)
        folders.move(staged.path, target)
        return staged.size - before

    def _open(self, key: str) -> OpenFile:
        path = self._path(key)
        if tree.linked(path):
            raise missing(key)
        try:
            fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        except (FileNotFoundError, NotADirectoryError):
            raise missing(key) from None
        try:
            found = os.fstat(fd)
            if not modes.S_ISREG(found.st_mode):
                raise is_folder(key)
            return OpenFile(fd, tree.described(found), self._threads)
        except BaseException:
            os.close(fd)
            raise

    def _delete(self, path: Path) -> int:
        if tree.linked(path):
            raise InvalidRequest("Invalid path")
        try:
            found = path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return 0
        if modes.S_ISDIR(found.st_mode):
            return self._delete_folder(path)
        path.unlink(missing_ok=True)
        folders.prune(path.parent, self._root)
        return found.st_size

    def _delete_folder(self, path: Path) -> int:
        """Out of sight in one step first, so that nobody ever sees half a folder."""
        doomed = self._staging.path()
        try:
            path.rename(doomed)
        except FileNotFoundError:  # somebody else was quicker
            return 0
        folders.prune(path.parent, self._root)
        size = tree.size(doomed)
        shutil.rmtree(doomed)
        return size
