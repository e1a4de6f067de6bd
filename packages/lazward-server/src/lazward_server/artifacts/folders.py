"""Folders on the local disk, made, moved and removed so that a power cut leaves no gap."""

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

from lazward.errors import Unavailable

_ATTEMPTS = 20


def sync(folder: Path) -> None:
    """Make the folder's entries durable."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def make(folder: Path) -> None:
    """Make a folder and those above it, private and durable.

    Raises:
        FileNotFoundError: One of them was deleted meanwhile.
        NotADirectoryError: One of them is a file.
    """
    if folder.is_dir():
        return
    make(folder.parent)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        if not stat.S_ISDIR(folder.lstat().st_mode):
            raise NotADirectoryError(errno.ENOTDIR, "part of it is a file") from None
    sync(folder.parent)


def move(source: Path, target: Path) -> None:
    """Move a file into place, replacing what is there, durable on return."""
    for _ in range(_ATTEMPTS):
        try:
            make(target.parent)
            source.rename(target)
        except FileNotFoundError:
            continue  # a delete removed the empty parent just now
        with suppress(FileNotFoundError):  # or the file, with all its folder
            sync(target.parent)
        return
    raise Unavailable("The folder is being deleted; try again.")


def prune(folder: Path, root: Path) -> None:
    """Remove the folder and those above it as long as they are empty; ``root`` stays."""
    while folder != root:
        try:
            folder.rmdir()
        except FileNotFoundError:
            pass
        except OSError:  # not empty, and so are those above
            break
        folder = folder.parent
    with suppress(FileNotFoundError):  # whoever removed it has synced
        sync(folder)
