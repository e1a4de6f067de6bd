"""What the token of a job reaches: the job's own run, the runs its script makes, and no other.

Everything is closed to it but what is listed here, each with what it must be about. The gate has looked at
the permission before; this looks at what the request names.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa

from lazward.errors import InvalidRequest, PermissionDenied
from lazward.wire.base import Request
from lazward.wire.runs import SearchRuns
from lazward_server.artifacts.paths import folder_path
from lazward_server.auth.tokens import OfJob
from lazward_server.db.database import Database, Tx
from lazward_server.db.schema import experiments, runs
from lazward_server.http.endpoint import Endpoint
from lazward_server.http.permission import Permission
from lazward_server.jobs import within

_OPEN = frozenset(
    """
    tokens/access me openapi.json environments environments/{name} environments/{name}/versions
    compute compute/{name} compute/{name}/nodes compute-sizes snapshots snapshots/{snapshot_id}
    snapshots/files/{sha256} workspaces/{workspace}
    """.split()
)
"""What is about no run."""
_OF_RUNS = frozenset(
    """
    runs/get runs/update runs/log-metric runs/log-parameter runs/set-tag runs/delete-tag runs/log-batch
    runs/log-inputs runs/outputs runs/log-model runs/delete runs/restore
    metrics/get-history metrics/get-history-bulk metrics/get-history-bulk-interval artifacts/list
    get-artifact upload-artifact runs/{run_id}/properties runs/{run_id}/records
    jobs/{run_id} jobs/{run_id}/begin jobs/{run_id}/report jobs/{run_id}/logs/{name:path} jobs/{run_id}/cancel
    """.split()
)
"""What names runs, in its message, its path or its query."""
_OF_EXPERIMENT = frozenset(
    "runs/create runs/search experiments/get experiments/get-by-name logged-models".split()
)
"""What names the experiment."""


async def check(
    db: Database, job: OfJob, endpoint: Endpoint, message: Request | None, found: Mapping[str, str]
) -> Request | None:
    """The message, narrowed to the job's own where it searches.

    Args:
        db: The database.
        job: Whose token it is.
        endpoint: What is asked.
        message: What was sent; None where that is not a message.
        found: The parameters in the path, with those of the query where there is no message.

    Raises:
        PermissionDenied: It is about something else.
    """
    path = endpoint.path
    if endpoint.needs is Permission.PUBLIC or path in _OPEN:
        return message
    if endpoint.needs in (Permission.MODEL_READ, Permission.MODEL_WRITE):
        await db.read(_check_runs, job, _named(message, ("run_id",)))
        return message
    names = _named(message, ("run_id", "run_ids", "source_run_id", "parent_run_id")) + _in_path(found)
    if path in _OF_RUNS or (path, endpoint.method) == ("jobs", "POST"):
        await db.read(_check_runs, job, names or [job.run_id])
        return message
    if path in _OF_EXPERIMENT:
        await db.read(_check_experiment, job, message)
        await db.read(_check_runs, job, names)
        return await db.read(_narrowed, job, message) if isinstance(message, SearchRuns) else message
    if path.startswith("logged-models/{model_id}"):
        await db.read(_check_model, job, found["model_id"])
        return message
    if endpoint.needs in (Permission.ARTIFACT_READ, Permission.ARTIFACT_WRITE):
        await db.read(_check_artifact, job, found.get("path") or getattr(message, "path", None) or "")
        return message
    raise _denied()


def _named(message: Request | None, fields: tuple[str, ...]) -> list[str]:
    named: list[str] = []
    for field in fields:
        value: Any = getattr(message, field, None)
        named.extend(value if isinstance(value, list) else [value] if value else [])  # type: ignore[reportUnknownArgumentType]
    return named


def _in_path(found: Mapping[str, str]) -> list[str]:
    return [found[name] for name in ("run_id", "run_uuid") if found.get(name)]


def _check_runs(tx: Tx, job: OfJob, run_ids: list[str]) -> None:
    for run_id in run_ids:
        if run_id != job.run_id and not within.run_belongs(tx, job.id, run_id):
            raise _denied()


def _check_model(tx: Tx, job: OfJob, model_id: str) -> None:
    if not within.model_belongs(tx, job.id, model_id):
        raise _denied()


def _check_experiment(tx: Tx, job: OfJob, message: Any) -> None:
    joined = runs.join(experiments, experiments.c.id == runs.c.experiment_id)
    query = sa.select(experiments.c.id, experiments.c.name).select_from(joined)
    own = tx.execute(query.where(runs.c.run_id == job.run_id)).one()
    ids: list[str] = getattr(message, "experiment_ids", None) or [
        getattr(message, "experiment_id", str(own.id))
    ]
    if getattr(message, "experiment_name", own.name) != own.name or any(one != str(own.id) for one in ids):
        raise PermissionDenied(
            f"The token of a job reaches its own experiment, '{own.name}', and no other. A job logs to the"
            " experiment that it was submitted to."
        )


def _check_artifact(tx: Tx, job: OfJob, path: str) -> None:
    """An artifact's path begins with experiment and run, or with experiment, ``models`` and the model."""
    try:
        _, owner, *rest = folder_path(path).split("/")
    except (ValueError, InvalidRequest):
        raise _denied() from None
    if owner == "models" and rest:
        _check_model(tx, job, rest[0])
    else:
        _check_runs(tx, job, [owner])


def _narrowed(tx: Tx, job: OfJob, message: SearchRuns) -> SearchRuns:
    """A search among the runs of the job."""
    own = ", ".join(f"'{run_id}'" for run_id in within.run_ids(tx, job.id))
    wanted = f"attributes.run_id IN ({own})"
    if message.filter.strip():
        wanted = f"({message.filter}) AND {wanted}"
    return msgspec.structs.replace(message, filter=wanted)


def _denied() -> PermissionDenied:
    return PermissionDenied(
        "The token of a job reaches the job's own run and those that it makes, and no others."
    )
