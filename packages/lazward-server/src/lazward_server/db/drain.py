"""Removing many rows in small portions, so that nobody who writes has to wait for all of them."""

from typing import Any

import sqlalchemy as sa

from lazward_server.db.database import Tx

ROWS = 2000
"""Rows to begin with in one transaction: some ten milliseconds on either database."""
_SECONDS = 0.02
_FEWEST, _MOST = 100, 4000


def rows_for(rows: int, seconds: float) -> int:
    """How many rows to remove next, when so many took so long: as many as others can wait for."""
    return max(_FEWEST, min(_MOST, int(rows * _SECONDS / max(seconds, 0.001))))


class Portion:
    """What may still be removed in this transaction.

    Args:
        rows: How many rows at most.
    """

    def __init__(self, rows: int = ROWS) -> None:
        self._left = rows

    def drain(self, tx: Tx, table: sa.Table, match: sa.ColumnElement[bool]) -> bool:
        """Remove rows that match as far as the portion goes; whether none is left."""
        if self._left <= 0:
            return False
        self._left -= tx.execute(sa.delete(table).where(_some(tx, table, match, self._left))).rowcount
        return self._left > 0

    def drain_all(self, tx: Tx, *rows: tuple[sa.Table, sa.ColumnElement[bool]]) -> bool:
        """Drain tables in this order; whether none has rows left that match."""
        return all(self.drain(tx, table, match) for table, match in rows)


def _some(tx: Tx, table: sa.Table, match: sa.ColumnElement[bool], most: int) -> sa.ColumnElement[bool]:
    if tx.postgres:  # which finds rows by where they lie, without a look at an index
        place: sa.ColumnElement[Any] = sa.literal_column("ctid")
        wanted = sa.select(place).select_from(table).where(match).limit(most)
        return place == sa.func.any(sa.func.array(wanted.scalar_subquery()))
    key = list(table.primary_key)
    return sa.tuple_(*key).in_(sa.select(*key).where(match).limit(most))
