"""Submitting: the run and its job in one transaction, or neither."""

import secrets
from typing import Any

import sqlalchemy as sa

from lazward.errors import AlreadyExists, InvalidRequest, InvalidState, LazwardError, NotFound
from lazward.wire.base import KeyValue, encode
from lazward.wire.compute import LOCAL
from lazward.wire.jobs import CreateJob, JobSpec, State
from lazward.wire.runs import CreateRun
from lazward_server.auth import tokens
from lazward_server.auth.tokens import OfJob
from lazward_server.compute import kinds, machine, sizes, targets
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.db.schema import experiments as experiment_rows
from lazward_server.db.schema import jobs, runs
from lazward_server.http.endpoint import Caller
from lazward_server.jobs import within
from lazward_server.tracking import experiments, properties, tags
from lazward_server.tracking import runs as run_rows

_SOURCE = {"mlflow.source.type": "JOB", "azureml.runtype": "azureml.scriptrun"}


def create(tx: Tx, workspace_id: int, caller: Caller, req: CreateJob) -> str:
    """Queue a job; the id of its run.

    Raises:
        NotFound: The compute target or the parent does not exist.
        InvalidRequest: The job makes no sense, or its target cannot run it.
        InvalidState: The target or the experiment is deleted.
    """
    check(req.spec)
    compute = _compute(tx, workspace_id, req)
    parent = _parent(tx, workspace_id, caller, req)
    made = _run(tx, workspace_id, caller, req, parent)
    number = tx.execute(sa.select(runs.c.id).where(runs.c.run_id == made)).scalar_one()
    row = {
        "run": number,
        "run_id": made,
        "workspace_id": workspace_id,
        "parent_job_id": _job_of(tx, parent),
        "compute": LOCAL if compute is None else compute.name,
        "compute_id": None if compute is None else compute.id,
        "state": State.QUEUED.value,
        "priority": req.priority,
        "spec": encode(req.spec).decode(),
        "max_seconds": req.spec.max_seconds,
        "definition": encode(req.definition).decode(),
        "description": req.description,
        "user_id": caller.user_id,
        "submitted_by": caller.name,
        "permissions": None if caller.bearer is None else tokens.written(caller.bearer.scope.permissions),
        "created_at": now(),
        "attempt": 1 if compute is None else 0,
        "sealed": False,
        "link_key": secrets.token_hex(32),
        "warnings": "[]",
    }
    job_id = tx.execute(sa.insert(jobs).values(row).returning(jobs.c.id)).scalar_one()
    scheduled = run_rows.NUMBERS[within.STATUSES[State.QUEUED]]
    tx.execute(sa.update(runs).where(runs.c.id == number).values(job_id=job_id, status=scheduled))
    properties.add(tx, workspace_id, made, req.properties)
    return made


def check(spec: JobSpec) -> None:
    """Refuse what no node could run.

    Raises:
        InvalidRequest: There is nothing to run, or two things, or a name or text that no process can have.
    """
    if bool(spec.script) == bool(spec.command):
        raise InvalidRequest("A job runs either a script or a command; give one of them.")
    if spec.script and spec.snapshot_id is None:
        raise InvalidRequest("A job that runs a script needs the snapshot that the script is in.")
    variables = [*spec.variables.items(), *spec.environment.variables.items()]
    texts = (spec.script, spec.command, *spec.arguments, *(text for pair in variables for text in pair))
    if any("\0" in text for text in texts):
        raise InvalidRequest("No argument or variable of a job can hold a NUL character.")
    wrong = next((name for name, _ in variables if not name or "=" in name), None)
    if wrong is not None:
        raise InvalidRequest(f"{wrong!r} cannot be the name of an environment variable.")
    for path in (*spec.watched, *spec.watched_files):
        if path.startswith("/") or ".." in path.split("/"):
            raise InvalidRequest(f"What is to be kept, {path!r}, lies outside the job's own folder.")


def _compute(tx: Tx, workspace_id: int, req: CreateJob) -> "sa.Row[Any] | None":
    if req.compute.lower() == LOCAL:
        kinds.check(LOCAL, LOCAL, req.spec)
        return None
    try:
        compute = targets.row(tx, workspace_id, req.compute, hold=True)
    except NotFound:
        known = ", ".join([LOCAL, *(one.name for one in targets.search(tx, workspace_id))])
        raise NotFound(
            f"The workspace has no compute target '{req.compute}'. Create it first, or use one of: {known}."
        ) from None
    if compute.deleting_at is not None:
        raise InvalidState(f"The compute target '{compute.name}' is being deleted.")
    kinds.check(compute.kind, compute.name, req.spec)
    size, _ = sizes.find(compute.size)
    if compute.kind == kinds.CLUSTER and size.gpus > machine.gpus():
        raise InvalidRequest(
            f"Nodes of '{compute.name}' are of size {size.name}, which has {size.gpus} GPU(s); this machine"
            f" has {machine.gpus()}. Make a target of a size without GPUs."
        )
    return compute


def _parent(tx: Tx, workspace_id: int, caller: Caller, req: CreateJob) -> str | None:
    """The run whose child this becomes; within a job, its own if nothing else is said."""
    of_job: OfJob | None = None if caller.bearer is None else caller.bearer.job
    parent = req.parent_run_id or (None if of_job is None else of_job.run_id)
    if parent is not None:
        run_rows.find(tx, workspace_id, parent)
    return parent


def _job_of(tx: Tx, run_id: str | None) -> int | None:
    if run_id is None:
        return None
    return tx.execute(sa.select(runs.c.job_id).where(runs.c.run_id == run_id)).scalar()


def _run(tx: Tx, workspace_id: int, caller: Caller, req: CreateJob, parent: str | None) -> str:
    time = now()
    given = {tag.key: tag.value for tag in req.tags}
    wanted = _SOURCE | {"mlflow.source.name": req.spec.script or req.spec.command, "mlflow.user": caller.name}
    wanted |= {tags.PARENT: parent} if parent else {}
    message = CreateRun(
        experiment_id=_experiment(tx, workspace_id, req.experiment),
        user_id=caller.name,
        run_name=req.name,
        start_time=time,
        tags=[KeyValue(key, value) for key, value in (wanted | given).items()],
    )
    (made,) = run_rows.create_many(tx, [(workspace_id, message, None)])
    if isinstance(made, LazwardError):
        raise made
    assert made.info.run_id is not None  # noqa: S101 - it was just made
    return made.info.run_id


def _experiment(tx: Tx, workspace_id: int, name: str) -> str:
    try:
        found = experiments.get_by_name(tx, workspace_id, name)
    except NotFound:
        try:
            return experiments.create(tx, workspace_id, name, "", ())
        except AlreadyExists:  # by another process, just now
            found = experiments.get_by_name(tx, workspace_id, name)
    number = int(found.experiment_id)
    # Held until the job is there, so that nobody deletes the experiment without seeing it.
    held = sa.select(experiment_rows.c.deleted_at).where(experiment_rows.c.id == number)
    if tx.execute(held.with_for_update(read=True)).scalar() is not None:
        raise InvalidState(f"The experiment '{name}' is deleted; restore it, or use another name.")
    return found.experiment_id
