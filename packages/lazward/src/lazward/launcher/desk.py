"""Talking to the server about one job, also when the server is away for a while."""

import random
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from lazward.client import jobs
from lazward.client.http import Connection
from lazward.errors import LazwardError, ServerUnreachable, TooManyRequests, Unavailable
from lazward.launcher.settings import Settings
from lazward.wire.jobs import Order, Report

T = TypeVar("T")

_PASSING = (ServerUnreachable, Unavailable, TooManyRequests)
"""What another attempt may mend: a server that starts again, or is busy."""
_FIRST, _LONGEST = 0.2, 10.0


class Desk:
    """Where a launcher asks and reports.

    Args:
        settings: Which job.

    Attributes:
        at: The workspace.
        closed: Set when the server says that this job is none of ours any more: it is over, was given to
            another launcher, or is gone. Nothing is waited for then.
    """

    def __init__(self, settings: Settings) -> None:
        self.at = Connection(settings.where, settings.show)
        self.closed = threading.Event()
        self._run_id = settings.run_id
        self._attempt = settings.attempt

    def begin(self) -> Order:
        """Take the job over.

        Raises:
            LazwardError: It is none of ours.
        """
        return self.insist(lambda: jobs.begin(self.at, self._run_id, self._attempt))

    def report(self, message: Report) -> bool:
        """Tell how the job stands, once; whether to stop.

        Raises:
            LazwardError: Nobody heard.
        """
        return jobs.report(self.at, self._run_id, message)

    def append_log(self, name: str, offset: int, content: bytes) -> None:
        """Send a part of a log, once.

        Raises:
            LazwardError: Nobody took it.
        """
        jobs.append_log(self.at, self._run_id, name, offset, content)

    def insist(self, ask: Callable[[], T]) -> T:
        """Ask until there is an answer, however long the server is away.

        Raises:
            LazwardError: The server refused, or is not there for good.
        """
        pause = _FIRST
        while True:
            try:
                return ask()
            except _PASSING:
                if self.closed.is_set():
                    raise
            except LazwardError:
                raise
            time.sleep(pause * random.uniform(0.75, 1.25))  # noqa: S311 - spreads attempts, hides nothing
            pause = min(pause * 2, _LONGEST)
