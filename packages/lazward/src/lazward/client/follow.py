"""Following a job: what it writes as it appears, and how it stands, until it is over."""

import codecs
import time
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from lazward.client import jobs
from lazward.client.http import Connection
from lazward.errors import PASSING, LazwardError
from lazward.wire.jobs import BUILD_LOG, ENDS, LOG, Job

T = TypeVar("T")

PATIENCE = 600.0
"""Seconds that a server may be away."""

_SHORTEST, _LONGEST, _GROWTH = 0.2, 1.0, 1.5
"""Seconds between two looks: the first while something happens, the last while nothing does."""
_LONGEST_AWAY = 5.0
_OVER = frozenset(state.value for state in ENDS)


class Piece(NamedTuple):
    """What is new in a log.

    Attributes:
        log: Its name.
        text: What was written; characters are whole.
    """

    log: str
    text: str


def is_over(job: Job) -> bool:
    """Whether nothing about the job changes any more."""
    return job.state in _OVER


class Follower:
    """Follows a job; iterating yields what its logs say, and ends when it is over and all was read.

    Args:
        at: The workspace.
        run_id: The job.
        logs: Names of the logs to read.
        patience: Seconds that the server may be away.
        away: Told once each time why the server does not answer.
        changed: Told the job when its state changes, or why it waits.

    Attributes:
        job: The job as it stood at the last look.
    """

    def __init__(
        self,
        at: Connection,
        run_id: str,
        *,
        logs: Sequence[str] = (BUILD_LOG, LOG),
        patience: float = PATIENCE,
        away: Callable[[LazwardError], None] = lambda _error: None,
        changed: Callable[[Job], None] = lambda _job: None,
    ) -> None:
        self._at = at
        self._run_id = run_id
        self._patience = patience
        self._away = away
        self._changed = changed
        self._logs = [_Reader(name) for name in logs]
        self._shown: tuple[str, str | None] | None = None
        self.job = self._look()

    def __iter__(self) -> Iterator[Piece]:
        pause = _SHORTEST
        while True:
            over = is_over(self.job)  # what was written before it ended is there by now
            found = False
            for log in self._logs:
                for piece in self._new(log):
                    found = True
                    yield piece
            if over:
                return
            pause = _SHORTEST if found else min(pause * _GROWTH, _LONGEST)
            time.sleep(pause)
            self.job = self._look()

    def _look(self) -> Job:
        job = self._insist(lambda: jobs.get(self._at, self._run_id))
        if (shown := (job.state, job.reason)) != self._shown:
            self._shown = shown
            self._changed(job)
        return job

    def _new(self, log: "_Reader") -> Iterator[Piece]:
        while content := self._insist(lambda: jobs.read_log(self._at, self._run_id, log.name, log.offset)):
            if text := log.take(content):
                yield Piece(log.name, text)

    def _insist(self, ask: Callable[[], T]) -> T:
        """Ask until there is an answer, or the server was away for too long."""
        since: float | None = None
        pause = _SHORTEST
        while True:
            try:
                return ask()
            except PASSING as error:
                now = time.monotonic()
                if since is None:
                    since = now
                    self._away(error)
                if now - since > self._patience:
                    raise
            time.sleep(pause)
            pause = min(pause * 2, _LONGEST_AWAY)


class _Reader:
    """How far a log is read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.offset = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def take(self, content: bytes) -> str:
        """The text of the next bytes; half a character waits for the rest."""
        self.offset += len(content)
        return self._decoder.decode(content)
