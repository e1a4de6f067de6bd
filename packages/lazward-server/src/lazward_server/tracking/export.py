"""Runs as CSV, for spreadsheets and scripts.

Spreadsheets take a cell that begins with ``=``, ``+``, ``-``, ``@`` for a formula and run it, and what runs
log is not to be trusted: such a text gets an apostrophe in front, unless it is a number.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from lazward.errors import InvalidRequest
from lazward.wire.base import MAX_FLOAT, KeyValue
from lazward.wire.runs import ExportRuns
from lazward_server.db.database import Tx
from lazward_server.tracking import documents, search

AT_ONCE = 1000
"""Runs read in one transaction, and sent as one piece."""

_DANGEROUS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
"""First letters of formulas; the last four are the wide forms, which some spreadsheets take too."""
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_LATEST = 8.64e15
"""Milliseconds since the epoch; what lies further from it has no date."""


class Info(msgspec.Struct):
    run_id: str
    run_name: str
    user_id: str
    status: str
    start_time: int | None = None
    end_time: int | None = None


class Point(msgspec.Struct):
    key: str
    value: float | str


class Logged(msgspec.Struct):
    metrics: list[Point] = []
    params: list[KeyValue] = []
    tags: list[KeyValue] = []


class Run(msgspec.Struct):
    """What of a run's document is written."""

    info: Info
    data: Logged


class Values:
    """The values of a run by key; made once for all columns."""

    def __init__(self, run: Run) -> None:
        self.info = run.info
        self.metrics = {one.key: _metric(one.value) for one in run.data.metrics}
        self.params = {one.key: guarded(one.value) for one in run.data.params}
        self.tags = {one.key: guarded(one.value) for one in run.data.tags}


Column = Callable[[Values], str | float]


def page(tx: Tx, workspace_id: int, experiment_id: str, req: ExportRuns, token: str) -> tuple[bytes, str]:
    """The lines of some runs, and the token for the next ones: empty if these are the last.

    Raises:
        InvalidRequest: Filter, order or columns make no sense.
    """
    columns = [_column(name) for name in req.columns or FIXED]
    numbers, following = search.find_runs(
        tx, workspace_id, [experiment_id], req.filter, req.order_by, req.run_view_type, AT_ONCE, token
    )
    found = (Values(_decode(document)) for document in documents.fetch(tx, numbers))
    return _lines([column(values) for column in columns] for values in found), following


def head(req: ExportRuns) -> bytes:
    """The first line, of names."""
    line = _lines([[guarded(name) for name in req.columns or FIXED]])
    return b"\xef\xbb\xbf" + line if req.bom else line


def guarded(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula."""
    if text and text[0] in _DANGEROUS and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue().encode()


def _decode(document: msgspec.Raw) -> Run:
    return _decoder.decode(document)


_decoder = msgspec.json.Decoder(Run)


def _column(name: str) -> Column:
    if name in FIXED:
        return FIXED[name]
    kind, _, key = name.partition(".")
    if kind in ("metrics", "params", "tags") and key:
        return lambda values: getattr(values, kind).get(key, "")
    raise InvalidRequest(
        f"Invalid column '{name[:100]}'. It must be one of {list(FIXED)}, or metrics.KEY, params.KEY or"
        " tags.KEY."
    )


def _metric(value: float | str) -> float | str:
    if isinstance(value, str):  # NaN
        return value
    if abs(value) >= MAX_FLOAT:
        return "Infinity" if value > 0 else "-Infinity"
    return value


def _time(at: int | None) -> str:
    if at is None or not -_LATEST <= at <= _LATEST:
        return ""
    try:
        moment = datetime.fromtimestamp(at / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return ""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _duration(info: Info) -> str | float:
    if info.start_time is None or info.end_time is None:
        return ""
    return (info.end_time - info.start_time) / 1000


def _user(values: Values) -> str:
    """Who logged it: clients put the name into a tag, and few fill in the field."""
    own = values.info.user_id
    return values.tags.get("mlflow.user") or guarded("" if own == "unknown" else own)


FIXED: dict[str, Column] = {
    "run_id": lambda values: guarded(values.info.run_id),
    "run_name": lambda values: guarded(values.info.run_name),
    "status": lambda values: values.info.status,
    "start_time": lambda values: _time(values.info.start_time),
    "end_time": lambda values: _time(values.info.end_time),
    "duration": lambda values: _duration(values.info),
    "user_id": _user,
}
"""The columns that all runs have; written where no others are asked for."""
