"""Metrics of logged models: points that name the model, and perhaps the dataset, they were measured on."""

from typing import Any

from lazward.errors import InvalidRequest, NotFound
from lazward_server.db.bulk import Bulk
from lazward_server.db.database import Tx
from lazward_server.tracking.metrics import stored

Row = tuple[str, str, str, int, int, float | str, str | None, str | None]
"""Model id, run id, metric key, timestamp, step, value, dataset name, dataset digest."""

_MOST_NAME, _MOST_DIGEST = 500, 36

# A run writes to models of its own workspace only.
_FIND = Bulk(
    "select given.model_id, given.run_id, m.id from given"
    " join logged_models m on m.model_id = given.model_id"
    " join experiments home on home.id = m.experiment_id"
    " join runs on runs.run_id = given.run_id"
    " join experiments on experiments.id = runs.experiment_id"
    " and experiments.workspace_id = home.workspace_id",
    model_id="text",
    run_id="text",
)
_INSERT = Bulk(
    "insert into logged_model_metrics"
    "(model, run_id, key, timestamp, step, value, dataset_name, dataset_digest)"
    " select model, run_id, key, timestamp, step, value, dataset_name, dataset_digest from given where true"
    " on conflict do nothing",
    model="bigint",
    run_id="text",
    key="text",
    timestamp="bigint",
    step="bigint",
    value="double precision",
    dataset_name="text",
    dataset_digest="text",
)


def log(tx: Tx, rows: list[Row]) -> None:
    """Write points; one that is already there by model, run, key, time, step and dataset stays as it is.

    Raises:
        NotFound: No logged model of the run's workspace has this id.
        InvalidRequest: A dataset's name or digest is too long.
    """
    known = numbers(tx, {(row[0], row[1]) for row in rows})
    _INSERT(tx, sorted((_stored(tx, known, row) for row in rows), key=lambda row: row[:5]))


def numbers(tx: Tx, pairs: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The integer ids of models, by (model id, run id); pairs that do not belong together are left out."""
    return {(model_id, run_id): number for model_id, run_id, number in _FIND(tx, sorted(pairs))}


def check_dataset(name: str | None, digest: str | None) -> None:
    """Refuse names and digests that no dataset can have, and one without the other."""
    if bool(name) != bool(digest):
        raise InvalidRequest("Both dataset_name and dataset_digest must be provided if one is provided")
    for field, value, most in (("dataset_name", name, _MOST_NAME), ("dataset_digest", digest, _MOST_DIGEST)):
        if value and len(value) > most:
            raise InvalidRequest(f"'{field}' exceeds the maximum length of {most} characters")


def _stored(tx: Tx, known: dict[tuple[str, str], int], row: Row) -> tuple[Any, ...]:
    model_id, run_id, key, timestamp, step, value, name, digest = row
    number = known.get((model_id, run_id))
    if number is None:
        raise NotFound(f"Logged model with ID '{model_id}' not found.")
    check_dataset(name, digest)
    return number, run_id, key, timestamp, step, stored(tx, float(value)), name or "", digest or ""
