"""Metric points and latest values: the hot path.

A point is (run, key, step, timestamp, value). All distinct points are kept; of each (run, key) the newest
by (step, timestamp, value) stands in ``latest``.
"""

from lazward_server.db.bulk import Bulk
from lazward_server.db.database import Tx

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
_LATEST = Bulk(
    "insert into latest(run, key, step, timestamp, value, ordered)"
    " select given.run, given.key, given.step, given.timestamp, given.value,"
    " given.ordered and (latest.run is null"
    " or (given.first_step >= latest.step and given.first_timestamp >= latest.timestamp))"
    " from given left join latest on latest.run = given.run and latest.key = given.key where true"
    " on conflict (run, key) do update set ordered = latest.ordered and excluded.ordered,"
    f" step = case when {(newer := '(excluded.step, excluded.timestamp, excluded.value) > (latest.step, latest.timestamp, latest.value)')}"
    " then excluded.step else latest.step end,"
    f" timestamp = case when {newer} then excluded.timestamp else latest.timestamp end,"
    f" value = case when {newer} then excluded.value else latest.value end",
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


def log(tx: Tx, points: list[Point]) -> None:
    """Write points; those already there stay as they are."""
    try:
        points.sort()
    except TypeError:  # a NaN is text on SQLite, and sorts after all numbers
        points.sort(key=lambda point: (point[:4], isinstance(point[4], str), point[4]))
    _INSERT(tx, points)
    newest = {(point[0], point[1]): point for point in points}  # sorted, so the last one wins
    if len(newest) == len(points):
        _LATEST(tx, [(*point, True, point[2], point[3]) for point in points])
        return
    grouped: dict[tuple[int, int], list[Point]] = {}
    for point in points:
        grouped.setdefault((point[0], point[1]), []).append(point)
    _LATEST(tx, [(*group[-1], _rising(group), group[0][2], group[0][3]) for group in grouped.values()])


def key_ids(tx: Tx, names: set[str]) -> dict[str, int]:
    """The ids of metric keys, made where they are new."""
    known = tx.metric_keys
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
    found = tx.metric_keys.get(name)
    if found is None:
        found = dict(_KEY_IDS(tx, [(name,)])).get(name)
    return found


def stored(tx: Tx, value: float) -> float | str:
    """A value as the database holds it: SQLite has no NaN and keeps its name."""
    return value if value == value or tx.postgres else "NaN"  # noqa: PLR0124 - only NaN differs from itself


def answered(value: float | str) -> float | str:
    """A value as the protocol's JSON holds it, from either database."""
    return value if value == value else "NaN"  # noqa: PLR0124 - only NaN differs from itself


def _rising(points: list[Point]) -> bool:
    """Whether timestamps never fall while steps rise."""
    timestamps = [point[3] for point in points]
    return timestamps == sorted(timestamps)
