"""The fields of runs in SQL: as conditions of a filter and as terms of an order."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from lazward.wire.runs import RunStatus
from lazward_server.db.schema import (
    SHORT,
    datasets,
    latest,
    params,
    run_dataset_tags,
    run_datasets,
    runs,
    tags,
)
from lazward_server.tracking.search.conditions import (
    Boolean,
    Condition,
    columns,
    compare,
    compare_float,
    exists,
    keyed,
)
from lazward_server.tracking.search.order import Order
from lazward_server.tracking.search.paging import Term, missing_last, numbers_first
from lazward_server.tracking.search.tree import Comparison, Field

KEYED = {"parameter": params, "tag": tags}
PARENT = "mlflow.parentRunId"
_CONTEXT = "mlflow.data.context"

_STATUS = sa.case(
    {number: status.value for number, status in enumerate(RunStatus, start=1)}, value=runs.c.status
)
_TEXTS: dict[str, sa.ColumnElement[str]] = {
    "run_id": runs.c.run_id,
    "run_name": runs.c.name,
    "status": _STATUS,
    "user_id": runs.c.user_id,
    "artifact_uri": runs.c.artifact_uri,
}
_TIMES: dict[str, sa.ColumnElement[int]] = {"start_time": runs.c.start_time, "end_time": runs.c.end_time}

_NO_METRIC = -1
START = Field("attribute", "start_time")


def conditions(metric_ids: Mapping[str, int], driver: Comparison | None) -> Mapping[str, Condition]:
    """What each comparison means for a row of ``runs``.

    Args:
        metric_ids: Ids of the metric keys that the filter names; those nobody ever logged may be left out.
        driver: The comparison whose runs are to be looked up first, instead of checking it run by run.
    """

    def metric(comparison: Comparison) -> Boolean:
        key = metric_ids.get(comparison.field.key, _NO_METRIC)
        value = compare_float(latest.c.value, comparison.operator, comparison.value)
        return exists(latest.c.run == runs.c.id, latest.c.key == key, value)

    def entry(comparison: Comparison) -> Boolean:
        table = KEYED[comparison.field.entity]
        if not indexed(comparison):
            return keyed(table, table.c.run == runs.c.id)(comparison)
        if comparison == driver:
            return runs.c.id.in_(sa.select(table.c.run).where(_entries(comparison)))
        return exists(table.c.run == runs.c.id, _entries(comparison))

    attribute = columns(**_TEXTS, **_TIMES)
    return {"attribute": attribute, "metric": metric, "parameter": entry, "tag": entry, "dataset": _dataset}


def terms(orders: Sequence[Order], metric_ids: Mapping[str, int]) -> tuple[sa.FromClause, list[Term]]:
    """What to read from, and the order in full: the newest run first among equals, then by id."""
    source: sa.FromClause = runs
    found: list[Term] = []
    for order in orders:
        entity, key = order.field
        if entity == "attribute":
            found += _attribute(key, descending=order.descending)
        else:
            entry, more = _entry(entity, descending=order.descending)
            wanted = metric_ids.get(key, _NO_METRIC) if entity == "metric" else key
            source = source.outerjoin(entry, (entry.c.run == runs.c.id) & (entry.c.key == wanted))
            found += more
    if START not in [order.field for order in orders]:
        found += _attribute(START.key, descending=True)
    return source, [*found, Term(runs.c.run_id, str)]


def _attribute(key: str, *, descending: bool) -> list[Term]:
    if key in _TIMES:
        return missing_last(_TIMES[key], int, descending=descending)
    return [Term(_TEXTS[key], str, descending)]


def _entry(entity: str, *, descending: bool) -> tuple[sa.FromClause, list[Term]]:
    if entity == "metric":
        newest = latest.alias()
        return newest, numbers_first(newest.c.value, descending=descending)
    entry = KEYED[entity].alias()
    return entry, missing_last(entry.c.value, str, descending=descending)


def indexed(comparison: Comparison) -> bool:
    """Whether an index finds the runs with such a param or tag."""
    entity, key = comparison.field
    if comparison.operator != "=" or entity not in KEYED:
        return False
    return key == PARENT if entity == "tag" else len(str(comparison.value)) <= SHORT


def _entries(comparison: Comparison) -> Boolean:
    """The condition on params or tags, in the words of the index that ``indexed`` tells of.

    Literals stand in it as they stand in the index: a bound value would not match its definition.
    """
    table = KEYED[comparison.field.entity]
    match = (table.c.key == comparison.field.key) & (table.c.value == comparison.value)
    if table is tags:
        return match & (tags.c.key == sa.literal_column(f"'{PARENT}'"))
    return match & (sa.func.length(params.c.value) <= sa.literal_column(str(SHORT)))


def _dataset(comparison: Comparison) -> Boolean:
    """One of the run's datasets matches."""
    if comparison.field.key == "context":
        tag = run_dataset_tags.c
        value = compare(tag.value, comparison.operator, comparison.value)
        return exists(
            run_datasets.c.run == runs.c.id, tag.input == run_datasets.c.id, tag.key == _CONTEXT, value
        )
    value = compare(datasets.c[comparison.field.key], comparison.operator, comparison.value)
    return exists(run_datasets.c.run == runs.c.id, datasets.c.id == run_datasets.c.dataset, value)
