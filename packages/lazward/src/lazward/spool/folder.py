"""The folder of one spool, which one process at a time may write and send.

owner.json    who writes it and for which workspace; its time is the last sign of life
lock          held by the process that has it
00000001.log  segments
acknowledged  up to where the server has everything
"""

import contextlib
import os
import secrets
import shutil
import struct
import time
from pathlib import Path

import msgspec

from lazward.spool import lock, owner, record, segment
from lazward.spool.lock import Lock
from lazward.spool.owner import Owner
from lazward.spool.segment import Position, Window

_POSITION = struct.Struct("<QQ")


class SpoolFolder:
    """A spool's folder, held by this process.

    Attributes:
        path: Where it is.
        owner: Who wrote it.
        position: Up to where the server has everything.
    """

    def __init__(self, path: Path, owner: Owner, held: Lock) -> None:
        self.path = path
        self.owner = owner
        self._held = held
        self._acknowledged = os.open(path / "acknowledged", os.O_CREAT | os.O_RDWR | segment.BINARY, 0o600)
        self.position = self._read_position()

    def read(self, end: Position | None = None) -> Window:
        """The next records that are not acknowledged.

        Args:
            end: Up to where they were written; without it, everything is complete.
        """
        start = self.position
        return segment.read(self.path, start, end.offset if end and end.number == start.number else None)

    def end(self) -> Position:
        """Where a spool that nobody writes any more ends."""
        number = (segment.numbers(self.path) or [self.position.number])[-1]
        with contextlib.suppress(FileNotFoundError):
            return Position(number, segment.path(self.path, number).stat().st_size)
        return self.position

    def items(self) -> int:
        """How many entries lie behind what is acknowledged."""
        total, end, at = 0, self.end(), self.position
        while at < end:
            window = segment.read(self.path, at)
            total += sum(record.items for record in window.records)
            at = window.end if window.end > at else Position(at.number + 1)
        return total

    def acknowledge(self, position: Position) -> None:
        """Note that the server has everything up to here."""
        self.position = position
        # Not synced and not even sure: what is sent again does no harm.
        with contextlib.suppress(OSError):
            os.lseek(self._acknowledged, 0, os.SEEK_SET)
            os.write(self._acknowledged, _POSITION.pack(*position))

    def next_segment(self) -> int:
        """Go to the next segment and drop this one; returns how many bytes that frees."""
        file = segment.path(self.path, self.position.number)
        later = [number for number in segment.numbers(self.path) if number > self.position.number]
        self.acknowledge(Position(later[0] if later else self.position.number + 1))
        with contextlib.suppress(OSError):
            freed = file.stat().st_size
            file.unlink()
            return freed
        return 0

    def sync(self) -> None:
        """Have the disk keep the names of the spool and of its files."""
        for path in (self.path, self.path.parent):
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def give_sign(self) -> None:
        """Show that this process lives, for those on other machines."""
        with contextlib.suppress(OSError):
            os.utime(self.path / "owner.json")

    def adopt(self, owner: Owner) -> None:
        """Note that this process has the spool now."""
        self.owner = owner
        _write_owner(self.path, owner)

    def release(self) -> None:
        """Let other processes have it."""
        os.close(self._acknowledged)
        self._held.release()

    def remove(self) -> None:
        """Delete it; whoever claims it meanwhile finds nothing to send."""
        for number in segment.numbers(self.path):
            segment.path(self.path, number).unlink(missing_ok=True)
        self.release()  # network file systems keep deleted files that are still open
        shutil.rmtree(self.path, ignore_errors=True)

    def _read_position(self) -> Position:
        content = os.read(self._acknowledged, _POSITION.size)
        first = Position((segment.numbers(self.path) or [1])[0])
        if len(content) < _POSITION.size:
            return first
        return max(Position(*_POSITION.unpack(content)), first)


def create(root: Path, owner: Owner) -> SpoolFolder:
    """A new, empty spool.

    Raises:
        OSError: It cannot be made.
    """
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{time.time_ns():019d}-{owner.pid}-{secrets.token_hex(3)}"
    hidden = root / f".{name}"
    hidden.mkdir(mode=0o700)
    held = lock.take(hidden / "lock")
    assert held is not None  # noqa: S101 - nobody else knows the name
    _write_owner(hidden, owner)
    hidden.rename(root / name)  # nobody ever sees a spool without its lock
    return SpoolFolder(root / name, owner, held)


def paths(root: Path) -> list[Path]:
    """All spools of this user, oldest first. What others may have placed there is left out."""
    with contextlib.suppress(OSError):
        return sorted(path for path in root.iterdir() if _ours(path))
    return []


def read_owner(path: Path) -> Owner | None:
    """Who wrote a spool; None if it is no spool, or none in a format known here."""
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        owner = msgspec.json.decode((path / "owner.json").read_bytes(), type=Owner)
        return owner if owner.format == record.FORMAT else None
    return None


def claim(path: Path) -> SpoolFolder | None:
    """A spool whose process is gone, for this process to send; None if that may still live."""
    with contextlib.suppress(FileNotFoundError):
        if (wrote := read_owner(path)) is None or (held := lock.take(path / "lock")) is None:
            return None
        if owner.may_live(wrote, (path / "owner.json").stat().st_mtime, locked=held.real):
            held.release()
            return None
        return SpoolFolder(path, wrote, held)
    return None


def size(path: Path) -> int:
    """The bytes that a spool's segments take."""
    total = 0
    for file in path.glob("*.log"):
        with contextlib.suppress(OSError):
            total += file.stat().st_size
    return total


def _ours(path: Path) -> bool:
    if path.name.startswith(".") or path.is_symlink() or not path.is_dir():
        return False
    found = path.stat()
    return os.name != "posix" or (found.st_uid == os.geteuid() and not found.st_mode & 0o022)


def _write_owner(folder: Path, owner: Owner) -> None:
    new = folder / "owner.new"
    handle = os.open(new, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    try:
        os.write(handle, msgspec.json.encode(owner))
    finally:
        os.close(handle)
    new.replace(folder / "owner.json")
