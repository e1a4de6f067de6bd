"""Logged models: rows, found by id, made in an experiment, marked deleted."""

import uuid
from typing import NamedTuple

import sqlalchemy as sa

from lazward.errors import InvalidRequest, NotFound
from lazward.wire.logged_models import CreateLoggedModel, LoggedModel, LoggedModelStatus
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.db.schema import experiments, logged_models
from lazward_server.tracking import experiments as experiment_rows
from lazward_server.tracking import logged_model_data, logged_model_load
from lazward_server.tracking.names import random_name

NUMBERS = {status: number for number, status in enumerate(LoggedModelStatus)}

_FORBIDDEN = ("/", ":", ".", "%", '"', "'")


class Found(NamedTuple):
    """A logged model as far as others need it."""

    id: int
    artifact_uri: str
    source_run_id: str


def create(tx: Tx, workspace_id: int, req: CreateLoggedModel) -> LoggedModel:
    """Make a logged model in an active experiment; its files come later, and then ``finalize``."""
    _check_name(req.name)
    experiment = experiment_rows.active(tx, workspace_id, req.experiment_id)
    model_id = f"m-{uuid.uuid4().hex}"
    time = now()
    row = sa.insert(logged_models).values(
        model_id=model_id,
        experiment_id=experiment.id,
        name=req.name or random_name(),
        artifact_uri=f"{experiment.artifact_location.rstrip('/')}/models/{model_id}/artifacts",
        created_at=time,
        updated_at=time,
        status=NUMBERS[LoggedModelStatus.PENDING],
        model_type=req.model_type,
        source_run_id=req.source_run_id,
    )
    number = tx.execute(row.returning(logged_models.c.id)).scalar_one()
    logged_model_data.log_params(tx, number, req.params)
    logged_model_data.set_tags(tx, number, req.tags)
    return _one(tx, number)


def get(tx: Tx, workspace_id: int, model_id: str, *, allow_deleted: bool = False) -> LoggedModel:
    """The logged model with this id; a deleted one only if that is wanted."""
    return _one(tx, find(tx, workspace_id, model_id, allow_deleted=allow_deleted).id)


def find(
    tx: Tx, workspace_id: int, model_id: str, *, allow_deleted: bool = False, change: bool = False
) -> Found:
    """The row of a logged model; with ``change`` it is locked until the transaction ends.

    Raises:
        NotFound: There is none of this id in the workspace.
    """
    c = logged_models.c
    joined = logged_models.join(experiments, experiments.c.id == c.experiment_id)
    match = (c.model_id == model_id) & (experiments.c.workspace_id == workspace_id)
    if not allow_deleted:
        match &= c.deleted_at.is_(None)
    query = sa.select(c.id, c.artifact_uri, c.source_run_id).select_from(joined).where(match)
    if change:
        query = query.with_for_update(of=logged_models, key_share=True)
    row = tx.execute(query).first()
    if row is None:
        raise missing(model_id)
    return Found(row.id, row.artifact_uri, row.source_run_id or "")


def finalize(tx: Tx, workspace_id: int, model_id: str, status: LoggedModelStatus) -> LoggedModel:
    """Tell whether all files of a model have arrived."""
    number = find(tx, workspace_id, model_id, allow_deleted=True).id
    change = sa.update(logged_models).where(logged_models.c.id == number)
    tx.execute(change.values(status=NUMBERS[status], updated_at=now()))
    return _one(tx, number)


def delete(tx: Tx, workspace_id: int, model_id: str) -> None:
    """Mark a logged model deleted; again is no error."""
    number = find(tx, workspace_id, model_id, allow_deleted=True).id
    time = now()
    change = sa.update(logged_models).where(logged_models.c.id == number)
    tx.execute(change.values(deleted_at=sa.func.coalesce(logged_models.c.deleted_at, time), updated_at=time))


def missing(model_id: str) -> NotFound:
    """The error for an id that no logged model has."""
    return NotFound(f"Logged model with ID '{model_id}' not found.")


def _one(tx: Tx, number: int) -> LoggedModel:
    (found,) = logged_model_load.load(tx, [number])
    return found


def _check_name(name: str) -> None:
    if any(character in name for character in _FORBIDDEN):
        raise InvalidRequest(
            f"Invalid model name ({name!r}) provided. Model name must be a non-empty string and cannot"
            f" contain the following characters: {_FORBIDDEN}"
        )
