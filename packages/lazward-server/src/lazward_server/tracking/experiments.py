"""Experiments: rows, tags, and their two stages of life."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa

from lazward.errors import AlreadyExists, InvalidRequest, InvalidState, NotFound
from lazward.wire.base import KeyValue
from lazward.wire.experiments import MAX_LOCATION, MAX_NAME, MAX_TAG_VALUE, Experiment
from lazward_server.db.bulk import Bulk
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.db.schema import experiment_tags, experiments, run_documents, runs
from lazward_server.http.workspace import DEFAULT as FIRST
from lazward_server.tracking import changes, job_runs, keys

DEFAULT = "Default"
"""The experiment that every workspace begins with."""
ROOT = "mlflow-artifacts:/"
"""Where artifacts lie when the client does not say: the server passes them through."""

# Another process may be making one of the same name: the loser gets no row, and no broken transaction.
_INSERT = Bulk(
    "insert into experiments(workspace_id, name, artifact_location, created_at, updated_at)"
    " select workspace_id, name, location, time, time from given where true"
    " on conflict do nothing returning id",
    workspace_id="bigint",
    name="text",
    location="text",
    time="bigint",
)
_HOME = Bulk(
    "select experiments.id, experiments.artifact_location from given"
    " join experiments on experiments.id = given.id and experiments.workspace_id = given.workspace_id"
    " where experiments.deleted_at is null",
    id="bigint",
    workspace_id="bigint",
)
_VISIBLE = Bulk(
    "select experiments.id from given join experiments on experiments.id = given.id"
    " and experiments.workspace_id = given.workspace_id",
    id="bigint",
    workspace_id="bigint",
)
_ID = re.compile(r"\d{1,18}")


def create(tx: Tx, workspace_id: int, name: str, location: str, tags: Iterable[KeyValue]) -> str:
    """Make an experiment and return its id.

    Raises:
        AlreadyExists: The name is taken, be it by a deleted experiment.
        InvalidRequest: A limit is passed.
    """
    if len(name) > MAX_NAME:
        raise InvalidRequest(f"'name' exceeds the maximum length of {MAX_NAME} characters")
    if location:
        check_location(location)
    values = [_tag(tag.key, tag.value) for tag in tags]
    made = _INSERT(tx, [(workspace_id, name, location, now())])
    if not made:
        raise _taken(tx, workspace_id, name)
    number: int = made[0][0]
    if not location:
        change = sa.update(experiments).where(experiments.c.id == number)
        tx.execute(change.values(artifact_location=f"{ROOT}{number}"))
    for key, value in dict(values).items():
        tx.execute(sa.insert(experiment_tags).values(experiment_id=number, key=key, value=value))
    return str(number)


def get(tx: Tx, workspace_id: int, experiment_id: str) -> Experiment:
    """One experiment, deleted or not."""
    (found,) = load(tx, [_row(tx, workspace_id, experiment_id).id])
    return found


def get_by_name(tx: Tx, workspace_id: int, name: str) -> Experiment:
    """The experiment of this name, deleted or not."""
    row = _find(tx, workspace_id, name)
    if row is None:
        raise NotFound(f"Could not find experiment with name '{name}'")
    (found,) = load(tx, [row.id])
    return found


def load(tx: Tx, numbers: list[int]) -> list[Experiment]:
    """The experiments with these ids, in this order, with one statement for the rows and one for the tags."""
    rows = {row.id: row for row in tx.execute(sa.select(experiments).where(experiments.c.id.in_(numbers)))}
    tagged: dict[int, list[KeyValue]] = {}
    of_these = sa.select(experiment_tags).where(experiment_tags.c.experiment_id.in_(numbers))
    for row in tx.execute(of_these.order_by(experiment_tags.c.key)):
        tagged.setdefault(row.experiment_id, []).append(KeyValue(row.key, row.value))
    return [_experiment(rows[number], tagged.get(number, [])) for number in numbers]


def rename(tx: Tx, workspace_id: int, experiment_id: str, name: str) -> None:
    """Give an active experiment another name."""
    row = _row(tx, workspace_id, experiment_id)
    if row.deleted_at is not None:
        raise InvalidState(f"Cannot rename experiment {experiment_id}: it is deleted. Restore it first.")
    if len(name) > MAX_NAME:
        raise InvalidRequest(f"'name' exceeds the maximum length of {MAX_NAME} characters")
    if name != row.name and _find(tx, workspace_id, name) is not None:
        raise _taken(tx, workspace_id, name)
    tx.execute(sa.update(experiments).where(experiments.c.id == row.id).values(name=name, updated_at=now()))


def delete(tx: Tx, workspace_id: int, experiment_id: str) -> None:
    """Mark an experiment and its runs deleted.

    Raises:
        InvalidState: Some of them are jobs that are not over.
    """
    number = _in_stage(tx, workspace_id, experiment_id, deleted=False)
    time = now()
    _mark(tx, number, time, time)  # first, since no job is submitted to it from then on
    if count := job_runs.unfinished(tx, runs.c.experiment_id == number):
        raise InvalidState(
            f"The experiment {experiment_id} has {count} job(s) that are not over; cancel them before you"
            " delete it."
        )
    active = (runs.c.experiment_id == number) & runs.c.deleted_at.is_(None)
    _forget_runs(tx, number)
    tx.execute(sa.update(runs).where(active).values(deleted_at=time))


def restore(tx: Tx, workspace_id: int, experiment_id: str) -> None:
    """Make a deleted experiment and all its runs active again."""
    number = _in_stage(tx, workspace_id, experiment_id, deleted=True)
    _mark(tx, number, None, now())
    _forget_runs(tx, number)
    tx.execute(sa.update(runs).where(runs.c.experiment_id == number).values(deleted_at=None))


def set_tag(tx: Tx, workspace_id: int, experiment_id: str, key: str, value: str) -> None:
    """Set a tag of an active experiment."""
    key, value = _tag(key, value)
    number = active(tx, workspace_id, experiment_id).id
    _remove_tag(tx, number, key)
    tx.execute(sa.insert(experiment_tags).values(experiment_id=number, key=key, value=value))


def delete_tag(tx: Tx, workspace_id: int, experiment_id: str, key: str) -> None:
    """Remove a tag of an active experiment."""
    if not _remove_tag(tx, active(tx, workspace_id, experiment_id).id, key):
        raise NotFound(f"No tag with name: {key} in experiment with id {experiment_id}")


def active(tx: Tx, workspace_id: int, experiment_id: str) -> sa.Row[Any]:
    """The row of an experiment that may be written to.

    Raises:
        NotFound: There is none of this id.
        InvalidRequest: It is deleted.
    """
    row = _row(tx, workspace_id, experiment_id)
    if row.deleted_at is not None:
        raise InvalidRequest(
            f"The experiment {experiment_id} must be in the 'active' state. Current state is deleted."
        )
    return row


def home(tx: Tx, workspace_id: int, experiment_id: str) -> tuple[int, str]:
    """Id and artifact location of an experiment that may be written to; the quick way for making runs."""
    if _ID.fullmatch(experiment_id):
        for number, location in _HOME(tx, [(int(experiment_id), workspace_id)]):
            return number, location
    row = active(tx, workspace_id, experiment_id)  # it tells what is wrong
    return row.id, row.artifact_location


def named_by(number: int) -> sa.ColumnElement[bool]:
    """That an experiment, among those of its workspace, is the one a client means by this id.

    Clients that were told of no experiment use "0", which is the first workspace's. In all others it stands
    for the experiment of that name.
    """
    by_id = experiments.c.id == number
    return by_id if number else by_id | (experiments.c.name == DEFAULT)


def numbers(tx: Tx, workspace_id: int, given: Iterable[int]) -> list[int]:
    """Those of the ids that a workspace's experiments have, with "0" as clients mean it."""
    wanted = set(given)
    if 0 in wanted and workspace_id != FIRST.id:
        zero = sa.select(experiments.c.id).where(experiments.c.workspace_id == workspace_id, named_by(0))
        wanted |= set(tx.execute(zero.order_by(experiments.c.id).limit(1)).scalars())
    return sorted(row[0] for row in _VISIBLE(tx, [(number, workspace_id) for number in sorted(wanted)]))


def missing(experiment_id: str) -> NotFound:
    """The error for an id that no experiment has."""
    return NotFound(f"No Experiment with id={experiment_id} exists")


def check_location(location: str) -> None:
    """Refuse an artifact location that cannot be one."""
    if len(location) > MAX_LOCATION:
        raise InvalidRequest(
            "Invalid artifact path length. The length of the artifact path cannot be greater than"
            f" {MAX_LOCATION} characters."
        )
    if location.startswith("runs:"):
        raise InvalidRequest(f"Artifact location cannot be a runs:/ URI. Given: '{location}'")
    try:
        parts = urlsplit(location)
    except ValueError as error:
        raise InvalidRequest(f"Invalid artifact location: {error}") from error
    if parts.fragment or ";" in parts.path:
        raise InvalidRequest("Artifact URL can not contain fragments or parameters.")
    if ".." in parts.query.split("/") or ".." in parts.path.split("/"):
        raise InvalidRequest("Invalid artifact location: '..' is not allowed in it.")


def _row(tx: Tx, workspace_id: int, experiment_id: str) -> sa.Row[Any]:
    if not _ID.fullmatch(experiment_id):
        raise InvalidRequest(f"Invalid experiment ID '{experiment_id}': it must be a decimal number.")
    c = experiments.c
    found = sa.select(c.id, c.name, c.artifact_location, c.deleted_at).where(
        c.workspace_id == workspace_id, named_by(int(experiment_id))
    )
    row = tx.execute(found.order_by(c.id)).first()
    if row is None:
        raise missing(experiment_id)
    return row


def _in_stage(tx: Tx, workspace_id: int, experiment_id: str, *, deleted: bool) -> int:
    row = _row(tx, workspace_id, experiment_id)
    if (row.deleted_at is not None) is not deleted:
        raise missing(experiment_id)
    return row.id


def _mark(tx: Tx, number: int, deleted_at: int | None, time: int) -> None:
    change = sa.update(experiments).where(experiments.c.id == number)
    tx.execute(change.values(deleted_at=deleted_at, updated_at=time))


def _forget_runs(tx: Tx, number: int) -> None:
    """Drop the ready answers of all runs, which are about to change their stage."""
    of_it = sa.select(runs.c.id).where(runs.c.experiment_id == number)
    if tx.postgres:
        tx.execute(of_it.order_by(runs.c.id).with_for_update(key_share=True))
    changes.note(tx, tx.execute(of_it).scalars().all())
    tx.execute(sa.delete(run_documents).where(run_documents.c.run.in_(of_it)))
    tx.known.clear()


def _find(tx: Tx, workspace_id: int, name: str) -> sa.Row[Any] | None:
    match = (experiments.c.workspace_id == workspace_id) & (experiments.c.name == name)
    return tx.execute(sa.select(experiments.c.id, experiments.c.deleted_at).where(match)).first()


def _taken(tx: Tx, workspace_id: int, name: str) -> AlreadyExists:
    row = _find(tx, workspace_id, name)
    deleted = row is not None and row.deleted_at is not None
    hint = " It is deleted; restore it or remove it for good." if deleted else ""
    return AlreadyExists(f"Experiment '{name}' already exists.{hint}")


def _remove_tag(tx: Tx, number: int, key: str) -> bool:
    match = (experiment_tags.c.experiment_id == number) & (experiment_tags.c.key == key)
    return tx.execute(sa.delete(experiment_tags).where(match)).rowcount > 0


def _tag(key: str, value: str) -> tuple[str, str]:
    keys.check(key, "key")
    if len(value) > MAX_TAG_VALUE:
        raise InvalidRequest(f"'value' exceeds the maximum length of {MAX_TAG_VALUE} characters")
    return key, value


def _experiment(row: sa.Row[Any], tags: list[KeyValue]) -> Experiment:
    return Experiment(
        experiment_id=str(row.id),
        name=row.name,
        artifact_location=row.artifact_location,
        lifecycle_stage="active" if row.deleted_at is None else "deleted",
        last_update_time=row.updated_at,
        creation_time=row.created_at,
        tags=tags,
    )
