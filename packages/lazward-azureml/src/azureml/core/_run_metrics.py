"""Reading what was logged, by ``azureml.core`` or by MLflow, in the shapes that scripts expect."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from azureml.core import _run_log
from azureml.core._run_log import DOCUMENTS, IMAGE, LIST, ROW, TABLE, VALUE
from lazward.client import runs
from lazward.client.http import Connection
from lazward.wire.metrics import Metric
from lazward.wire.records import Record

_POINT = "point"
_SYSTEM = "system/"
_AT_ONCE = 8
_KNOWN = frozenset({VALUE, LIST, ROW, TABLE, IMAGE, *DOCUMENTS})


class Entry(NamedTuple):
    """One thing that was logged under a name.

    Attributes:
        at: When, in milliseconds since the epoch.
        order: Among those of the same moment.
        kind: What the value is.
        value: The value.
    """

    at: int
    order: int
    kind: str
    value: Any


def read(at: Connection, run_id: str, name: str | None = None) -> dict[str, Any]:
    """What a run logged, by name in the order in which the names came up, but for metrics of the system."""
    recorded: dict[str, list[Record]] = {}
    for one in runs.records(at, run_id):
        if one.kind in _KNOWN:
            recorded.setdefault(one.name, []).append(one)
    hidden = {
        metric
        for owner, found in recorded.items()
        for one in found
        if one.kind in (ROW, TABLE)
        for metric in _run_log.mirrored(owner, one.value["value"])
    }
    keys = [metric.key for metric in runs.get(at, run_id).data.metrics]
    wanted = [
        key for key in keys if key not in hidden and not key.startswith(_SYSTEM) and name in (None, key)
    ]
    histories = _histories(at, run_id, wanted)
    names = [one for one in {**histories, **recorded} if name in (None, one)]
    entries = {one: _entries(histories.get(one, ()), recorded.get(one, ())) for one in names}
    in_order = sorted((found[0].at, one) for one, found in entries.items() if found)
    return {one: _shaped(run_id, entries[one]) for _, one in in_order}


def _histories(at: Connection, run_id: str, keys: Sequence[str]) -> dict[str, list[Metric]]:
    """All points of metrics, some fetched at the same time."""

    def fetch(key: str) -> list[Metric]:
        return list(runs.history(at, run_id, key))

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(zip(keys, pool.map(fetch, keys), strict=True))


def _entries(points: Sequence[Metric], recorded: Sequence[Record]) -> list[Entry]:
    """All of one name, the points that only mirror a list left out."""
    mirrored = [range(*one.value["steps"]) for one in recorded if "steps" in one.value]
    found = [
        Entry(point.timestamp, point.step, _POINT, float(point.value))
        for point in points
        if not any(point.step in steps for steps in mirrored)
    ]
    found += [
        Entry(int(one.value["at"]), order, one.kind, _run_log.thawed(one.value["value"]))
        for order, one in enumerate(recorded)
    ]
    return sorted(found, key=lambda one: (one.at, one.order))


def _shaped(run_id: str, entries: Sequence[Entry]) -> Any:
    kinds = {entry.kind for entry in entries}
    if kinds & {ROW, TABLE}:
        return _as_columns([entry for entry in entries if entry.kind in (ROW, TABLE)])
    if LIST in kinds:
        return [value for entry in entries for value in _as_list(entry)]
    values = [image(run_id, entry.value) if entry.kind == IMAGE else entry.value for entry in entries]
    return values[0] if len(values) == 1 else values


def image(run_id: str, path: str) -> str:
    """How ``get_metrics`` names an image among a run's files."""
    return f"aml://artifactId/ExperimentRun/dcid.{run_id}/{path}"


def _as_list(entry: Entry) -> list[Any]:
    return entry.value if entry.kind == LIST else [entry.value]


def _as_columns(entries: Sequence[Entry]) -> dict[str, Any]:
    if len(entries) == 1:
        return dict(entries[0].value)
    columns: dict[str, list[Any]] = {}
    for entry in entries:
        for column, value in entry.value.items():
            many: Iterable[Any] = value if entry.kind == TABLE else [value]
            columns.setdefault(column, []).extend(many)
    return columns
