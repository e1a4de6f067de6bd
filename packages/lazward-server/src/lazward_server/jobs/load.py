"""Jobs as they travel, from their rows."""

import json
from typing import Any

import msgspec
import sqlalchemy as sa

from lazward.errors import InvalidRequest, NotFound
from lazward.wire.base import encode
from lazward.wire.jobs import CANCEL_REQUESTED, ENDS, Job, JobSpec, Problem, SearchJobs, State
from lazward_server.db.database import Tx
from lazward_server.db.schema import experiments, jobs, resource_groups, runs, tags, workspaces
from lazward_server.jobs import queueing
from lazward_server.tracking import properties
from lazward_server.tracking.tags import PARENT

_c = jobs.c


def row(tx: Tx, workspace_id: int, run_id: str, *, lock: bool = False) -> sa.Row[Any]:
    """The row of a job.

    Raises:
        NotFound: The workspace has no such job.
    """
    query = sa.select(jobs).where((_c.run_id == run_id) & (_c.workspace_id == workspace_id))
    found = tx.execute(query.with_for_update() if lock else query).first()
    if found is None:
        raise NotFound(f"The workspace has no job with the run id {run_id}.")
    return found


def get(tx: Tx, workspace_id: int, run_id: str) -> Job:
    """One job.

    Raises:
        NotFound: The workspace has none with this run.
    """
    found = _load(tx, (_c.run_id == run_id) & (_c.workspace_id == workspace_id), 1)
    if not found:
        raise NotFound(f"The workspace has no job with the run id {run_id}.")
    return found[0]


def group(tx: Tx, workspace_id: int) -> str:
    """The name of the resource group that a workspace is in."""
    joined = workspaces.join(resource_groups, resource_groups.c.id == workspaces.c.group_id)
    query = sa.select(resource_groups.c.name).select_from(joined).where(workspaces.c.id == workspace_id)
    return tx.execute(query).scalar_one()


def search(tx: Tx, workspace_id: int, req: SearchJobs) -> list[Job]:
    """Jobs, the newest first.

    Raises:
        InvalidRequest: A state is none.
        NotFound: The workspace has no such job as they are to be older than.
    """
    match = (_c.workspace_id == workspace_id) & runs.c.deleted_at.is_(None)
    if req.compute:
        match &= sa.func.lower(_c.compute) == req.compute.lower()
    if req.experiment:
        match &= experiments.c.name == req.experiment
    if req.environment:
        match &= _mentions(req.environment)
    if req.states:
        match &= _stands([_state(name) for name in req.states])
    if req.before is not None:
        match &= _c.id < row(tx, workspace_id, req.before).id
    found = _load(tx, match, req.max_results)
    return [job for job in found if not req.environment or _runs_in(job, req.environment)]


def _stands(states: list[State]) -> sa.ColumnElement[bool]:
    """Whether a job is in one of these states, as ``_shown`` has them."""
    in_engine = (_c.state == State.STARTING.value) & _c.waiting.is_not(None)
    match = _c.state.in_([state.value for state in states]) & ~in_engine
    return match | in_engine if State.QUEUED in states else match


def _mentions(environment: str) -> sa.ColumnElement[bool]:
    """Whether an environment's name, or how it begins, stands in a specification's text as such names do."""
    named = encode(environment).decode().rstrip('"')
    return _c.spec.contains(f'"environment_name":{named}', autoescape=True)


def _runs_in(job: Job, environment: str) -> bool:
    name = job.spec.environment_name
    return name == environment or name.rpartition(":")[0] == environment


def _state(name: str) -> State:
    try:
        return State(name)
    except ValueError:
        known = ", ".join(state.value for state in State)
        raise InvalidRequest(f"There is no state '{name}'; there are {known}.") from None


def _load(tx: Tx, match: sa.ColumnElement[bool], most: int) -> list[Job]:
    parent = sa.select(tags.c.value).where((tags.c.run == _c.run) & (tags.c.key == PARENT)).scalar_subquery()
    joined = jobs.join(runs, runs.c.id == _c.run).join(experiments, experiments.c.id == runs.c.experiment_id)
    more = (
        experiments.c.id.label("experiment_id"),
        experiments.c.name.label("experiment"),
        runs.c.name,
        parent.label("parent_run_id"),
    )
    query = sa.select(jobs, *more).select_from(joined).where(match).order_by(_c.id.desc()).limit(most)
    rows = tx.execute(query).all()
    given = properties.of_many(tx, [one.run for one in rows])
    waiting = queueing.waiting(tx, rows)
    return [_job(one, given[one.run], waiting.get(one.id, _NOT_WAITING)) for one in rows]


_NOT_WAITING = queueing.Waiting(reason="")


def _shown(one: sa.Row[Any]) -> str:
    """How a job stands; one that waits in its engine's queue is queued, be it that it has left ours."""
    state = State.QUEUED if queueing.in_engine(one) else State(one.state)
    return CANCEL_REQUESTED if one.cancel_at is not None and state not in ENDS else state.value


def _job(one: sa.Row[Any], given: dict[str, str], waiting: queueing.Waiting) -> Job:
    return Job(
        run_id=one.run_id,
        experiment_id=str(one.experiment_id),
        experiment=one.experiment,
        name=one.name,
        compute=one.compute,
        state=_shown(one),
        spec=msgspec.json.decode(one.spec, type=JobSpec),
        submitted_by=one.submitted_by,
        created_at=one.created_at,
        attempt=one.attempt,
        priority=one.priority,
        description=one.description,
        definition=msgspec.json.decode(one.definition, type=dict[str, Any]),
        properties=given,
        parent_run_id=one.parent_run_id,
        started_at=one.started_at,
        ended_at=one.ended_at,
        node=one.node,
        reason=waiting.reason or None,
        position=waiting.position,
        expected_at=waiting.expected_at,
        error=None if one.error is None else msgspec.json.decode(one.error, type=Problem),
        warnings=json.loads(one.warnings),
    )
