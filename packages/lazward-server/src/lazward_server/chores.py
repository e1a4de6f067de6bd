"""Chores: what a server does at intervals beside answering requests.

A chore may fail: that is logged, and it is tried again, later each time. It may be cancelled at any
``await`` when the server stops, and several processes of one server may do the same chore at once, so it
keeps what it has done in the database.
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import NamedTuple

from lazward.errors import LazwardError

log = logging.getLogger("lazward.chores")

_FIRST = 1.0
_TOGETHER = 0.01
_LONGEST = 600.0
_MOST_DOUBLINGS = 10
QUIET = 8
"""How many times longer a chore waits that has found nothing to do."""


class Chore(NamedTuple):
    """Something to be done again and again.

    Attributes:
        name: How the log calls it.
        interval: Seconds between the end of one time and the next.
        run: Does it once; True where there was nothing to do, so that it need not be done as often.
        bell: Rung when there is something to do before the interval is over; by nobody as long as it fails.
    """

    name: str
    interval: float
    run: Callable[[], Awaitable[object]]
    bell: asyncio.Event | None = None


@asynccontextmanager
async def running(chores: Iterable[Chore]) -> AsyncGenerator[None]:
    """Do the chores until the block is left, which waits until none runs any more."""
    tasks = [asyncio.create_task(_repeat(chore), name=f"lazward-{chore.name}") for chore in chores]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def pause(interval: float, failures: int) -> float:
    """Seconds until the next time: longer after each failure in a row, and never the same twice."""
    longest = max(interval, _LONGEST)
    return min(interval * 2 ** min(failures, _MOST_DOUBLINGS), longest) * random.uniform(0.9, 1.1)  # noqa: S311


async def _sleep(wait: float, bell: asyncio.Event | None) -> None:
    if bell is None:
        return await asyncio.sleep(wait)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(bell.wait(), wait)
        await asyncio.sleep(_TOGETHER)  # who rings at the same time is served together
    bell.clear()
    return None


async def _repeat(chore: Chore) -> None:
    failures = 0
    wait = min(_FIRST, chore.interval)  # what the server was started for comes first
    while True:
        await _sleep(wait, None if failures else chore.bell)
        quiet = False
        try:
            quiet = await chore.run() is True
            failures = 0
        except Exception as error:  # the server outlives whatever a chore does
            failures += 1
            unforeseen = failures == 1 and not isinstance(error, LazwardError)
            log.warning("%s failed %d times in a row: %s", chore.name, failures, error, exc_info=unforeseen)
        wait = pause(chore.interval * (QUIET if quiet else 1), failures)
