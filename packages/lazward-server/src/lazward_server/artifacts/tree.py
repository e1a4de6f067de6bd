"""What lies in a folder of the local disk. All of it blocks; links are neither followed nor seen."""

import os
import stat as modes
from pathlib import Path

from lazward_server.artifacts.store import Entry, Stat


def linked(path: Path) -> bool:
    """Whether a link stands anywhere on the way."""
    return os.path.realpath(path) != str(path)


def scan(folder: Path) -> list[Entry]:
    """Files and folders directly in it, by name; [] if it is no folder."""
    if linked(folder):
        return []
    try:
        before = folder.stat().st_ino
        with os.scandir(folder) as found:
            entries = [entry for entry in map(_entry, found) if entry is not None]
        if folder.stat().st_ino != before:  # deleted meanwhile: what was seen is part of what it held
            return []
    except (FileNotFoundError, NotADirectoryError):
        return []
    if not folder.is_dir():  # it was moved away for deletion meanwhile, and may have been read half
        return []
    return sorted(entries, key=lambda entry: entry.path)


def _entry(found: os.DirEntry[str]) -> Entry | None:
    """What to list of it: nothing of links, sockets, names that are no text, nor of what is gone by now."""
    if any("\udc80" <= character <= "\udcff" for character in found.name):  # bytes that are not UTF-8
        return None
    if found.is_dir(follow_symlinks=False):
        return Entry(found.name, None)
    if not found.is_file(follow_symlinks=False):
        return None
    try:
        return Entry(found.name, found.stat(follow_symlinks=False).st_size)
    except FileNotFoundError:
        return None


def stat(path: Path) -> Stat | None:
    """What is known of a file; None if it is none."""
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return described(found) if modes.S_ISREG(found.st_mode) and not linked(path) else None


def size(path: Path) -> int:
    """Bytes of a file, or of all files below a folder that nobody changes; 0 if there is neither."""
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return 0
    if not modes.S_ISDIR(found.st_mode):
        return found.st_size
    return sum(
        os.lstat(os.path.join(parent, name)).st_size for parent, _, names in os.walk(path) for name in names
    )


def described(found: os.stat_result) -> Stat:
    """What the system says, in our words."""
    return Stat(found.st_size, found.st_mtime, f'"{found.st_mtime_ns:x}-{found.st_size:x}-{found.st_ino:x}"')
