"""Dropping what is older than the log is to be kept."""

import asyncio

from lazward_server.audit import log
from lazward_server.db.clock import now
from lazward_server.db.database import Database

_PAUSE = 0.05
"""Seconds between two slices, in which others write."""


async def forget_old(db: Database, seconds: int) -> None:
    """Drop all entries older than so many seconds, a slice at a time; with 0 none."""
    if not seconds:
        return
    before = now() - seconds * 1000
    more = True
    while more:
        more = await db.write(log.forget, before)
        await asyncio.sleep(_PAUSE)
