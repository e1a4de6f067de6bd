"""A metric's history as a chart draws it: thinned out to what pixels show, and no spike lost.

The range is cut into buckets along the x axis, and of each the lowest and the highest point are kept. What
MLflow's ``get-history-bulk-interval`` does, a point at every so many steps, leaves out what lies between.
"""

import sys
from bisect import bisect_left
from collections.abc import Iterable
from itertools import pairwise
from typing import Any, NamedTuple

from lazward.errors import InvalidRequest
from lazward.wire.base import MAX_FLOAT
from lazward.wire.metrics import Chart, GetChart, Odd, XAxis
from lazward_server.db.bulk import Bulk
from lazward_server.db.database import Tx
from lazward_server.tracking import metrics, runs

_LARGEST = f"cast({MAX_FLOAT!r} as double precision)"
# A NaN is larger than all numbers on PostgreSQL, and so is the text that stands for it on SQLite.
_FINITE = f"value > -{_LARGEST} and value < {_LARGEST}"
_COLUMNS = {XAxis.STEP: "step", XAxis.TIME: "timestamp"}

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
    """Between which steps the numbers of a bucket lie, between which values, and how many they are."""

    first: int
    last: int
    lowest: float
    highest: float
    numbers: int


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
    drawn = _all(rows) if whole else _thinned(tx, span, req.buckets)
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
    edges = None if tx.postgres else _edges(tx, span, most)
    span = _narrowed(tx, span, edges)
    buckets = _between(tx, span, edges) if edges else _grouped(tx, span, most)
    given = [
        (span.run, span.key, one.first, one.last, value)
        for one in buckets
        for value in {one.lowest, one.highest}
    ]
    points = {*_AT(tx, given), *_ends(tx, span)}
    by_time = span.axis == "timestamp"
    drawn = _columns(sorted(points, key=lambda row: (row[1], row[0], row[2]) if by_time else row))
    drawn.count = _ask(tx, span, "count(*)")[0][0]
    if drawn.count > sum(one.numbers for one in buckets):
        drawn.odd = _thinned_odd(tx, span, most)
    return drawn


def _grouped(tx: Tx, span: _Span, most: int) -> list[_Bucket]:
    """The buckets that hold numbers."""
    what = "min(step), max(step), min(value), max(value), count(*)"
    rows = _ask(tx, span, what, f"and {_FINITE} group by {_number(span, most)}")
    return [_Bucket(*row) for row in rows]


def _between(tx: Tx, span: _Span, edges: list[int]) -> list[_Bucket]:
    """The same on SQLite, which would sort a million points to group them and need not: they lie in order."""
    found: list[_Bucket] = []
    for first, after in pairwise(edges):
        part = span._replace(axis="step", low=first, high=after - 1)
        lowest, highest, count = _ask(tx, part, "min(value), max(value), count(*)", f"and {_FINITE}")[0]
        if count:
            found.append(_Bucket(first, after - 1, lowest, highest, count))
    return found


def _edges(tx: Tx, span: _Span, most: int) -> list[int]:
    """The steps at which buckets begin, and the one behind the last; none where times run backwards."""
    if span.axis == "step":
        low, high = _ends_of(tx, span)
        return _cut(low, high, most)
    every = _every(span)
    first, last = _ends_of(tx, every)
    if not _is_ordered(tx, span) or last - first > sys.maxsize - 2:
        return []

    def time_at(step: int) -> int:
        return _ask(tx, every._replace(low=step), "timestamp", "order by step, timestamp limit 1")[0][0]

    steps = range(first, last + 1)
    low = max(span.low, time_at(first))
    high = min(span.high, _ask(tx, every, "timestamp", "order by step desc, timestamp desc limit 1")[0][0])
    edges = [bisect_left(steps, low, key=time_at)]
    for place in _cut(low, high, most)[1:]:
        edges.append(bisect_left(steps, place, lo=edges[-1], key=time_at))
    found = sorted({first + at for at in edges})
    return found if len(found) > 1 else []  # the range lies within a single step


def _cut(low: int, high: int, most: int) -> list[int]:
    """Where parts of a range begin, and the place behind its last."""
    return [*range(low, high + 1, (high - low) // most + 1), high + 1]


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


def _narrowed(tx: Tx, span: _Span, edges: list[int] | None) -> _Span:
    """The span from its first point to its last; by steps where these tell the buckets."""
    if edges:
        return span._replace(axis="step", low=edges[0], high=edges[-1] - 1)
    low, high = _ends_of(tx, span)
    return span._replace(low=low, high=high)


def _ends_of(tx: Tx, span: _Span) -> tuple[int, int]:
    """Its first and last place; asked for one by one, as SQLite then looks at no others."""
    low, high = (_ask(tx, span, f"{which}({span.axis})")[0][0] for which in ("min", "max"))
    return low, high


def _ends(tx: Tx, span: _Span) -> list[Row]:
    """The first and the last number: what a chart begins and ends with."""
    found: list[Row] = []
    for way in ("", " desc"):
        order = f"and {_FINITE} order by {span.axis}{way}, step{way}, timestamp{way}, value{way} limit 1"
        found += _ask(tx, span, "step, timestamp, value", order)
    return found


def _begin(tx: Tx, span: _Span) -> int | None:
    """The time of the first point; where times never fall while steps rise, it is that of the first step."""
    every = _every(span)
    if not _is_ordered(tx, span):
        return _ask(tx, every, "min(timestamp)")[0][0]
    first = _ask(tx, every, "timestamp", "order by step, timestamp limit 1")
    return first[0][0] if first else None


def _every(span: _Span) -> _Span:
    """All points of the metric."""
    return span._replace(axis="step", low=-(2**63), high=2**63 - 1)


def _is_ordered(tx: Tx, span: _Span) -> bool:
    """Whether times never fall while steps rise, as in a training loop."""
    match = _marked(tx, "select ordered from latest where run = ? and key = ?")
    return all(row[0] for row in tx.driver(match, (span.run, span.key)))


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
