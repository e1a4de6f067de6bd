"""The fields of runs in SQL: as conditions of a filter and as terms of an order."""

from collections.abc import Mapping, Sequence
from typing import Any

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
    optional,
)
from lazward_server.tracking.search.order import Order
from lazward_server.tracking.search.paging import Term, missing_last, numbers_first
from lazward_server.tracking.search.tree import Comparison, Field

KEYED = {"parameter": params, "tag": tags}
PARENT = "mlflow.parentRunId"
_CONTEXT = "mlflow.data.context"

_NO_METRIC = -1
START = Field("attribute", "start_time")
RUN_ID = Field("attribute", "run_id")


def attributes(table: sa.FromClause) -> dict[str, sa.ColumnElement[Any]]:
    """The attributes of runs by key, as columns of ``runs`` or of a table that has the same."""
    columns = table.c
    statuses = {number: status.value for number, status in enumerate(RunStatus, start=1)}
    return {
        "run_id": columns.run_id,
        "run_name": columns.name,
        "status": sa.case(statuses, value=columns.status),
        "user_id": columns.user_id,
        "start_time": columns.start_time,
        "end_time": columns.end_time,
    }


_ATTRIBUTES = attributes(runs) | {"artifact_uri": runs.c.artifact_uri}
_TIMES = ("start_time", "end_time")


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

    attribute = columns(**_ATTRIBUTES)
    return {"attribute": attribute, "metric": metric, "parameter": entry, "tag": entry, "dataset": _dataset}


def of_row(columns: Mapping[Field, sa.ColumnElement[Any]]) -> Mapping[str, Condition]:
    """What each comparison means for a row that has a column of its own for every field."""

    def number(comparison: Comparison) -> Boolean:
        return compare_float(columns[comparison.field], comparison.operator, comparison.value)

    def text(comparison: Comparison) -> Boolean:
        return optional(columns[comparison.field], comparison)

    return {"attribute": text, "metric": number, "parameter": text, "tag": text}


def joined(
    orders: Sequence[Order], metric_ids: Mapping[str, int]
) -> tuple[sa.FromClause, dict[Field, sa.ColumnElement[Any]]]:
    """What to read from, and the columns in it of what is ordered by."""
    source: sa.FromClause = runs
    found: dict[Field, sa.ColumnElement[Any]] = {}
    for field in (order.field for order in orders):
        if field.entity == "attribute":
            continue
        entry = latest.alias() if field.entity == "metric" else KEYED[field.entity].alias()
        wanted = metric_ids.get(field.key, _NO_METRIC) if field.entity == "metric" else field.key
        source = source.outerjoin(entry, (entry.c.run == runs.c.id) & (entry.c.key == wanted))
        found[field] = entry.c.value
    return source, found | {Field("attribute", key): column for key, column in _ATTRIBUTES.items()}


def terms(orders: Sequence[Order], columns: Mapping[Field, sa.ColumnElement[Any]]) -> list[Term]:
    """The order in full: the newest run first among equals, then by id."""
    if START not in [order.field for order in orders]:
        orders = [*orders, Order(START, descending=True)]
    asked = [term for order in orders for term in _terms(order, columns[order.field])]
    return [*asked, Term(columns[RUN_ID], str)]


def _terms(order: Order, column: sa.ColumnElement[Any]) -> list[Term]:
    entity, key = order.field
    if entity == "metric":
        return numbers_first(column, descending=order.descending)
    if entity != "attribute":
        return missing_last(column, str, descending=order.descending)
    if key in _TIMES:
        return missing_last(column, int, descending=order.descending)
    return [Term(column, str, order.descending)]


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
