"""Metric points and latest values: the hot path.

A point is (run, key, step, timestamp, value). All distinct points are kept; of each (run, key) the newest
by (step, timestamp, value) stands in ``latest``.

Points are clustered by run and key. SQLite commits whole pages, so single points of many runs would cost a
page each; there they are appended to ``inbox`` first and folded into ``points`` some thousands at a time,
and before anyone reads a history. Measured with 64 runs, a group commit of 64 points fell from 1.6 ms and
276 kB of log to 0.36 ms and 14 kB. Long stretches of one key go into ``points`` directly.
"""

from collections.abc import Callable
from typing import TypeVar

from lazward_server.db.bulk import Bulk
from lazward_server.db.database import Tx

Answered = TypeVar("Answered")

INFINITY = float("inf")

Point = tuple[int, int, int, int, float | str]
"""Run, key, step, timestamp, and the value as the database holds it."""

_INSERT = Bulk(
    "insert into points(run, key, step, timestamp, value)"
    " select run, key, step, timestamp, value from given where true on conflict do nothing",
    run="bigint",
    key="int",
    step="bigint",
    timestamp="bigint",
    value="double precision",
)
_APPEND = Bulk(
    "insert into inbox(run, key, step, timestamp, value) select run, key, step, timestamp, value from given",
    run="bigint",
    key="int",
    step="bigint",
    timestamp="bigint",
    value="double precision",
)
_NEWER = "(excluded.step, excluded.timestamp, excluded.value) > (latest.step, latest.timestamp, latest.value)"
_LATEST = Bulk(
    "insert into latest(run, key, step, timestamp, value, ordered)"
    " select given.run, given.key, given.step, given.timestamp, given.value,"
    " given.ordered and (latest.run is null"
    " or (given.first_step >= latest.step and given.first_timestamp >= latest.timestamp))"
    " from given left join latest on latest.run = given.run and latest.key = given.key where true"
    " on conflict (run, key) do update set ordered = latest.ordered and excluded.ordered,"
    f" step = case when {_NEWER} then excluded.step else latest.step end,"
    f" timestamp = case when {_NEWER} then excluded.timestamp else latest.timestamp end,"
    f" value = case when {_NEWER} then excluded.value else latest.value end",
    run="bigint",
    key="int",
    step="bigint",
    timestamp="bigint",
    value="double precision",
    ordered="bool",
    first_step="bigint",
    first_timestamp="bigint",
)
_KEY_IDS = Bulk(
    "select metric_keys.name, metric_keys.id from given join metric_keys on metric_keys.name = given.name",
    name="text",
)
_NEW_KEYS = Bulk(
    "insert into metric_keys(name) select name from given where true on conflict do nothing", name="text"
)

_MOST_KEYS_REMEMBERED = 200_000
_INBOX_LIMIT = 8192
_LONG_STRETCH = 32
"""From so many points of one key on, their own pages are mostly theirs."""


def log(tx: Tx, points: list[Point]) -> None:
    """Write points; those already there stay as they are."""
    if [1 for point in points if point[4] != point[4] or point[4] == "NaN"]:  # a third of what any() takes
        points.sort(key=lambda point: (point[:4], sort_key(point[4])))
    else:
        points.sort()
    newest = {(point[0], point[1]): point for point in points}  # sorted, so the last one wins
    if len(newest) == len(points):
        _store(tx, [], points)
        _LATEST(tx, [(*point, True, point[2], point[3]) for point in points])
        return
    grouped: dict[tuple[int, int], list[Point]] = {}
    for point in points:
        grouped.setdefault((point[0], point[1]), []).append(point)
    stretches = grouped.values()
    _store(
        tx,
        [point for stretch in stretches if len(stretch) >= _LONG_STRETCH for point in stretch],
        [point for stretch in stretches if len(stretch) < _LONG_STRETCH for point in stretch],
    )
    _LATEST(tx, [(*stretch[-1], _rising(stretch), stretch[0][2], stretch[0][3]) for stretch in stretches])


def fold(tx: Tx) -> None:
    """Move the points of the inbox to where histories are read from."""
    if unfolded(tx):
        tx.driver(
            "insert into points(run, key, step, timestamp, value)"
            " select run, key, step, timestamp, value from inbox where true"
            " order by run, key, step, timestamp, value on conflict do nothing"
        )
        tx.driver("delete from inbox")


def unfolded(tx: Tx) -> int:
    """How many points wait in the inbox."""
    if tx.postgres:
        return 0
    # Rows are only ever appended and removed all at once, so the last one's number is their count.
    return tx.driver("select max(id) from inbox")[0][0] or 0


def read_unfolded(tx: Tx, read: Callable[..., Answered], *args: object) -> Answered:
    """Call ``read(tx, ...)`` with the inbox counted among the points, for when it cannot be folded."""
    columns = "run, key, step, timestamp, value"
    tx.driver(
        f"create temp view points as select {columns} from main.points union select {columns} from main.inbox"
    )
    try:
        return read(tx, *args)
    finally:
        tx.driver("drop view temp.points")


def _store(tx: Tx, long: list[Point], short: list[Point]) -> None:
    if tx.postgres:
        _INSERT(tx, long + short)
        return
    _INSERT(tx, long)
    _APPEND(tx, short)
    if unfolded(tx) >= _INBOX_LIMIT:
        fold(tx)


def key_ids(tx: Tx, names: set[str]) -> dict[str, int]:
    """The ids of metric keys, made where they are new."""
    known = tx.known.metric_keys
    unknown = names.difference(known)
    if unknown:
        if len(known) > _MOST_KEYS_REMEMBERED:
            known.clear()
            unknown = names
        rows = [(name,) for name in sorted(unknown)]
        _NEW_KEYS(tx, rows)
        known.update(_KEY_IDS(tx, rows))
    return known


def key_id(tx: Tx, name: str) -> int | None:
    """The id of a metric key, if anyone ever logged it."""
    found = tx.known.metric_keys.get(name)
    if found is None:
        found = dict(_KEY_IDS(tx, [(name,)])).get(name)
    return found


def stored(tx: Tx, value: float) -> float | str:
    """A value as the database holds it: SQLite has no NaN and keeps its name."""
    return value if value == value or tx.postgres else "NaN"  # noqa: PLR0124 - only NaN differs from itself


def answered(value: float | str) -> float | str:
    """A value as the protocol's JSON holds it, from either database."""
    return value if value == value else "NaN"  # noqa: PLR0124 - only NaN differs from itself


def sort_key(value: float | str) -> tuple[bool, float]:
    """Puts a NaN behind all numbers, where both databases have it."""
    is_nan = answered(value) == "NaN"
    return is_nan, 0.0 if is_nan else float(value)


def _rising(points: list[Point]) -> bool:
    """Whether timestamps never fall while steps rise."""
    timestamps = [point[3] for point in points]
    return timestamps == sorted(timestamps)
