"""Whole logged models, a page at a time: one statement for the rows and one for each kind of data."""

from typing import NamedTuple

from lazward.wire.base import KeyValue
from lazward.wire.logged_models import (
    LoggedModel,
    LoggedModelData,
    LoggedModelInfo,
    LoggedModelStatus,
    ModelMetric,
)
from lazward_server.db.bulk import Bulk
from lazward_server.db.database import Tx
from lazward_server.tracking.metrics import answered

STATUSES = [status.value for status in LoggedModelStatus]

_ROWS = Bulk(
    "select m.id, m.model_id, m.experiment_id, m.name, m.created_at, m.updated_at, m.artifact_uri,"
    " m.status, m.model_type, m.source_run_id"
    " from given join logged_models m on m.id = given.id",
    id="bigint",
)
_PARAMS = Bulk(
    "select p.model, p.key, p.value from given join logged_model_params p on p.model = given.id",
    id="bigint",
)
_TAGS = Bulk(
    "select t.model, t.key, t.value from given join logged_model_tags t on t.model = given.id",
    id="bigint",
)
_METRICS = Bulk(
    "select p.id, p.model, m.model_id, p.run_id, p.key, p.timestamp, p.step, p.value,"
    " p.dataset_name, p.dataset_digest from given"
    " join logged_models m on m.id = given.id join logged_model_metrics p on p.model = given.id",
    id="bigint",
)


class _Row(NamedTuple):
    """A row of ``logged_models``."""

    id: int
    model_id: str
    experiment_id: int
    name: str
    created_at: int
    updated_at: int
    artifact_uri: str
    status: int
    model_type: str | None
    source_run_id: str | None


class _Point(NamedTuple):
    """A row of ``logged_model_metrics`` with the model's id."""

    id: int
    model: int
    model_id: str
    run_id: str
    key: str
    timestamp: int
    step: int
    value: float | str
    dataset_name: str
    dataset_digest: str


def load(tx: Tx, numbers: list[int]) -> list[LoggedModel]:
    """The models with these integer ids, in this order."""
    given = [(number,) for number in numbers]
    tags: dict[int, list[KeyValue]] = {number: [] for number in numbers}
    data = {number: LoggedModelData(params=[], metrics=[]) for number in numbers}
    for model, key, value in sorted(_TAGS(tx, given)):
        tags[model].append(KeyValue(key, value))
    for model, key, value in sorted(_PARAMS(tx, given)):
        data[model].params.append(KeyValue(key, value))
    for point in sorted(map(_Point._make, _METRICS(tx, given)), key=lambda point: point.id):
        data[point.model].metrics.append(_metric(point))
    rows = {row.id: row for row in map(_Row._make, _ROWS(tx, given))}
    return [LoggedModel(_info(rows[n], tags[n]), data[n]) for n in numbers if n in rows]


def _metric(point: _Point) -> ModelMetric:
    return ModelMetric(
        key=point.key,
        value=answered(point.value),
        timestamp=point.timestamp,
        step=point.step,
        model_id=point.model_id,
        run_id=point.run_id,
        dataset_name=point.dataset_name or None,
        dataset_digest=point.dataset_digest or None,
    )


def _info(row: _Row, tags: list[KeyValue]) -> LoggedModelInfo:
    return LoggedModelInfo(
        model_id=row.model_id,
        experiment_id=str(row.experiment_id),
        name=row.name,
        creation_timestamp_ms=row.created_at,
        last_updated_timestamp_ms=row.updated_at,
        artifact_uri=row.artifact_uri,
        status=STATUSES[row.status],
        model_type=row.model_type,
        source_run_id=row.source_run_id,
        tags=tags,
    )
