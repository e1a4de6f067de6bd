"""A statement over many given rows at once, written once for both databases.

The hot path handles whole groups of requests, so its statements take tables of values. SQLite reads them
from a multi-row VALUES, PostgreSQL from ``unnest``; both run in one step of the driver, which lets go of
the interpreter's lock once instead of once a row.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lazward_server.db.database import Tx

_SQLITE_MAX_VARIABLES = 32_766
_LARGEST_CHUNK = 2048


class Bulk:
    """A statement with a table of given rows in it.

    ``sql`` names the table with ``{given}``, which is a relation ``given`` with the declared columns::

        Bulk("select given.run_id, id from given join runs using (run_id)", run_id="text")

    Columns are declared with PostgreSQL's type names; ``postgres`` is added there only, for row locks and
    orders that SQLite's tables have by themselves.
    Literal percent signs are not allowed.
    """

    def __init__(self, sql: str, *, postgres: str = "", **columns: str) -> None:
        self._sql = sql
        self._suffix = postgres
        self._columns = columns
        self._rendered: dict[int, str] = {}

    def __call__(self, tx: "Tx", rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Run over the rows; what it returns, if anything.

        It has the order that the statement asks for, if any. SQLite takes many rows in portions, so there
        an order holds among what a portion returns, and not beyond it.
        """
        if not rows:
            return []
        if tx.postgres:
            return tx.driver(self._postgres(), tuple(list(column) for column in zip(*rows, strict=True)))
        found: list[tuple[Any, ...]] = []
        for chunk in self._chunks(rows):
            found += tx.driver(self._sqlite(len(chunk)), tuple(chain.from_iterable(chunk)))
        return found

    def _chunks(self, rows: Sequence[tuple[Any, ...]]) -> Iterator[Sequence[tuple[Any, ...]]]:
        """Powers of two, so that few distinct statements are prepared however sizes vary."""
        largest = _LARGEST_CHUNK
        while largest * len(self._columns) > _SQLITE_MAX_VARIABLES:
            largest //= 2
        start = 0
        while left := len(rows) - start:
            size = min(largest, 1 << (left.bit_length() - 1))
            yield rows[start : start + size]
            start += size

    def _sqlite(self, size: int) -> str:
        sql = self._rendered.get(size)
        if sql is None:
            row = "(" + ",".join("?" * len(self._columns)) + ")"
            given = f"with given({','.join(self._columns)}) as (values {','.join([row] * size)}) "
            sql = self._rendered[size] = given + self._sql
        return sql

    def _postgres(self) -> str:
        sql = self._rendered.get(0)
        if sql is None:
            arrays = ",".join(f"%s::{kind}[]" for kind in self._columns.values())
            names = ",".join(self._columns)
            given = f"with given({names}) as (select * from unnest({arrays}) as g({names})) "
            sql = self._rendered[0] = given + self._sql + self._suffix
        return sql
