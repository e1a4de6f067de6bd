"""The fields of logged models as conditions of a filter."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa

from lazward.errors import InvalidRequest
from lazward.wire.logged_models import DatasetFilter, LoggedModelStatus
from lazward_server.db.schema import (
    logged_model_metrics,
    logged_model_params,
    logged_model_tags,
    logged_models,
)
from lazward_server.tracking.search import Comparison, Condition, columns, compare_float, exists, keyed
from lazward_server.tracking.search.conditions import Boolean

_m = logged_models.c
_p = logged_model_metrics.c
_NAMES = [status.name for status in LoggedModelStatus]

_ATTRIBUTES = columns(
    name=_m.name,
    model_id=_m.model_id,
    model_type=_m.model_type,
    source_run_id=_m.source_run_id,
    status=sa.case(dict(enumerate(_NAMES)), value=_m.status),
    experiment_id=_m.experiment_id,
    creation_timestamp_ms=_m.created_at,
    last_updated_timestamp_ms=_m.updated_at,
)


def conditions(datasets: Sequence[DatasetFilter]) -> Mapping[str, Condition]:
    """What each comparison means for a row of ``logged_models``; metrics count only on these datasets."""

    def metric(comparison: Comparison) -> Boolean:
        value = compare_float(_p.value, comparison.operator, comparison.value)
        return exists(_p.model == _m.id, _p.key == comparison.field.key, value, on_any(datasets))

    return {
        "attribute": _attribute,
        "metric": metric,
        "parameter": keyed(logged_model_params, logged_model_params.c.model == _m.id),
        "tag": keyed(logged_model_tags, logged_model_tags.c.model == _m.id),
    }


def measured_on(datasets: Sequence[DatasetFilter]) -> Boolean:
    """Whether a model has any metric on one of these datasets."""
    return exists(_p.model == _m.id, on_any(datasets))


def on_any(datasets: Sequence[DatasetFilter]) -> Boolean:
    """Whether a point was measured on one of these datasets; true if there are none."""
    return sa.or_(*(_on(dataset) for dataset in datasets)) if datasets else sa.true()


def _on(dataset: DatasetFilter) -> Boolean:
    if not dataset.dataset_name:
        raise InvalidRequest("`dataset_name` in the `datasets` clause must be specified.")
    named = _p.dataset_name == dataset.dataset_name
    return named & (_p.dataset_digest == dataset.dataset_digest) if dataset.dataset_digest else named


def _attribute(comparison: Comparison) -> Boolean:
    if comparison.field.key != "status":
        return _ATTRIBUTES(comparison)
    given = comparison.value
    value = tuple(_status(str(one)) for one in given) if isinstance(given, tuple) else _status(str(given))
    return _ATTRIBUTES(replace(comparison, value=value))


def _status(text: str) -> str:
    """A status by the client's name, whether it was written so, by the protocol's name or its number."""
    if text.isdecimal() and int(text) < len(_NAMES):
        return _NAMES[int(text)]
    short = text.removeprefix("LOGGED_MODEL_")
    return "FAILED" if short == "UPLOAD_FAILED" else short
