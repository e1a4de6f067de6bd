"""How often a token may ask something of a workspace: a bucket each, filled evenly, emptied by requests.

Kept in memory by each process, which is given its share of what the workspace allows.
"""

import math
import time
from collections.abc import Callable, Hashable

from lazward.errors import TooManyRequests
from lazward_server.http.workspace import Workspace

_BURST = 3.0
"""Seconds of the rate that may be used at once after a pause."""
_MOST = 10_000
"""Buckets; the fullest are those of tokens that rest, and are dropped first."""


class _Bucket:
    """What is left to a token, and how many times it asked in this second."""

    __slots__ = ("asked", "at", "began", "left")

    def __init__(self, left: float, at: float) -> None:
        self.left = left
        self.at = self.began = at
        self.asked = 0


class Rates:
    """The buckets of one of ``processes`` that share the requests."""

    def __init__(self, processes: int = 1, clock: Callable[[], float] = time.monotonic) -> None:
        self._processes = processes
        self._clock = clock
        self._buckets: dict[tuple[Hashable, int], _Bucket] = {}

    def take(self, token: Hashable, workspace: Workspace, most: int) -> None:
        """Count a request of a token.

        Raises:
            TooManyRequests: There were more than ``most`` a second for too long.
        """
        rate, now = most / self._processes, self._clock()
        full = max(1.0, rate * _BURST)
        bucket = self._bucket((token, workspace.id), full, now)
        bucket.left = min(full, bucket.left + (now - bucket.at) * rate)
        bucket.at = now
        if now - bucket.began >= 1:
            bucket.began, bucket.asked = now, 0
        bucket.asked += 1
        if bucket.left < 1:
            raise _refusal(workspace, most, bucket.asked * self._processes, (1 - bucket.left) / rate)
        bucket.left -= 1

    def _bucket(self, key: tuple[Hashable, int], full: float, now: float) -> _Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            if len(self._buckets) >= _MOST:
                self._drop_half()
            bucket = self._buckets[key] = _Bucket(full, now)
        return bucket

    def _drop_half(self) -> None:
        """Those that asked last stay: a token cannot fill its bucket by letting others make it forgotten."""
        oldest_first = sorted(self._buckets, key=lambda key: self._buckets[key].at)
        for key in oldest_first[: _MOST // 2]:
            del self._buckets[key]


def _refusal(workspace: Workspace, most: int, asked: int, wait: float) -> TooManyRequests:
    seconds = max(1, math.ceil(wait))
    return TooManyRequests(
        f"Workspace '{workspace.name}' takes {most} requests a second from each token (most_requests), and"
        f" this one has sent about {asked} within a second. Wait {seconds} s, or send more in each request.",
        seconds,
    )
