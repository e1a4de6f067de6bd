"""Logging: what is a number becomes a metric of MLflow's, and what is not a record.

Both go through the spool, so that no call waits for the server and none is lost when it is away.
"""

import contextlib
import math
import numbers
import posixpath
import re
import sys
import threading
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast
from warnings import warn

from azureml.exceptions import UserErrorException
from lazward.client import runs
from lazward.client.http import Connection
from lazward.spool import batch, process, settings
from lazward.spool.record import Kind
from lazward.spool.record import Record as Spooled
from lazward.wire.base import encode
from lazward.wire.metrics import MAX_BATCH_METRICS, MAX_KEY, Point, spelled
from lazward.wire.records import MAX_RECORDS, Record

VALUE, LIST, ROW, TABLE, IMAGE, ERROR = "value", "list", "row", "table", "image", "error"
DOCUMENTS = ("confusion_matrix", "accuracy_table", "residuals", "predictions")
"""The kinds of records."""

_PIECE = 1000
"""Values of a list, or lines of a table, that one record holds."""
_METRIC_NAME = re.compile(r"[/\w.\- :]*")
_MOST_FLOAT = 2**63

if (
    "lazward.mlflow.plugin" not in sys.modules
):  # which has said so at the right moment, before MLflow's own end
    process.close_at_exit()


class Log:
    """What logs to one run.

    Args:
        at: The workspace.
        run_id: The run.
    """

    def __init__(self, at: Connection, run_id: str) -> None:
        self._at = at
        self._run_id = run_id
        self._steps: dict[str, int] | None = None
        self._lock = threading.Lock()
        self._last = 0
        self._kinds: dict[str, bool] = {}

    # ------------------------------------------------------------ what is logged

    def scalar(self, name: str, value: object, step: int | None) -> None:
        """Log one value."""
        checked_name(name)
        plain = scalar(name, value)
        if _is_number(plain) and is_metric_name(name):
            self._points([(name, plain)], step)
        else:
            self._records([(name, VALUE, plain, None)])

    def values(self, name: str, values: object) -> None:
        """Log a list, all at once."""
        checked_name(name)
        if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
            raise UserErrorException(f"log_list takes a list of values for '{name}', not {values!r}.")
        plain = [scalar(name, value) for value in cast("Iterable[object]", values)]
        for start in range(0, max(1, len(plain)), _PIECE):
            piece = plain[start : start + _PIECE]
            taken = self._points([(name, value) for value in piece if _is_number(value)], None)
            self._records([(name, LIST, piece, taken.get(name))])

    def row(self, name: str, row: Mapping[str, object]) -> None:
        """Log a row of named values."""
        checked_name(name)
        if not row:
            raise UserErrorException(
                f"log_row takes the columns of '{name}' as named arguments; there are none."
            )
        plain = {column: scalar(f"{name}: {column}", value) for column, value in row.items()}
        self._points([(_column(name, column), value) for column, value in plain.items()], None)
        self._records([(name, ROW, plain, None)])

    def table(self, name: str, table: object) -> None:
        """Log a table: a dictionary of columns that are equally long."""
        checked_name(name)
        columns = _columns(name, table)
        for column, values in columns.items():
            self._points([(_column(name, column), value) for value in values], None)
        length = max(map(len, columns.values()), default=0)
        for start in range(0, max(1, length), _PIECE):
            piece = {column: values[start : start + _PIECE] for column, values in columns.items()}
            self._records([(name, TABLE, piece, None)])

    def document(self, name: str, kind: str, value: Any) -> None:
        """Log something of another kind."""
        checked_name(name)
        self._records([(name, kind, value, None)])

    def change(self, status: str, end_time: int | None) -> None:
        """Bring the run into one of MLflow's states, after all that was logged before."""
        content: dict[str, Any] = {"status": status}
        if end_time is not None:
            content["end_time"] = end_time
        self._keep(Kind.UPDATE, 1, encode(content))

    def flush(self, seconds: float | None = None) -> None:
        """Wait until the server has answered all that was logged.

        Raises:
            UserErrorException: It refused some of it.
        """
        spool = process.existing(self._at.where)
        if spool is None:
            return
        if spool.flush(seconds):
            from lazward.spool.notice import say

            say(spool.statement)
        refusals = spool.take_refusals()
        if refusals:
            more = f" ({len(refusals)} calls were refused, see {spool.refused_file})" if refusals[1:] else ""
            raise UserErrorException(f"{refusals[0]}{more}")

    # ------------------------------------------------------------ how it travels

    def _points(self, values: Sequence[tuple[str, Any]], step: int | None) -> dict[str, tuple[int, int]]:
        """Log numbers as metrics; the steps that each name took, from the first to before the last."""
        taken: dict[str, tuple[int, int]] = {}
        points: list[Any] = []
        for name, value in values:
            if not _is_number(value) or not is_metric_name(name):
                continue
            at = self._step(name, step)
            time_ = self._moment(name, recorded=False)
            taken[name] = (taken.get(name, (at, at))[0], at + 1)
            points.append(spelled(Point(name, float(value), time_, at)))
        for start in range(0, len(points), MAX_BATCH_METRICS):
            piece = points[start : start + MAX_BATCH_METRICS]
            self._keep(Kind.BATCH, len(piece), encode({"metrics": piece}))
        return taken

    def _records(self, given: Iterable[tuple[str, str, Any, tuple[int, int] | None]]) -> None:
        made = [
            Record(
                uuid.uuid4().hex,
                name,
                kind,
                {"at": self._moment(name, recorded=True), "value": _frozen(value)} | _steps(steps),
            )
            for name, kind, value, steps in given
        ]
        for start in range(0, len(made), MAX_RECORDS):
            piece = made[start : start + MAX_RECORDS]
            self._keep(Kind.RECORDS, len(piece), encode({"records": piece}))

    def _keep(self, kind: Kind, items: int, content: bytes) -> None:
        if settings.enabled():
            with contextlib.suppress(OSError):  # where nothing can be kept, each call waits for its answer
                process.spool(self._at.where).append(kind, self._run_id, items, content)
                return
        path, body = batch.request(
            [Spooled(kind, self._run_id.encode(), items, time.time_ns() // 1_000_000, content)]
        )
        self._at.send("POST", path, content=body)

    def _step(self, name: str, given: int | None) -> int:
        """The step of the next point: the one given, or the one behind the last."""
        with self._lock:
            if self._steps is None:
                found = runs.get(self._at, self._run_id).data.metrics
                self._steps = {metric.key: metric.step + 1 for metric in found}
            after = self._steps.get(name, 0)
            step = after if given is None else int(given)
            if step < after:  # so that its time tells that it came later
                self._last += 1
            self._steps[name] = max(step + 1, after)
            return step

    def _moment(self, name: str, *, recorded: bool) -> int:
        """The time of what is logged, in milliseconds since the epoch.

        It never goes back, since it tells the order. What follows something of the other kind under the same
        name is a millisecond behind it, as steps and records are not counted together.
        """
        with self._lock:
            behind = self._kinds.get(name, recorded) != recorded
            self._kinds[name] = recorded
            self._last = max(self._last + behind, time.time_ns() // 1_000_000)
            return self._last


def scalar(name: str, value: object) -> Any:
    """A value as JSON has it: a number, a text, true, false or null.

    Raises:
        UserErrorException: It is a list or the like.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if getattr(value, "size", 1) == 1 and callable(item := getattr(value, "item", None)):
        return scalar(name, item())  # numpy's numbers, and arrays of one
    if isinstance(value, numbers.Number):
        with contextlib.suppress(TypeError, ValueError, OverflowError):
            return float(cast("Any", value))
    kind = type(value).__name__
    if isinstance(value, (Iterable, Mapping)):
        raise UserErrorException(
            f"'{name}' is given a {kind}, and log takes one value at a time; use log_list for"
            " several, log_row or log_table for named ones."
        )
    warn(f"'{name}' is given a {kind}; its text is logged.", stacklevel=4)
    return repr(value)


def checked_name(name: object) -> str:
    """The name of what is logged.

    Raises:
        UserErrorException: It is no text, or an empty one.
    """
    if not isinstance(name, str) or not name:
        raise UserErrorException(f"The name of what is logged is a text, not {name!r}.")
    return name


def is_metric_name(name: str) -> bool:
    """Whether MLflow takes the name for a metric."""
    if len(name) > MAX_KEY or not _METRIC_NAME.fullmatch(name):
        return False
    normal = posixpath.normpath(name)
    return normal == name and normal != "." and not normal.startswith(("..", "/"))


def mirrored(name: str, value: Mapping[str, Any]) -> list[str]:
    """The metrics that hold the numbers of a row or a table."""
    return [_column(name, column) for column in value]


def thawed(value: Any) -> Any:
    """A value as it was before ``_frozen``."""
    if isinstance(value, list):
        return [thawed(one) for one in cast("list[Any]", value)]
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value)
        if entries.keys() == {"float"} and isinstance(entries["float"], str):
            return float(entries["float"])
        return {key: thawed(one) for key, one in entries.items()}
    return value


def _frozen(value: Any) -> Any:
    """A value for JSON, which has no infinities and no NaN."""
    if isinstance(value, float) and not math.isfinite(value):
        return {"float": str(value)}
    if isinstance(value, int) and not isinstance(value, bool) and not -_MOST_FLOAT <= value < _MOST_FLOAT:
        return str(value)
    if isinstance(value, list):
        return [_frozen(one) for one in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {str(key): _frozen(one) for key, one in cast("dict[Any, Any]", value).items()}
    return value


def _columns(name: str, table: object) -> dict[str, list[Any]]:
    if not isinstance(table, Mapping) or not table:
        raise UserErrorException(f"log_table takes a dictionary of columns for '{name}', not {table!r}.")
    columns: dict[str, list[Any]] = {}
    for column, values in cast("Mapping[Any, Any]", table).items():
        alone = isinstance(values, (str, bytes)) or not isinstance(values, Iterable)
        many = cast("Iterable[object]", [values] if alone else values)
        columns[str(column)] = [scalar(f"{name}: {column}", one) for one in many]
    lengths = {column: len(values) for column, values in columns.items()}
    if len(set(lengths.values())) > 1:
        raise UserErrorException(f"The columns of '{name}' are not equally long: {lengths}.")
    return columns


def _column(name: str, column: str) -> str:
    return f"{name}/{column}"


def _steps(taken: tuple[int, int] | None) -> dict[str, Any]:
    return {} if taken is None else {"steps": [*taken]}


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return isinstance(value, float) or -_MOST_FLOAT <= value < _MOST_FLOAT
