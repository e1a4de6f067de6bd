"""Giving space back to the disk after much was removed.

SQLite keeps the pages of removed rows for later ones. Databases are made with ``auto_vacuum=incremental``
(``engines``), so that free pages can be cut off the file's end some at a time. PostgreSQL's autovacuum sees
to its own.
"""

import asyncio
from typing import Any

import sqlalchemy

from lazward_server.db.database import Database, Tx

KEPT = 1024
"""Free pages, of 4 KiB each, that stay for what is written next."""
_AT_ONCE = 100
_BETWEEN = 0.01
_INCREMENTAL = 2


async def give_back(db: Database) -> None:
    """Shorten the file of a SQLite database by its free pages, a few milliseconds at a time."""
    if db.engine.dialect.name != "sqlite" or not await db.read(_surplus):
        return
    while await db.write(_cut):  # noqa: ASYNC110 - it waits for nothing, it lets others write
        await asyncio.sleep(_BETWEEN)
    await asyncio.to_thread(_checkpoint, db.engine)


def make_shrinkable(engine: sqlalchemy.Engine) -> bool:
    """Write a SQLite database anew, once, if it was made without ``auto_vacuum``; whether that was needed.

    Needs as much free space on the disk as the database takes.
    """
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        if driver.execute("pragma auto_vacuum").fetchone()[0] == _INCREMENTAL:
            return False
        driver.execute("pragma auto_vacuum=incremental").close()
        driver.execute("vacuum").close()
        return True


def _surplus(tx: Tx) -> int:
    if tx.driver("pragma auto_vacuum")[0][0] != _INCREMENTAL:
        return 0
    return max(0, tx.driver("pragma freelist_count")[0][0] - KEPT)


def _cut(tx: Tx) -> bool:
    """Cut some pages off; whether there are more."""
    surplus = _surplus(tx)
    for _ in range(min(surplus, _AT_ONCE)):
        tx.driver("pragma incremental_vacuum(1)")  # Python takes one step, however many are asked for
    return surplus > _AT_ONCE


def _checkpoint(engine: sqlalchemy.Engine) -> None:
    """Let the file itself become shorter, and its log; with somebody in the way, a later commit does it."""
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("pragma busy_timeout=0").close()
        for mode in ("passive", "truncate"):  # the second holds writers up, but finds little left to do
            driver.execute(f"pragma wal_checkpoint({mode})").fetchall()
