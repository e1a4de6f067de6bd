"""The folder in which a job runs, gone when it has ended.

    <work>/<run id>-<attempt>/        the folder
    <work>/<run id>-<attempt>.lock    locked by its launcher as long as that lives

A launcher that is killed cannot remove its folder, so the next one does. The locks are the kernel's, which
go with their process however that ends.
"""

import fcntl
import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

_LOCK = ".lock"


@contextmanager
def workplace(folder: Path) -> Generator[None]:
    """Make a folder, which must not be there yet; when the block is left it is gone.

    Raises:
        OSError: It cannot be made.
    """
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(folder.parent)  # first, since the disk may be full of it
    lock = os.open(_lock_of(folder), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder.mkdir(mode=0o700)
        yield
    finally:
        _remove(folder)
        os.close(lock)


def _sweep(work: Path) -> None:
    """Remove what launchers have left that are not there any more."""
    for file in work.glob(f"*{_LOCK}"):
        with suppress(OSError):  # gone by now, or somebody's
            lock = os.open(file, os.O_RDWR)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(file.with_suffix(""))
            finally:
                os.close(lock)


def _remove(folder: Path) -> None:
    for place, below, _ in os.walk(folder):
        for name in below:
            with suppress(OSError):  # a script may have locked itself out
                if not os.path.islink(os.path.join(place, name)):
                    os.chmod(os.path.join(place, name), 0o700)
    shutil.rmtree(folder, ignore_errors=True)
    _lock_of(folder).unlink(missing_ok=True)


def _lock_of(folder: Path) -> Path:
    return folder.with_name(folder.name + _LOCK)
