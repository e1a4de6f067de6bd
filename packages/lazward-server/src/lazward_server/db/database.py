"""The seam to the database: ``await db.write(fn, ...)`` and ``await db.read(fn, ...)``.

``fn`` is a plain synchronous function whose first argument is a transaction. All writes of a process go
through one writer thread that commits in groups: it takes every request that waits, applies them in one
transaction, commits once, and only then answers each. One bad request in a group fails alone.

Reads run in a small pool of threads, each with a connection of its own and one snapshot per call.
"""

import asyncio
import itertools
import logging
import queue
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import sqlalchemy

from lazward.errors import LazwardError, Unavailable
from lazward_server.db import engines
from lazward_server.db.changes import Changes

log = logging.getLogger("lazward.db")

P = ParamSpec("P")
T = TypeVar("T")
Item = TypeVar("Item")

_GROUP_LIMIT = 1024
_READERS = 4
_RETRIES = 5
_QUIET = 0.5
_BETWEEN = 0.002
"""Seconds to wait for a write before a quiet time is used, and between two slices of such work."""


class Known:
    """What the process remembers of its database, so that hot writes need not ask again.

    Forgotten whenever a write is rolled back or something other than a batch is written.

    Attributes:
        metric_keys: Ids of metric keys.
        runs: Runs by run id; on SQLite only, where no other process can change them.
        undocumented: Runs that have no document (``tracking.documents``); on SQLite only.
        rooms: What workspaces may still hold (``tracking.run_limit``). An estimate with an end, which is
            never forgotten: counting again after every write would be slow.
        changes: The runs written to; on SQLite only.
        sheets: What searches keep in memory (``tracking.search.sheets``), which follow the changes.
    """

    def __init__(self) -> None:
        self.metric_keys: dict[str, int] = {}
        self.runs: dict[str, Any] = {}
        self.undocumented: set[int] = set()
        self.rooms: dict[int, Any] = {}
        self.changes = Changes()
        self.sheets: dict[int, Any] = {}

    def clear(self) -> None:
        """Forget."""
        self.metric_keys.clear()
        self.runs.clear()
        self.undocumented.clear()


class Tx:
    """One open transaction.

    Core statements go through ``execute``; hot, hand-written ones through ``driver`` with the driver's own
    placeholders (see ``db.bulk``).

    Attributes:
        connection: SQLAlchemy's connection.
        postgres: Which of the two databases this is.
        known: What earlier transactions found out.
        reading: It sees one snapshot, of what is committed, and writes nothing.
        position: In ``known.changes``; what was written up to there is in the snapshot.
        changed: The runs written to in this transaction.
    """

    __slots__ = ("_driver", "changed", "connection", "known", "position", "postgres", "reading")

    def __init__(self, connection: sqlalchemy.Connection, known: "Known", *, reading: bool = False) -> None:
        self.connection = connection
        self.known = known
        self.reading = reading
        self.position = known.changes.position
        self.changed: set[int] = set()
        self.postgres = connection.dialect.name == "postgresql"
        self._driver: Any = connection.connection.driver_connection

    def execute(
        self, statement: sqlalchemy.Executable, parameters: Any = None
    ) -> sqlalchemy.CursorResult[Any]:
        """Run a Core statement."""
        return self.connection.execute(statement, parameters)

    def driver(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement as it stands and return its rows, [] when it has none."""
        cursor = self._driver.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []


class Batched(Generic[Item]):
    """A write that takes all waiting items of its kind at once.

    The function gets the items and returns one outcome for each: an answer, or the error that item failed
    with. It finds its errors before it writes anything of the item.
    """

    def __init__(self, fn: Callable[[Tx, list[Item]], Sequence[Any]]) -> None:
        self.fn = fn


class _Op:
    """A write that waits for its turn."""

    __slots__ = ("args", "batched", "fn", "future", "kwargs", "outcome")

    def __init__(self, fn: Any, args: Any, kwargs: Any, future: "asyncio.Future[Any]") -> None:
        self.batched = kwargs is None
        self.fn = fn
        self.args = args
        self.kwargs = kwargs
        self.future = future
        self.outcome: Any = None


class _Failed:
    """An outcome that is to be raised."""

    __slots__ = ("error",)

    def __init__(self, error: BaseException) -> None:
        self.error = error


class Database:
    """The database of one server process.

    Args:
        url: ``sqlite:///PATH`` or ``postgresql://...``.
        tidy: Run in a write transaction of its own when no write has come for half a second, and again as
            long as it answers that there is more to do and no write comes.
    """

    def __init__(self, url: str, tidy: Callable[[Tx], bool] | None = None) -> None:
        self._tidy = tidy
        self.engine = engines.create(url)
        self._queue: queue.SimpleQueue[list[_Op] | None] = queue.SimpleQueue()
        self._pending: list[_Op] = []
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="lazward-reader")
        self._local = threading.local()
        self._writer = threading.Thread(target=self._run_writer, name="lazward-writer", daemon=True)
        self._closed = False
        self._known = Known()
        self._patience: float | None = _QUIET if tidy else None
        self._writer.start()

    async def write(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``fn(tx, ...)`` in a write transaction; returns after it is durable on disk.

        Raises:
            LazwardError: What ``fn`` raised; nothing of it was kept.
            StorageFull: The disk is full; nothing was kept.
            Unavailable: The database did not take the write.
        """
        return await self._submit(fn, args, kwargs)

    def write_batched(self, batched: Batched[Item], item: Item) -> "asyncio.Future[Any]":
        """Run a batched write on one item, together with whatever else waits."""
        return self._submit(batched, item, None)

    async def read(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``fn(tx, ...)`` on a snapshot, in a reader thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, lambda: self.read_now(fn, *args, **kwargs))

    def read_now(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``fn(tx, ...)`` on a snapshot in the calling thread."""
        try:
            with self._reader().begin():
                return fn(Tx(self._local.connection, self._known, reading=True), *args, **kwargs)
        except LazwardError:
            raise
        except Exception as error:
            self._drop_reader()
            raise engines.explain(error) from error

    def write_now(self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``fn(tx, ...)`` in a write transaction and wait for it; for use outside an event loop."""

        async def run() -> T:
            return await self.write(fn, *args, **kwargs)

        return asyncio.run(run())

    def close(self) -> None:
        """Finish the writes that wait and let go of the database."""
        if self._closed:
            return
        self._closed = True
        self._queue.put(None)
        self._writer.join()
        self._readers.shutdown()
        for sheet in self._known.sheets.values():
            sheet.close()
        self.engine.dispose()

    def _reader(self) -> sqlalchemy.Connection:
        connection: sqlalchemy.Connection | None = getattr(self._local, "connection", None)
        if connection is None or connection.closed:
            connection = self._local.connection = engines.reader(self.engine)
        return connection

    def _drop_reader(self) -> None:
        connection: sqlalchemy.Connection | None = getattr(self._local, "connection", None)
        self._local.connection = None
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _submit(self, fn: Any, args: Any, kwargs: Any) -> "asyncio.Future[Any]":
        if self._closed:
            raise Unavailable("The server is shutting down.")
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        if not self._pending:  # all writes of one turn of the event loop go over together
            loop.call_soon(self._flush)
        self._pending.append(_Op(fn, args, kwargs, future))
        return future

    def _flush(self) -> None:
        group, self._pending = self._pending, []
        if not self._closed:
            self._queue.put(group)
            return
        for op in group:
            op.outcome = _Failed(Unavailable("The server is shutting down."))
        _resolve(group)

    # ------------------------------------------------------------------ the writer thread

    def _run_writer(self) -> None:
        connection: sqlalchemy.Connection | None = None
        while (group := self._take()) is not None:
            if not group:
                connection = self._tidy_up(connection)
                continue
            for attempt in range(_RETRIES):
                try:
                    connection = connection or engines.writer(self.engine)
                    self._apply(connection, group)
                    break
                except Exception as error:  # noqa: BLE001 - the writer outlives whatever a write does
                    connection = self._discard(connection)
                    if attempt + 1 < _RETRIES and engines.transient(error):
                        continue
                    self._fail(group, error)
                    break
            _answer(group)
        if connection is not None:
            connection.close()

    def _take(self) -> list[_Op] | None:
        """Every operation that waits, none after a quiet time; None when the database is closing."""
        try:
            group = self._queue.get(timeout=self._patience)
        except queue.Empty:
            return []
        self._patience = _QUIET if self._tidy else None
        if group is None:
            return None
        try:
            while len(group) < _GROUP_LIMIT:
                more = self._queue.get_nowait()
                if more is None:
                    self._queue.put(None)
                    break
                group += more
        except queue.Empty:
            pass
        return group

    def _tidy_up(self, connection: sqlalchemy.Connection | None) -> sqlalchemy.Connection | None:
        assert self._tidy is not None  # noqa: S101 - without it nobody waits for quiet
        self._patience = None
        try:
            connection = connection or engines.writer(self.engine)
            with _transaction(connection, self._known) as tx:
                if self._tidy(tx):
                    self._patience = _BETWEEN
        except Exception as error:  # noqa: BLE001 - it is tried again after the next write
            log.warning("could not tidy the database up: %s", error)
            return self._discard(connection)
        return connection

    def _apply(self, connection: sqlalchemy.Connection, group: list[_Op]) -> None:
        """Apply a group and commit it; a group of one batched kind, the common case, needs no savepoint."""
        first = group[0].fn
        alone = group[0].batched and all(op.fn is first for op in group)
        if alone:
            try:
                with _transaction(connection, self._known) as tx:
                    _apply_batch(tx, group)
            except Exception as error:
                if engines.concerns_all(error):
                    raise
            else:
                return
        with _transaction(connection, self._known) as tx:
            _apply_each(tx, group)

    def _discard(self, connection: sqlalchemy.Connection | None) -> None:
        """Drop a connection that failed; the next group starts on a fresh one."""
        self._known.clear()
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _fail(self, group: list[_Op], error: Exception) -> None:
        log.error("a group of %d writes was not committed: %s", len(group), error)
        outcome = _Failed(engines.explain(error))
        for op in group:
            op.outcome = outcome


@contextmanager
def _transaction(connection: sqlalchemy.Connection, known: Known) -> Generator[Tx]:
    """A write transaction, begun and ended by the driver: a group of one is dominated by what this costs."""
    tx = Tx(connection, known)
    driver: Any = connection.connection.driver_connection
    if not tx.postgres:
        driver.execute("begin immediate")
    try:
        yield tx
    except BaseException:
        driver.rollback()
        known.clear()
        raise
    try:
        driver.commit()
    finally:  # also where it failed, since nobody knows what became of it then
        known.changes.add(tx.changed)


def _apply_batch(tx: Tx, ops: list[_Op]) -> None:
    """Apply all operations of one batched kind at once."""
    for op, outcome in zip(ops, ops[0].fn.fn(tx, [op.args for op in ops]), strict=True):
        op.outcome = _Failed(outcome) if isinstance(outcome, LazwardError) else outcome


def _apply_each(tx: Tx, group: list[_Op]) -> None:
    """Apply operations of any kind, each so that its failure leaves the others alone."""
    batches: dict[Batched[Any], list[_Op]] = {}
    for op in group:
        if op.batched:
            batches.setdefault(op.fn, []).append(op)
        else:
            _in_savepoint(tx, [op], lambda op=op: setattr(op, "outcome", op.fn(tx, *op.args, **op.kwargs)))
            tx.known.clear()  # it may have changed what batches take for known
    for ops in batches.values():
        if not _in_savepoint(tx, ops, lambda ops=ops: _apply_batch(tx, ops)) and len(ops) > 1:
            for op in ops:
                _in_savepoint(tx, [op], lambda op=op: _apply_batch(tx, [op]))


def _in_savepoint(tx: Tx, ops: list[_Op], apply: Callable[[], None]) -> bool:
    """Whether it could be applied; if not, nothing of it is left and the operations carry the error."""
    tx.driver("savepoint op")
    try:
        apply()
    except Exception as error:
        if engines.concerns_all(error):
            raise
        tx.driver("rollback to savepoint op")
        tx.known.clear()  # ids learnt since then may not exist
        for op in ops:
            op.outcome = _Failed(engines.explain(error))
        applied = False
    else:
        applied = True
    tx.driver("release savepoint op")
    return applied


def _answer(group: list[_Op]) -> None:
    """Resolve the futures of a group with one call into each event loop, which is nearly always one."""
    for loop, ops in itertools.groupby(group, lambda op: op.future.get_loop()):
        waiting = list(ops)
        try:
            loop.call_soon_threadsafe(_resolve, waiting)
        except RuntimeError:  # the loop is gone, and with it whoever waited
            log.debug("nobody waits for %d answers any more", len(waiting))


def _resolve(group: list[_Op]) -> None:
    for op in group:
        if op.future.done():  # the client went away
            continue
        if isinstance(op.outcome, _Failed):
            op.future.set_exception(op.outcome.error)
        else:
            op.future.set_result(op.outcome)
