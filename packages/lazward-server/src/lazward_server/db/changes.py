"""Which runs were written to lately, for those who keep something of runs in memory."""

import threading
from collections.abc import Collection

_MOST = 100_000


class Changes:
    """The runs that a process wrote to, each with its last commit's place among all.

    Attributes:
        position: The place of the newest commit. It is there before who wrote is answered.
    """

    def __init__(self) -> None:
        self.position = 0
        self._forgotten = 0
        self._last: dict[int, int] = {}
        self._lock = threading.Lock()

    def add(self, runs: Collection[int]) -> None:
        """Note the runs of one commit."""
        if not runs:
            return
        with self._lock:
            self.position += 1
            for run in runs:
                self._last.pop(run, None)  # the dictionary stays in the order of the places
                self._last[run] = self.position
            while len(self._last) > _MOST:
                oldest = next(iter(self._last))
                self._forgotten = self._last.pop(oldest)

    def since(self, position: int) -> list[int] | None:
        """The runs written to after a place; None if that is too long ago to know."""
        with self._lock:
            if position < self._forgotten:
                return None
            found: list[int] = []
            for run, last in reversed(self._last.items()):
                if last <= position:
                    break
                found.append(run)
            return found
