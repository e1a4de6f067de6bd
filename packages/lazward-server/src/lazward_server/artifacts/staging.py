"""Files in the making: written out of sight, then moved into place in one step.

Staged files lie on the same file system as what they become, in ``.staging`` below the root, since only
there a rename is atomic. Each process has a folder of its own and holds a lock on it; the kernel drops the
lock when the process dies, however it dies, and the next start removes the folder.
"""

import fcntl
import os
import shutil
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from lazward.errors import Unavailable
from lazward_server.artifacts import writeback

NAME = ".staging"
_LOCK = "lock"
_AHEAD = 8 * 2**20  # bytes after which the disk is told to begin
_MOST_BUFFERS = 1024  # that writev takes at once, IOV_MAX everywhere


class Staging:
    """The folder where one process stages its files.

    Args:
        root: Of the store; ``.staging`` is made inside.
    """

    def __init__(self, root: Path) -> None:
        parent = root / NAME
        parent.mkdir(mode=0o700, exist_ok=True)
        with _locked(parent):  # nobody sweeps between the making of a folder and the lock on it
            _sweep(parent)
            self.folder = parent / uuid4().hex
            self.folder.mkdir(mode=0o700)
            self._lock = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX)

    def path(self) -> Path:
        """A name nobody has used, for a file or a folder."""
        return self.folder / uuid4().hex

    def close(self) -> None:
        """Remove the folder and let go of the lock; may be called twice."""
        shutil.rmtree(self.folder, ignore_errors=True)
        lock, self._lock = self._lock, -1
        if lock >= 0:
            os.close(lock)


class StagedFile:
    """One file in the making. Its methods block; they may be called from several threads.

    Args:
        path: Where to stage; opened with the first write.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._size = self._begun = 0
        self._fd: int | None = None
        self._gone = False
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return self._size

    def write(self, chunks: Sequence[bytes]) -> None:
        """Append."""
        with self._lock:
            fd = self._open()
            _write_all(fd, chunks)
            self._size += sum(map(len, chunks))
            if self._size - self._begun >= _AHEAD:
                writeback.begin(fd, self._begun, self._size)
                self._begun = self._size

    def finish(self) -> None:
        """Make the content durable and close; ``path`` is then ready to be moved."""
        with self._lock:
            os.fsync(self._open())
            self._close()

    def discard(self) -> None:
        """Forget the file, wherever it stands; waits for a write that runs. May be called twice."""
        with self._lock:
            self._gone = True
            self._close()
            self.path.unlink(missing_ok=True)

    def _open(self) -> int:
        if self._gone:
            raise Unavailable("The upload was given up.")
        if self._fd is None:
            self._fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        return self._fd

    def _close(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def _write_all(fd: int, chunks: Sequence[bytes]) -> None:
    left = [memoryview(chunk) for chunk in chunks if chunk]
    while left:
        written = os.writev(fd, left[:_MOST_BUFFERS])
        while left and written >= len(left[0]):
            written -= len(left.pop(0))
        if written:
            left[0] = left[0][written:]


def _sweep(parent: Path) -> None:
    """Remove the folders whose owner is dead: nobody holds their lock."""
    for folder in parent.iterdir():
        if folder.is_dir() and not _owned(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _owned(folder: Path) -> bool:
    try:
        fd = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False


@contextmanager
def _locked(parent: Path) -> Generator[None]:
    fd = os.open(parent / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)
