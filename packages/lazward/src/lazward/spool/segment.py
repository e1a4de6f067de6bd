"""Segments: the numbered files of a spool that hold its records."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from lazward.spool import record
from lazward.spool.record import Record

BINARY = getattr(os, "O_BINARY", 0)
"""What Windows needs to leave bytes alone."""

WINDOW = 2**20
"""How many bytes are read at once; a larger record is read whole."""


class Position(NamedTuple):
    """A place in a spool: the number of a segment, and an offset in it."""

    number: int = 1
    offset: int = 0


class Window(NamedTuple):
    """Some records that follow each other.

    Attributes:
        records: The records.
        end: Where the next ones begin.
        damaged: How many bytes up to there are no records.
    """

    records: list[Record]
    end: Position
    damaged: int = 0


def path(folder: Path, number: int) -> Path:
    """The file of a segment."""
    return folder / f"{number:08d}.log"


def numbers(folder: Path) -> list[int]:
    """The segments that a folder holds, in order."""
    return sorted(int(file.stem) for file in folder.glob("*.log") if file.stem.isdigit())


def read(folder: Path, start: Position, end: int | None = None) -> Window:
    """The records of a segment from a place on.

    Args:
        folder: The spool's folder.
        start: Where to begin.
        end: Up to which offset records were written; without it, the segment is complete.
    """
    chunk, left = _chunk(path(folder, start.number), start.offset, end)
    records = list(record.scan(chunk))
    if chunk and not records:
        return Window([], Position(start.number, start.offset + left), damaged=left)
    return Window(records, Position(start.number, start.offset + (records[-1].end if records else 0)))


def _chunk(file: Path, start: int, end: int | None) -> tuple[bytes, int]:
    """The next bytes, the first record whole among them, and how many there are; none of a deleted file."""
    try:
        with file.open("rb") as opened:
            opened.seek(start)
            left = max((os.fstat(opened.fileno()).st_size if end is None else end) - start, 0)
            chunk = opened.read(min(WINDOW, left))
            if (whole := record.length(chunk)) > len(chunk):
                chunk += opened.read(min(whole, left) - len(chunk))
            return chunk, left
    except FileNotFoundError:
        return b"", 0


class Appender:
    """Writes the segments of a spool, each byte in the hands of the kernel when ``append`` returns.

    Not for several threads at once. With ``handle`` set to -1 it writes nothing any more.

    Args:
        folder: The spool's folder.
        limit: At which size the next segment begins.
        retire: Called with the descriptor of a segment that is complete, to sync and close it.
    """

    def __init__(self, folder: Path, limit: int, retire: Callable[[int], None]) -> None:
        self._folder = folder
        self._limit = limit
        self._retire = retire
        self.number = 0
        self.size = 0
        self.handle = -1
        self.rotate()

    def append(self, frame: bytes) -> Position:
        """Write a record; returns where it ends.

        Raises:
            OSError: It could not be written; nothing of it is left.
        """
        if self.size and self.size + len(frame) > self._limit:
            self.rotate()
        try:
            written = os.write(self.handle, frame)
            while written < len(frame):
                written += os.write(self.handle, frame[written:])
        except OSError:
            self._cut()
            raise
        self.size += written
        return Position(self.number, self.size)

    def rotate(self) -> None:
        """Begin the next segment.

        Raises:
            OSError: Its file cannot be made.
        """
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND | BINARY
        handle = os.open(path(self._folder, self.number + 1), flags, 0o600)
        if self.number:
            self._retire(self.handle)
        self.number, self.size, self.handle = self.number + 1, 0, handle

    def _cut(self) -> None:
        """Take back what was written of a record; where even that fails, the segment ends before it."""
        try:
            os.ftruncate(self.handle, self.size)
        except OSError:
            self.size = self._limit
