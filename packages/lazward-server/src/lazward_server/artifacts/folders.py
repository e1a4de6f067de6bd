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


def move(source: Path, target: Path) -> None:
    """Move a file into place, replacing what is there; private folders are made as needed, all is durable.

    Raises:
        NotADirectoryError: The target would lie below a file.
    """
    for _ in range(_ATTEMPTS):
        try:
            changed = _make(target.parent)
            source.rename(target)
        except FileNotFoundError:
            continue  # a delete removed the empty parent just now
        for folder in (target.parent, *changed):
            with suppress(FileNotFoundError):  # or the file, with all its folder
                sync(folder)
        return
    raise Unavailable("The folder is being deleted; try again.")


def _make(folder: Path) -> list[Path]:
    """Make a folder and those above it; which of those above now have a new entry, the nearest first."""
    if folder.is_dir():
        return []
    changed = _make(folder.parent)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        if not stat.S_ISDIR(folder.lstat().st_mode):
            raise NotADirectoryError(errno.ENOTDIR, "part of it is a file") from None
    return [folder.parent, *changed]


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
