"""A metric's history as a chart draws it: thinned out to what pixels show, and no spike lost.

The range is cut into buckets along the x axis, and of each the lowest and the highest point are kept. What
MLflow's ``get-history-bulk-interval`` does, a point at every so many steps, leaves out what lies between.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from lazward.errors import InvalidRequest
from lazward.wire.base import MAX_FLOAT
from lazward.wire.metrics import Chart, GetChart, Odd
from lazward_server.db.bulk import Bulk
from lazward_server.db.database import Tx
from lazward_server.tracking import metrics, runs

_LARGEST = f"cast({MAX_FLOAT!r} as double precision)"
# A NaN is larger than all numbers on PostgreSQL, and so is the text that stands for it on SQLite.
_FINITE = f"value > -{_LARGEST} and value < {_LARGEST}"
_COLUMNS = {"step": "step", "time": "timestamp"}

Row = tuple[int, int, Any]
"""Step, timestamp, value."""


class _Span(NamedTuple):
    """The points of a metric of a run, from one place of an axis to another."""

    run: int
    key: int
    axis: str
    low: int
    high: int


class _Bucket(NamedTuple):
    """Where the points of a bucket lie, and between which values."""

    first: int
    last: int
    lowest: float
    highest: float


_AT = Bulk(
    "select points.step, points.timestamp, points.value from given join points"
    " on points.run = given.run and points.key = given.key and points.value = given.value"
    " and points.step = (select inner_.step from points inner_ where inner_.run = given.run"
    " and inner_.key = given.key and inner_.step between given.first and given.last"
    " and inner_.value = given.value order by inner_.step limit 1)",
    run="bigint",
    key="int",
    first="bigint",
    last="bigint",
    value="double precision",
)


def chart(tx: Tx, workspace_id: int, run_id: str, req: GetChart) -> Chart:
    """What to draw of a metric of a run; nothing if it never logged one of this key.

    Raises:
        NotFound: There is no such run.
        InvalidRequest: The range ends before it begins.
    """
    run = runs.find(tx, workspace_id, run_id).id
    key = metrics.key_id(tx, req.key)
    low = -(2**63) if req.start is None else req.start
    high = 2**63 - 1 if req.end is None else req.end
    if low > high:
        raise InvalidRequest(f"The range ends before it begins: start is {low}, end is {high}.")
    if key is None:
        return Chart()
    span = _Span(run, key, _COLUMNS[req.x], low, high)
    rows = _ask(tx, span, "step, timestamp, value", f"order by step, timestamp limit {2 * req.buckets + 1}")
    whole = len(rows) <= 2 * req.buckets
    drawn = _all(rows) if whole else _thinned(tx, _narrowed(tx, span), req.buckets)
    drawn.begins_at = _begin(tx, span)
    return drawn


def _all(rows: list[Row]) -> Chart:
    drawn = _columns(row for row in rows if _word(row[2]) is None)
    found: dict[str, list[Row]] = {}
    for row in rows:
        if word := _word(row[2]):
            found.setdefault(word, []).append(row)
    drawn.odd = [_odd(word, len(some), some) for word, some in sorted(found.items())]
    drawn.count = len(rows)
    return drawn


def _thinned(tx: Tx, span: _Span, most: int) -> Chart:
    given = [
        (span.run, span.key, one.first, one.last, value)
        for one in _buckets(tx, span, most)
        for value in {one.lowest, one.highest}
    ]
    points = {*_AT(tx, given), *_ends(tx, span)}
    by_time = span.axis == "timestamp"
    drawn = _columns(sorted(points, key=lambda row: (row[1], row[0], row[2]) if by_time else row))
    drawn.count = _ask(tx, span, "count(*)")[0][0]
    drawn.odd = _thinned_odd(tx, span, most)
    return drawn


def _buckets(tx: Tx, span: _Span, most: int) -> Iterable[_Bucket]:
    """The buckets that hold numbers."""
    if not tx.postgres and span.axis == "step":
        return _buckets_by_step(tx, span, most)
    what = "min(step), max(step), min(value), max(value)"
    rows = _ask(tx, span, what, f"and {_FINITE} group by {_number(span, most)}")
    return [_Bucket(*row) for row in rows]


def _buckets_by_step(tx: Tx, span: _Span, most: int) -> Iterable[_Bucket]:
    """The same on SQLite, which would sort a million points to group them and need not: they lie in order."""
    width = (span.high - span.low) // most + 1
    for first in range(span.low, span.high + 1, width):
        last = min(first + width - 1, span.high)
        part = span._replace(low=first, high=last)
        lowest, highest = _ask(tx, part, "min(value), max(value)", f"and {_FINITE}")[0]
        if lowest is not None:
            yield _Bucket(first, last, lowest, highest)


def _thinned_odd(tx: Tx, span: _Span, most: int) -> list[Odd]:
    """What is no number: how often, and where first in each bucket."""
    what = "value, count(*), min(step), min(timestamp)"
    rows = _ask(tx, span, what, f"and not ({_FINITE}) group by value, {_number(span, most)}")
    found: dict[str, list[tuple[int, Row]]] = {}
    for value, count, step, timestamp in rows:
        found.setdefault(_word(value) or "", []).append((count, (step, timestamp, value)))
    return [
        _odd(word, sum(count for count, _ in some), sorted(row for _, row in some))
        for word, some in sorted(found.items())
    ]


def _odd(word: str, count: int, rows: list[Row]) -> Odd:
    return Odd(word, count, [step for step, _, _ in rows], [timestamp for _, timestamp, _ in rows])


def _columns(rows: Iterable[Row]) -> Chart:
    drawn = Chart()
    for step, timestamp, value in rows:
        drawn.steps.append(step)
        drawn.timestamps.append(timestamp)
        drawn.values.append(value)
    return drawn


def _narrowed(tx: Tx, span: _Span) -> _Span:
    """The span from its first point to its last."""
    low, high = _ask(tx, span, f"min({span.axis}), max({span.axis})")[0]
    return span._replace(low=low, high=high)


def _ends(tx: Tx, span: _Span) -> list[Row]:
    """The first and the last number: what a chart begins and ends with."""
    found: list[Row] = []
    for way in ("", " desc"):
        order = f"and {_FINITE} order by {span.axis}{way}, step{way}, timestamp{way}, value{way} limit 1"
        found += _ask(tx, span, "step, timestamp, value", order)
    return found


def _begin(tx: Tx, span: _Span) -> int | None:
    """The time of the first point; where times never fall while steps rise, it is that of the first step."""
    every = span._replace(axis="step", low=-(2**63), high=2**63 - 1)
    match = _marked(tx, "select ordered from latest where run = ? and key = ?")
    if not all(row[0] for row in tx.driver(match, (span.run, span.key))):
        return _ask(tx, every, "min(timestamp)")[0][0]
    first = _ask(tx, every, "timestamp", "order by step, timestamp limit 1")
    return first[0][0] if first else None


def _number(span: _Span, most: int) -> str:
    """A bucket's number, in numbers that do not overflow wherever on the axis it lies."""
    width = max((span.high - span.low) / most, 1e-9)
    return f"cast(({span.axis} - cast({float(span.low)!r} as double precision)) / {width!r} as bigint)"


def _word(value: float | str) -> str | None:
    """What a value is called that is no number; None for one that is."""
    answered = metrics.answered(value)
    if isinstance(answered, str):
        return "NaN"
    if abs(answered) < MAX_FLOAT:
        return None
    return "Infinity" if answered > 0 else "-Infinity"


def _ask(tx: Tx, span: _Span, what: str, rest: str = "") -> list[Any]:
    """Ask for something about the points of a span."""
    sql = f"select {what} from points where run = ? and key = ? and {span.axis} between ? and ? {rest}"
    return tx.driver(_marked(tx, sql), (span.run, span.key, span.low, span.high))


def _marked(tx: Tx, sql: str) -> str:
    return sql.replace("?", "%s") if tx.postgres else sql
