"""Talking to the server about one job, also when the server is away for a while."""

import random
import threading
import time
from collections.abc import Callable
from typing import TypeVar

import msgspec

from lazward.client import jobs
from lazward.client.http import Connection
from lazward.errors import (
    PASSING,
    InvalidState,
    NotFound,
    PermissionDenied,
    StorageFull,
    Unauthenticated,
)
from lazward.launcher.settings import Settings
from lazward.wire.jobs import Order, Report

T = TypeVar("T")

_PASSING = (*PASSING, StorageFull)
"""What another attempt may mend: a server that starts again, is busy, or has no room at the moment."""
_OVER = (Unauthenticated, PermissionDenied, NotFound, InvalidState)
"""What says that a job is none of this launcher's any more."""
_FIRST, _LONGEST = 0.2, 5.0
_PATIENCE = 3 * 86_400.0
"""Seconds after which a server does not come back."""


class Desk:
    """Where a launcher asks and reports.

    Args:
        settings: Which job.

    Attributes:
        at: The workspace.
        closed: Set when the server says that this job is none of ours any more: it is over, was given to
            another launcher, or is gone. Nothing is waited for then.
        script_began: When the script began, on the clock that never goes back.
    """

    def __init__(self, settings: Settings) -> None:
        self.at = Connection(settings.where, settings.show)
        self.closed = threading.Event()
        self.script_began: float | None = None
        self._run_id = settings.run_id
        self._attempt = settings.attempt

    def begin(self) -> Order:
        """Take the job over.

        Raises:
            LazwardError: It is none of ours.
        """
        return self.insist(lambda: jobs.begin(self.at, self._run_id, self._attempt))

    def join(self) -> Order:
        """What the job is that the launcher of another node has.

        Raises:
            LazwardError: It is none of ours.
        """
        return self.insist(lambda: jobs.join(self.at, self._run_id, self._attempt))

    def report(self, message: Report) -> bool:
        """Tell how the job stands, once; whether to stop.

        Raises:
            LazwardError: Nobody heard.
        """
        began = self.script_began
        ran = None if began is None else int((time.monotonic() - began) * 1000)
        whole = msgspec.structs.replace(message, attempt=self._attempt, ran_ms=ran)
        return self._ours(lambda: jobs.report(self.at, self._run_id, whole))

    def append_log(self, name: str, offset: int, content: bytes) -> None:
        """Send a part of a log, once.

        Raises:
            LazwardError: Nobody took it.
        """
        self._ours(lambda: jobs.append_log(self.at, self._run_id, name, offset, content))

    def insist(self, ask: Callable[[], T]) -> T:
        """Ask until there is an answer, though the server is away for days.

        Raises:
            LazwardError: The server refused, the job is none of ours any more, or nobody is there for good.
        """
        end, pause = time.monotonic() + _PATIENCE, _FIRST
        while True:
            try:
                return ask()
            except _PASSING:
                spread = pause * random.uniform(0.75, 1.25)  # noqa: S311 - spreads attempts, hides nothing
                if time.monotonic() > end or self.closed.wait(spread):
                    raise
            pause = min(pause * 2, _LONGEST)

    def _ours(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except _OVER:
            self.closed.set()
            raise
