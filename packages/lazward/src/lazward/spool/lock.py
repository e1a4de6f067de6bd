"""A lock that its process holds for as long as it lives."""

import contextlib
import os
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None


class Lock:
    """A lock on a file; the system lets go of it when the process ends, however it ends.

    Attributes:
        real: Whether the file system has locks. Where it has none, everybody gets them.
    """

    def __init__(self, handle: int, *, real: bool) -> None:
        self._handle = handle
        self.real = real

    def release(self) -> None:
        """Let go of it; also what a forked child does with its parent's, which stays held then."""
        with contextlib.suppress(OSError):
            os.close(self._handle)


def take(file: Path) -> Lock | None:
    """The lock on a file, or None while another process holds it.

    Raises:
        FileNotFoundError: Its folder is gone.
    """
    handle = os.open(file, os.O_CREAT | os.O_RDWR, 0o600)
    real = fcntl is not None
    try:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.stat(file).st_ino == os.fstat(handle).st_ino:
            return Lock(handle, real=real)
    except BlockingIOError:
        pass
    except FileNotFoundError:
        os.close(handle)
        raise
    except OSError:  # some network file systems know no locks
        return Lock(handle, real=False)
    os.close(handle)
    return None
