"""The seam to the database: ``await db.write(fn, ...)`` and ``await db.read(fn, ...)``.

``fn`` is a plain synchronous function whose first argument is a transaction. All writes of a process go
through one writer thread that commits in groups: it takes every request that waits, applies them in one
transaction, commits once, and only then answers each. One bad request in a group fails alone.

Reads run in a small pool of threads, each with a connection of its own and one snapshot per call.
"""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import sqlalchemy
from lazward.errors import LazwardError, Unavailable

from lazward_server.db import engines

log = logging.getLogger("lazward.db")

P = ParamSpec("P")
T = TypeVar("T")
Item = TypeVar("Item")

_GROUP_LIMIT = 1024
_READERS = 4
_RETRIES = 5


class Tx:
    """One open transaction.

    Core statements go through ``execute``; hot, hand-written ones through ``driver`` with the driver's own
    placeholders (see ``db.bulk``).

    Attributes:
        connection: SQLAlchemy's connection.
        postgres: Which of the two databases this is.
        metric_keys: Ids of metric keys seen so far; forgotten whenever a write is rolled back.
    """

    __slots__ = ("_driver", "connection", "metric_keys", "postgres")

    def __init__(self, connection: sqlalchemy.Connection, metric_keys: dict[str, int]) -> None:
        self.connection = connection
        self.metric_keys = metric_keys
        self.postgres = connection.dialect.name == "postgresql"
        self._driver: Any = connection.connection.driver_connection

    def execute(self, statement: sqlalchemy.Executable, parameters: Any = None) -> sqlalchemy.CursorResult[Any]:
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

    __slots__ = ("args", "fn", "future", "kwargs", "outcome")

    def __init__(self, fn: Any, args: Any, kwargs: Any, future: "asyncio.Future[Any]") -> None:
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
    """

    def __init__(self, url: str) -> None:
        self.engine = engines.create(url)
        self._queue: queue.SimpleQueue[_Op | None] = queue.SimpleQueue()
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="lazward-reader")
        self._local = threading.local()
        self._writer = threading.Thread(target=self._run_writer, name="lazward-writer", daemon=True)
        self._closed = False
        self._metric_keys: dict[str, int] = {}
        self._writer.start()

    async def write(
        self, fn: Callable[Concatenate[Tx, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
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
                return fn(Tx(self._local.connection, self._metric_keys), *args, **kwargs)
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
        future = asyncio.get_running_loop().create_future()
        self._queue.put(_Op(fn, args, kwargs, future))
        return future

    # ------------------------------------------------------------------ the writer thread

    def _run_writer(self) -> None:
        connection: sqlalchemy.Connection | None = None
        while (group := self._take()) is not None:
            for attempt in range(_RETRIES):
                try:
                    connection = connection or self.engine.connect()
                    self._apply(connection, group)
                    break
                except Exception as error:
                    connection = self._discard(connection)
                    if attempt + 1 < _RETRIES and engines.transient(error):
                        continue
                    self._fail(group, error)
                    break
            _answer(group)
        if connection is not None:
            connection.close()

    def _take(self) -> list[_Op] | None:
        """Every operation that waits, at least one; None when the database is closing."""
        first = self._queue.get()
        if first is None:
            return None
        group = [first]
        try:
            while len(group) < _GROUP_LIMIT:
                op = self._queue.get_nowait()
                if op is None:
                    self._queue.put(None)
                    break
                group.append(op)
        except queue.Empty:
            pass
        return group

    def _apply(self, connection: sqlalchemy.Connection, group: list[_Op]) -> None:
        with connection.begin():
            tx = Tx(connection, self._metric_keys)
            batches: dict[Batched[Any], list[_Op]] = {}
            for op in group:
                if isinstance(op.fn, Batched):
                    batches.setdefault(op.fn, []).append(op)
                else:
                    _in_savepoint(tx, op)
            for batched, ops in batches.items():
                _apply_batch(tx, batched, ops)

    def _discard(self, connection: sqlalchemy.Connection | None) -> None:
        """Drop a connection that failed; the next group starts on a fresh one."""
        self._metric_keys.clear()
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _fail(self, group: list[_Op], error: Exception) -> None:
        log.error("a group of %d writes was not committed: %s", len(group), error)
        for op in group:
            op.outcome = _Failed(engines.explain(error))


def _apply_batch(tx: Tx, batched: Batched[Any], ops: list[_Op]) -> None:
    """Apply all items at once; if the database refuses one of them, each by itself."""
    tx.driver("savepoint op")
    try:
        outcomes = batched.fn(tx, [op.args for op in ops])
    except Exception as error:
        if engines.concerns_all(error):
            raise
        _roll_back(tx)
        if len(ops) == 1:
            ops[0].outcome = _Failed(engines.explain(error))
        else:
            for op in ops:
                _apply_batch(tx, batched, [op])
    else:
        for op, outcome in zip(ops, outcomes, strict=True):
            op.outcome = _Failed(outcome) if isinstance(outcome, LazwardError) else outcome
    tx.driver("release savepoint op")


def _in_savepoint(tx: Tx, op: _Op) -> None:
    """Apply one operation so that its failure leaves the rest of the group alone."""
    tx.driver("savepoint op")
    try:
        op.outcome = op.fn(tx, *op.args, **op.kwargs)
    except Exception as error:
        if engines.concerns_all(error):
            raise
        _roll_back(tx)
        op.outcome = _Failed(engines.explain(error))
    tx.driver("release savepoint op")


def _roll_back(tx: Tx) -> None:
    tx.driver("rollback to savepoint op")
    tx.metric_keys.clear()  # ids learnt since then may not exist


def _answer(group: list[_Op]) -> None:
    """Resolve the futures of a group with one call into its event loop."""
    loop = group[0].future.get_loop()
    try:
        loop.call_soon_threadsafe(_resolve, group)
    except RuntimeError:  # the loop is gone, and with it whoever waited
        log.debug("nobody waits for %d answers any more", len(group))


def _resolve(group: list[_Op]) -> None:
    for op in group:
        if op.future.done():  # the client went away
            continue
        if isinstance(op.outcome, _Failed):
            op.future.set_exception(op.outcome.error)
        else:
            op.future.set_result(op.outcome)

