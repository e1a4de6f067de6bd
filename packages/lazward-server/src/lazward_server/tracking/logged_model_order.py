"""What logged models are ordered by: attributes, and metrics by their newest value."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from lazward.errors import InvalidRequest
from lazward.wire.logged_models import DatasetFilter, OrderBy
from lazward_server.db.schema import logged_model_metrics, logged_models
from lazward_server.tracking.logged_model_fields import on_any
from lazward_server.tracking.search import LOGGED_MODELS, Field, Term, missing_last, numbers_first
from lazward_server.tracking.search.conditions import Boolean
from lazward_server.tracking.search.order import MAX_ITEMS

_m = logged_models.c
_COLUMNS: dict[str, tuple[sa.ColumnElement[Any], type[str] | type[int]]] = {
    "name": (_m.name, str),
    "model_id": (_m.model_id, str),
    "model_type": (_m.model_type, str),
    "source_run_id": (_m.source_run_id, str),
    "status": (_m.status, int),
    "experiment_id": (_m.experiment_id, int),
    "creation_timestamp_ms": (_m.created_at, int),
    "last_updated_timestamp_ms": (_m.updated_at, int),
}
_TIES = (OrderBy("creation_timestamp_ms", ascending=False), OrderBy("model_id"))


def in_order(
    source: sa.FromClause, conditions: Sequence[Boolean], order_by: Sequence[OrderBy]
) -> sa.FromClause:
    """The models that match, with a column ``by_<i>`` for each item of their order in full."""
    full = _full(order_by)
    labelled = [_column(item).label(f"by_{i}") for i, item in enumerate(full)]
    matching = sa.select(_m.id, *labelled).select_from(source).where(*conditions)
    if any(_field(item).entity == "metric" for item in full):
        # Otherwise each mention of a value would look the newest point up again.
        return matching.cte("matching").prefix_with("materialized")
    return matching.subquery()


def terms(candidates: sa.FromClause, order_by: Sequence[OrderBy]) -> list[Term]:
    """The order over the columns of ``in_order``."""
    found: list[Term] = []
    for i, item in enumerate(_full(order_by)):
        column, field = candidates.c[f"by_{i}"], _field(item)
        if field.entity == "metric":
            found += numbers_first(column, descending=not item.ascending)
        elif field.key in ("model_type", "source_run_id"):
            found += missing_last(column, str, descending=not item.ascending)
        else:
            found.append(Term(column, _COLUMNS[field.key][1], not item.ascending))
    return found


def _full(order_by: Sequence[OrderBy]) -> list[OrderBy]:
    """The items and what tells equals apart; a field that comes twice counts once."""
    if len(order_by) > MAX_ITEMS:
        raise InvalidRequest(
            f"Invalid order_by: at most {MAX_ITEMS} fields are allowed, got {len(order_by)}."
        )
    seen: dict[tuple[Field, str, str], OrderBy] = {}
    for item in (*order_by, *_TIES):
        seen.setdefault((_field(item), item.dataset_name or "", item.dataset_digest or ""), item)
    return list(seen.values())


def _field(item: OrderBy) -> Field:
    entity, dot, key = item.field_name.partition(".")
    if not dot:
        found = LOGGED_MODELS.order[0].find(entity)
    elif entity in ("attribute", "attributes"):
        found = LOGGED_MODELS.order[0].find(key)
    elif entity in ("metric", "metrics"):
        return Field("metric", key.removeprefix("`").removesuffix("`"))
    else:
        raise InvalidRequest(f"Invalid order by field name: {item.field_name}. Only metrics are supported.")
    if found is None:
        raise InvalidRequest(f"Invalid order by field name: {item.field_name}")
    return found[0]


def _column(item: OrderBy) -> sa.ColumnElement[Any]:
    field = _field(item)
    return _newest(item, field.key) if field.entity == "metric" else _COLUMNS[field.key][0]


def _newest(item: OrderBy, key: str) -> sa.ColumnElement[float]:
    """The value of a metric with the latest time, then step, perhaps only as measured on one dataset."""
    p = logged_model_metrics.c
    datasets = [DatasetFilter(item.dataset_name, item.dataset_digest)] if item.dataset_name else []
    points = sa.select(p.value).where(p.model == _m.id, p.key == key, on_any(datasets))
    last = points.order_by(p.timestamp.desc(), p.step.desc(), p.run_id).limit(1)
    return last.correlate(logged_models).scalar_subquery()
