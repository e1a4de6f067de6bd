"""The writing half of a spool: records appended by any thread, within the bytes that are allowed."""

import contextlib
import errno
import os
import threading

from lazward.spool.folder import SpoolFolder
from lazward.spool.segment import Appender, Position
from lazward.spool.settings import Settings

_sync = getattr(os, "fdatasync", os.fsync)


class Journal:
    """Appends records to the segments of a folder.

    Attributes:
        end: Where the last record ends.
        items: How many entries were appended.
        others: Bytes that other spools take of what is allowed.
    """

    def __init__(self, folder: SpoolFolder, settings: Settings) -> None:
        self.end = Position()
        self.items = 0
        self.others = 0
        self._folder = folder
        self._max_bytes = settings.max_bytes
        self._used = 0
        self._lock = threading.Lock()
        self._retired: list[int] = []
        self._appender = Appender(folder.path, settings.segment_bytes, self._retired.append)
        self._synced = Position(0)

    def append(self, frame: bytes, items: int) -> None:
        """Hand a record to the kernel.

        Raises:
            OSError: The disk, or what is allowed of it, is full.
        """
        with self._lock:
            if self._used + self.others + len(frame) > self._max_bytes:
                raise OSError(errno.EDQUOT, f"the spools hold {self._max_bytes:,} bytes already")
            self.end = self._appender.append(frame)
            self._used += len(frame)
            self.items += items

    def begin_segment(self) -> None:
        """Write what comes into a new segment, so that the old ones can be deleted."""
        with contextlib.suppress(OSError), self._lock:
            self._appender.rotate()
            self.end = Position(self._appender.number)

    def freed(self, size: int) -> None:
        """So many bytes of old segments were deleted."""
        with self._lock:
            self._used -= size

    def sync(self) -> None:
        """Have the disk keep what the kernel has; for one thread only."""
        if self._synced == self.end:
            return
        end, new = self.end, self.end.number != self._synced.number
        with contextlib.suppress(OSError):
            _sync(self._appender.handle)
            while self._retired:
                handle = self._retired.pop()
                _sync(handle)
                os.close(handle)
            if new:
                self._folder.sync()
            self._synced = end

    def close(self) -> None:
        """Sync and close the segments; what is appended afterwards fails."""
        self.sync()
        with self._lock:
            self.abandon()

    def abandon(self) -> None:
        """Close the segments and leave them as they are.

        Without the lock, which a thread that a forked child does not have may hold.
        """
        handles, self._appender.handle = (self._appender.handle, *self._retired), -1
        for handle in handles:
            with contextlib.suppress(OSError):
                os.close(handle)
