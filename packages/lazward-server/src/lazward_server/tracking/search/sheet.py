"""The columns of one experiment that searches ask for, in memory: a row for each run.

Latest values, params and tags lie run by run, since that is how they are written and read. A search that
sorts 50,000 runs by one metric would pass through all that any of them logged; here it reads one narrow
table, with the same conditions and the same order.

A column is read when it is first asked for. From then on the rows follow the changes: before each search,
the runs that were written to since the last one are read again.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from lazward_server.db import engines
from lazward_server.db.database import Tx
from lazward_server.db.schema import latest, params, runs, tags
from lazward_server.tracking import changes, metrics
from lazward_server.tracking.search.paging import Rows, Statement
from lazward_server.tracking.search.run_fields import START, attributes
from lazward_server.tracking.search.tree import Field

MOST_BYTES = 128 * 2**20
"""Of one sheet, and of all of a process."""
MOST_COLUMNS = 40

_MOST_CHANGES = 20_000
"""Runs written to since the last search; of more, a new sheet costs less."""
_LONGEST = 500
"""Characters of a value. A column with longer ones is not worth the memory."""
_AT_ONCE = 1000

_RUN = ("id", "run_id", "name", "user_id", "status", "start_time", "end_time", "deleted_at")
TABLE = sa.table("sheet", *(sa.column(name, runs.c[name].type) for name in _RUN))
"""What searches select from. Its columns are those of ``runs``; fields have others besides."""
ATTRIBUTES = {Field("attribute", key): column for key, column in attributes(TABLE).items()}
"""Its columns that every sheet has."""
KINDS: dict[str, TypeEngine[Any]] = {"metric": sa.Double(), "parameter": sa.Text(), "tag": sa.Text()}
"""The types of the others."""

_CREATE = f"create table sheet(id integer primary key, {', '.join(_RUN[1:])})"
_WALK = "create index walk on sheet(start_time)"
_DELETE = "delete from sheet where id = ?"
_INSERT = f"insert into sheet({', '.join(_RUN)}) values ({', '.join('?' * len(_RUN))})"

_ENGINE = engines.memory()
_THERE = runs.c.experiment_id == sa.bindparam("experiment", type_=sa.BigInteger())
_AMONG = runs.c.id.in_(sa.bindparam("runs", type_=sa.BigInteger(), expanding=True))
_WANTED: sa.BindParameter[Any] = sa.bindparam("keys", expanding=True)
_RUNS = sa.select(*(runs.c[name] for name in _RUN)).where(_THERE)


def _values(table: sa.Table, value: sa.ColumnElement[Any]) -> Statement:
    """Key, value and run of what the runs of an experiment logged under some keys."""
    columns: list[sa.ColumnElement[Any]] = [table.c.key, value, table.c.run]
    joined = sa.select(*columns).join_from(runs, table, table.c.run == runs.c.id)
    return joined.where(_THERE, table.c.key.in_(_WANTED))


def _short(table: sa.Table) -> sa.ColumnElement[Any]:
    return sa.case((sa.func.length(table.c.value) <= sa.literal_column(str(_LONGEST)), table.c.value))


_VALUES = {
    "metric": _values(latest, latest.c.value),
    "parameter": _values(params, _short(params)),
    "tag": _values(tags, _short(tags)),
}


Run = Callable[[Statement], Rows]
"""Runs a statement."""


class TooLarge(Exception):
    """The values do not fit into the memory that a sheet may take."""


def has_column(field: Field) -> bool:
    """Whether a sheet has a column for it, or would make one."""
    return field.entity in KINDS or field in ATTRIBUTES


class Sheet:
    """The sheet of one experiment, for any thread.

    Attributes:
        bytes: What it takes of memory.
    """

    def __init__(self, experiment: int) -> None:
        self.bytes = 0
        self._experiment = experiment
        self._lock = threading.Lock()
        self._connection: sa.Connection | None = None
        self._position = 0
        self._columns: dict[Field, str] = {}
        self._unfit: set[Field] = set()

    def find(
        self, tx: Tx, fields: Collection[Field], ask: Callable[[Run, Mapping[Field, str]], Rows]
    ) -> Rows:
        """What statements over ``TABLE`` find, as new as the transaction's snapshot at least.

        Args:
            tx: A transaction that reads.
            fields: The metrics, params and tags in the statements.
            ask: Runs them, given a function that does and the names of these fields' columns.

        Raises:
            TooLarge: There is no room for some of them.
        """
        with self._lock:
            if not self._unfit.isdisjoint({START, *fields}):
                raise TooLarge
            connection = self._current(tx, fields)
            names = {field: self._columns[field] for field in fields}
            return ask(lambda statement: connection.execute(statement).all(), names)

    def close(self) -> None:
        """Let go of the memory; a search that still comes reads anew."""
        with self._lock:
            self._clear()

    def _current(self, tx: Tx, fields: Collection[Field]) -> sa.Connection:
        """Bring the rows up to date, and add the columns that are missing."""
        try:
            if self._is_crowded(fields):
                self._clear()
            connection = self._follow(tx)
            self._add(tx, [field for field in fields if field not in self._columns])
        except TooLarge:
            self._unfit.update(fields or {START})
            self._clear()
            raise
        except BaseException:
            self._clear()  # what was under way is half done
            raise
        return connection

    def _follow(self, tx: Tx) -> sa.Connection:
        """Read what changed since the last search again, or all runs for the first time."""
        changed = changes.since(tx, self._position) if self._connection else None
        if changed is None or len(changed) > _MOST_CHANGES:
            self._clear()
            self._connection = _ENGINE.connect()
            self._driver.execute(_CREATE)
            self._write(_INSERT, self._read(tx, _RUNS))
            self._driver.execute(_WALK)
        else:
            for start in range(0, len(changed), _AT_ONCE):
                self._refresh(tx, changed[start : start + _AT_ONCE])
        # Also where the sheet was newer already: a column read below has only what this snapshot has.
        self._position = changes.position(tx)
        assert self._connection is not None  # noqa: S101 - it has just begun at the latest
        return self._connection

    def _refresh(self, tx: Tx, numbers: Sequence[int]) -> None:
        self._write(_DELETE, [(run,) for run in numbers])
        self._write(_INSERT, self._read(tx, _RUNS.where(_AMONG), runs=numbers))
        self._fill(tx, self._columns, among=numbers)

    def _add(self, tx: Tx, fields: Collection[Field]) -> None:
        for field in fields:
            self._columns[field] = f"c{len(self._columns)}"
            self._driver.execute(f"alter table sheet add column {self._columns[field]}")
        self._fill(tx, fields)

    def _fill(self, tx: Tx, fields: Collection[Field], *, among: Sequence[int] | None = None) -> None:
        """Write the values of some columns, of some runs if not of all; runs without one have none yet."""
        for entity, query in _VALUES.items():
            found = _by_key(tx, [field for field in fields if field.entity == entity])
            if found:
                self._fill_entity(tx, query, found, among)

    def _fill_entity(
        self, tx: Tx, query: Statement, fields: Mapping[object, Field], among: Sequence[int] | None
    ) -> None:
        wanted = query if among is None else query.where(_AMONG)
        values: dict[object, list[tuple[Any, int]]] = {key: [] for key in fields}
        for key, value, run in self._read(tx, wanted, keys=list(fields), runs=among):
            values[key].append((metrics.answered(value), run))
        for key, field in fields.items():
            if any(value is None for value, _ in values[key]):
                raise TooLarge
            self._write(f"update sheet set {self._columns[field]} = ? where id = ?", values[key])

    def _read(self, tx: Tx, query: Statement, **given: object) -> Sequence[tuple[Any, ...]]:
        """The rows as the driver has them, since there are many."""
        result = tx.execute(query, {"experiment": self._experiment, **given})
        assert result.cursor is not None  # noqa: S101 - it has rows
        return result.cursor.fetchall()

    def _write(self, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        self._driver.execute("begin")
        self._driver.executemany(statement, rows)
        self._driver.execute("commit")
        self.bytes = self._pragma("page_count") * self._pragma("page_size")
        if self.bytes > MOST_BYTES:
            raise TooLarge

    def _is_crowded(self, fields: Collection[Field]) -> bool:
        """Whether the columns it has leave no room for those it lacks."""
        missing = len(set(fields).difference(self._columns))
        full = len(self._columns) + missing > MOST_COLUMNS or self.bytes > MOST_BYTES // 2
        return missing > 0 and full

    def _pragma(self, name: str) -> int:
        return self._driver.execute(f"pragma {name}").fetchone()[0]

    @property
    def _driver(self) -> Any:
        assert self._connection is not None  # noqa: S101 - it has begun
        return self._connection.connection.driver_connection

    def _clear(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self._columns.clear()
        self.bytes = 0


def _by_key(tx: Tx, fields: Collection[Field]) -> dict[object, Field]:
    """Fields by the key that their values are stored under; what nobody ever logged has none."""
    stored = {
        field: metrics.key_id(tx, field.key) if field.entity == "metric" else field.key for field in fields
    }
    return {key: field for field, key in stored.items() if key is not None}
