"""Runs: made in batches, found by id, moved between their two stages of life."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from lazward.errors import InvalidRequest, InvalidState, LazwardError, NotFound
from lazward.wire.base import KeyValue
from lazward.wire.datasets import Inputs
from lazward.wire.metrics import MAX_TAG_VALUE
from lazward.wire.runs import CreateRun, Run, RunData, RunInfo, RunStatus, UpdateRun
from lazward_server.auth.tokens import OfJob
from lazward_server.db.bulk import Bulk
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.db.schema import experiments, runs
from lazward_server.tracking import changes, job_runs, keys, run_limit, tags
from lazward_server.tracking import experiments as experiment_rows
from lazward_server.tracking.names import random_name

NUMBERS = {status: number for number, status in enumerate(RunStatus, start=1)}
STATUSES: list[str] = [""] + [status.value for status in RunStatus]

_FIND = Bulk(
    "select runs.run_id, runs.id, experiments.workspace_id, runs.deleted_at from given"
    " join runs on runs.run_id = given.run_id join experiments on experiments.id = runs.experiment_id",
    # Writers in other processes wait here, so that what is checked stays true until the commit.
    postgres=" order by runs.id for no key update of runs",
    run_id="text",
)
_INSERT = Bulk(
    "insert into runs(run_id, experiment_id, name, user_id, status, start_time, artifact_uri, job_id)"
    " select run_id, experiment_id, name, user_id, status, start_time, artifact_uri, job_id"
    " from given where true"
    " returning run_id, id",
    run_id="text",
    experiment_id="bigint",
    name="text",
    user_id="text",
    status="smallint",
    start_time="bigint",
    artifact_uri="text",
    job_id="bigint",
)


_FORGET = Bulk("delete from run_documents where run in (select run from given)", run="bigint")
# In one step on PostgreSQL, where each costs a log-metric 50 us.
_FORGET_AND_NOTE = Bulk(
    ", gone as (delete from run_documents where run in (select run from given)) " + changes.NOTE, run="bigint"
)
_MOST_RUNS_REMEMBERED = 100_000


class Found(NamedTuple):
    """A run as far as writers need it."""

    id: int
    workspace_id: int
    deleted_at: int | None


class _Draft(NamedTuple):
    """A run about to be inserted."""

    run_id: str
    experiment_id: int
    name: str
    user_id: str
    start_time: int | None
    artifact_uri: str
    tags: dict[str, str]
    job_id: int | None = None


def create_many(tx: Tx, items: Sequence[tuple[int, CreateRun, OfJob | None]]) -> list[Run | LazwardError]:
    """Make a run for each (workspace id, request, job); the batched write behind ``runs/create``.

    What the script of a job makes becomes a child of the job's own run, unless it has another parent.
    """
    homes: dict[tuple[int, str], tuple[int, str] | LazwardError] = {}
    outcomes: list[_Draft | LazwardError] = [_attempt(tx, homes, *item) for item in items]
    drafts = [draft for draft in outcomes if isinstance(draft, _Draft)]
    rows = [
        (d.run_id, d.experiment_id, d.name, d.user_id, 1, d.start_time, d.artifact_uri, d.job_id)
        for d in drafts
    ]
    numbers = dict(_INSERT(tx, rows))
    changes.note(tx, numbers.values())
    tags.upsert(tx, {(numbers[d.run_id], key): value for d in drafts for key, value in d.tags.items()})
    return [_made(outcome) if isinstance(outcome, _Draft) else outcome for outcome in outcomes]


def find_many(tx: Tx, run_ids: Iterable[str]) -> dict[str, Found]:
    """The runs with these ids, of all workspaces; on PostgreSQL locked until the transaction ends."""
    if tx.postgres:
        return {row[0]: Found(*row[1:]) for row in _FIND(tx, [(run_id,) for run_id in sorted(set(run_ids))])}
    known: dict[str, Found] = tx.known.runs
    unknown = [(run_id,) for run_id in set(run_ids) if run_id not in known]
    if len(known) > _MOST_RUNS_REMEMBERED:
        known.clear()
        unknown = [(run_id,) for run_id in set(run_ids)]
    for row in _FIND(tx, unknown):
        known[row[0]] = Found(*row[1:])
    return known


def find(tx: Tx, workspace_id: int, run_id: str) -> Found:
    """The run with this id.

    Raises:
        NotFound: There is none in the workspace.
    """
    c = runs.c
    joined = runs.join(experiments, experiments.c.id == c.experiment_id)
    match = (c.run_id == run_id) & (experiments.c.workspace_id == workspace_id)
    columns = sa.select(c.id, experiments.c.workspace_id, c.deleted_at)
    row = tx.execute(columns.select_from(joined).where(match)).first()
    if row is None:
        raise missing(run_id)
    return Found(*row)


def locked(tx: Tx, workspace_id: int, run_id: str) -> Found:
    """The run with this id, about to be written to; on PostgreSQL locked until the transaction ends."""
    found = find_many(tx, [run_id]).get(run_id)
    if found is None or found.workspace_id != workspace_id:
        raise missing(run_id)
    forget(tx, [found.id])
    return found


def active(tx: Tx, workspace_id: int, run_id: str) -> Found:
    """The run with this id, about to be written to, which must not be deleted."""
    found = locked(tx, workspace_id, run_id)
    if found.deleted_at is not None:
        raise not_active(run_id)
    return found


def forget(tx: Tx, numbers: Iterable[int]) -> None:
    """Drop the ready answers (``tracking.documents``) of runs that are being written to.

    Whoever writes to a run calls this: others follow the changes too (``tracking.changes``).
    """
    if tx.postgres:  # where another process may make a document at any time
        _FORGET_AND_NOTE(tx, [(number,) for number in sorted(set(numbers))])
        return
    numbers = set(numbers)
    changes.note(tx, numbers)
    bare: set[int] = tx.known.undocumented
    stale = numbers.difference(bare)
    _FORGET(tx, [(number,) for number in stale])
    bare.update(stale)


def update(tx: Tx, workspace_id: int, req: UpdateRun) -> RunInfo:
    """Change status, end time and name, each only if given.

    How the run of a job stands is for its launcher to say: a block in its script that ends does not end it.
    """
    run = active(tx, workspace_id, req.run_id).id
    values: dict[str, int | str] = {}
    if req.status is not None:
        values["status"] = NUMBERS[req.status]
    if req.end_time is not None:
        values["end_time"] = req.end_time
    if values and not job_runs.is_job(tx, run):
        tx.execute(sa.update(runs).where(runs.c.id == run).values(values))
    if req.run_name:
        tags.upsert(tx, {(run, tags.RUN_NAME): req.run_name[:MAX_TAG_VALUE]})
    return info(tx.execute(sa.select(runs).where(runs.c.id == run)).one())


def delete(tx: Tx, workspace_id: int, run_id: str) -> None:
    """Mark a run deleted; again is no error.

    Raises:
        InvalidState: It is a job that is not over.
    """
    run = locked(tx, workspace_id, run_id)
    if run.deleted_at is None and job_runs.unfinished(tx, runs.c.id == run.id):
        raise InvalidState(f"The job {run_id} is not over; cancel it before you delete it.")
    if run.deleted_at is None:
        tx.execute(sa.update(runs).where(runs.c.id == run.id).values(deleted_at=now()))


def restore(tx: Tx, workspace_id: int, run_id: str) -> None:
    """Make a deleted run active again; again is no error."""
    run = locked(tx, workspace_id, run_id)
    tx.execute(sa.update(runs).where(runs.c.id == run.id).values(deleted_at=None))


def info(row: sa.Row[Any]) -> RunInfo:
    """The protocol's RunInfo of a row of ``runs``."""
    return RunInfo(
        run_uuid=row.run_id,
        run_id=row.run_id,
        experiment_id=str(row.experiment_id),
        run_name=row.name,
        user_id=row.user_id,
        status=STATUSES[int(row.status)],
        start_time=row.start_time,
        end_time=row.end_time,
        artifact_uri=row.artifact_uri,
        lifecycle_stage="active" if row.deleted_at is None else "deleted",
    )


def unwritable(workspace_id: int, run_id: str, run: Found | None) -> LazwardError | None:
    """Why nothing can be logged to a run, as far as it was found."""
    if run is None or run.workspace_id != workspace_id:
        return missing(run_id)
    return not_active(run_id) if run.deleted_at is not None else None


def missing(run_id: str) -> NotFound:
    """The error for an id that no run has."""
    return NotFound(f"Run with id={run_id} not found")


def not_active(run_id: str) -> InvalidRequest:
    """The error for writing to a deleted run."""
    return InvalidRequest(f"The run {run_id} must be in the 'active' state. Current state is deleted.")


def _attempt(
    tx: Tx,
    homes: dict[tuple[int, str], tuple[int, str] | LazwardError],
    workspace_id: int,
    req: CreateRun,
    job: OfJob | None,
) -> _Draft | LazwardError:
    """The run a request asks for, or what is wrong with it; looks every experiment up once."""
    home = homes.get((workspace_id, req.experiment_id))
    try:
        if home is None:
            home = experiment_rows.home(tx, workspace_id, req.experiment_id)
            homes[workspace_id, req.experiment_id] = home
        if isinstance(home, LazwardError):
            return home
        draft = _draft(*home, req, job)
        return run_limit.take(tx, workspace_id) or draft
    except LazwardError as error:
        return error


def _draft(experiment_id: int, location: str, req: CreateRun, job: OfJob | None) -> _Draft:
    given = dict(keys.first_tag(tag, f"tags[{i}].key") for i, tag in enumerate(req.tags))
    named = given.get(tags.RUN_NAME)
    given_name = req.run_name[:MAX_TAG_VALUE]
    if named and given_name and named != given_name:
        raise InvalidRequest(
            "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values"
            f" (run_name='{given_name}', mlflow.runName='{named}')."
        )
    name = given_name or named or random_name()
    given[tags.RUN_NAME] = name
    if job is not None:
        given.setdefault(tags.PARENT, job.run_id)
    run_id = uuid.uuid4().hex
    uri = f"{location.rstrip('/')}/{run_id}/artifacts"
    return _Draft(
        run_id, experiment_id, name, req.user_id, req.start_time, uri, given, None if job is None else job.id
    )


def _made(draft: _Draft) -> Run:
    """The answer for a run just made, from what was written."""
    return Run(
        info=RunInfo(
            run_uuid=draft.run_id,
            run_id=draft.run_id,
            experiment_id=str(draft.experiment_id),
            run_name=draft.name,
            user_id=draft.user_id,
            status=RunStatus.RUNNING.value,
            start_time=draft.start_time,
            artifact_uri=draft.artifact_uri,
            lifecycle_stage="active",
        ),
        data=RunData(tags=[KeyValue(key, value) for key, value in sorted(draft.tags.items())]),
        inputs=Inputs(),
    )
