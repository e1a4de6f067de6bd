"""What the token of a job reaches: the job's own run, the runs its script makes, the registry, and no more.

Everything is closed to it but what is listed here, each with what it must be about. The gate has looked at
the permission before; this looks at what the request names, as its handler will read it.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec
from starlette.datastructures import QueryParams

from lazward.errors import InvalidRequest, PermissionDenied
from lazward.wire.artifacts import GetArtifact
from lazward.wire.base import Request
from lazward.wire.runs import SearchRuns
from lazward_server.artifacts.paths import folder_path
from lazward_server.auth.tokens import OfJob
from lazward_server.db.database import Database, Tx
from lazward_server.http import decode
from lazward_server.http.endpoint import Endpoint
from lazward_server.http.permission import Permission
from lazward_server.jobs import within
from lazward_server.tracking import search


class Asked(NamedTuple):
    """A request, as far as it tells what it is about.

    Attributes:
        db: The database.
        job: Whose token it shows.
        message: What was sent; None for a raw request.
        found: The parameters in its path.
        query: The query of a raw request.
    """

    db: Database
    job: OfJob
    message: Request | None
    found: Mapping[str, str]
    query: str


async def check(
    db: Database,
    job: OfJob,
    endpoint: Endpoint,
    message: Request | None,
    found: Mapping[str, str],
    query: str = "",
) -> Request | None:
    """The message, narrowed to the job's own where it searches.

    Args:
        db: The database.
        job: Whose token it is.
        endpoint: What is asked.
        message: What was sent; None where that is not a message.
        found: The parameters in the path.
        query: What stands behind the question mark, where there is no message.

    Raises:
        PermissionDenied: It is about something else.
    """
    if endpoint.needs is Permission.PUBLIC:
        return message
    rule = _RULES.get(f"{endpoint.method} {endpoint.path}")
    if rule is None:
        raise _denied()
    asked = Asked(db, job, message, found, query)
    await rule(asked)
    if isinstance(message, SearchRuns):
        return await db.read(_narrowed, job, message)
    return message


async def _nothing(_asked: Asked) -> None:
    """It is about no run."""


async def _named_runs(asked: Asked) -> None:
    """It names runs, all of which must belong to the job."""
    names = _named(asked)
    if not names:
        raise _denied()
    await _check_runs(asked, names)


async def _own_run(asked: Asked) -> None:
    """It is for the launcher of this very job."""
    if asked.found["run_id"] != asked.job.run_id:
        raise _denied()


async def _queried_run(asked: Asked) -> None:
    """The run stands in the query of a raw request."""
    await _check_runs(asked, [decode.query(GetArtifact, asked.query).run_id])


async def _uploaded_run(asked: Asked) -> None:
    """The same, for what MLflow's pages send."""
    await _check_runs(asked, [QueryParams(asked.query).get("run_uuid", "")])


async def _experiment(asked: Asked) -> None:
    """It names the experiment, and perhaps runs in it."""
    own = await asked.db.read(within.experiment_of, asked.job.run_id)
    ids, names = _experiments(asked.message)
    if any(one != own.id for one in ids) or any(one != own.name for one in names):
        raise PermissionDenied(
            f"The token of a job reaches its own experiment, '{own.name}', and no other. A job logs to the"
            " experiment that it was submitted to."
        )
    await _check_runs(asked, _named(asked))


async def _model(asked: Asked) -> None:
    """It names a logged model, which a run of the job must have made."""
    await _check_model(asked, asked.found["model_id"])


async def _written_file(asked: Asked) -> None:
    """It is about a file of a run or a model of the job."""
    owner, *rest = _segments(asked)
    if owner == "models" and rest:
        await _check_model(asked, rest[0])
    else:
        await _check_runs(asked, [owner])


async def _read_file(asked: Asked) -> None:
    """The same, or it is a file of a registered model, which jobs load to go on from."""
    try:
        await _written_file(asked)
    except PermissionDenied:
        if not await asked.db.read(within.is_registered, asked.job.id, _path(asked)):
            raise


async def _registry(asked: Asked) -> None:
    """It is about the workspace's registry; a run that it names must belong to the job."""
    await _check_runs(asked, _named(asked))


Rule = Callable[[Asked], Awaitable[None]]


def _rules(rule: Rule, endpoints: str) -> dict[str, Rule]:
    return {" ".join(line.split()): rule for line in endpoints.strip().splitlines()}


_RULES: dict[str, Rule] = {
    **_rules(
        _nothing,
        """
        POST tokens/access
        GET me
        GET openapi.json
        GET environments
        GET environments/{name}
        GET environments/{name}/versions
        GET compute
        GET compute/{name}
        GET compute/{name}/nodes
        GET compute-sizes
        POST snapshots
        GET snapshots/{snapshot_id}
        GET snapshots/{snapshot_id}/archive
        PUT snapshots/files/{sha256}
        GET snapshots/files/{sha256}
        GET workspaces/{workspace}
        """,
    ),
    **_rules(
        _named_runs,
        """
        GET runs/get
        POST runs/update
        POST runs/delete
        POST runs/restore
        POST runs/log-metric
        POST runs/log-parameter
        POST runs/set-tag
        POST runs/delete-tag
        POST runs/log-batch
        POST runs/log-inputs
        POST runs/outputs
        POST runs/log-model
        GET metrics/get-history
        GET metrics/get-history-bulk
        GET metrics/get-history-bulk-interval
        GET artifacts/list
        GET runs/{run_id}/archive
        GET runs/{run_id}/chart
        GET runs/{run_id}/properties
        POST runs/{run_id}/properties
        GET runs/{run_id}/records
        POST runs/{run_id}/records
        GET jobs/{run_id}
        POST jobs/{run_id}/cancel
        GET jobs/{run_id}/logs/{name:path}
        GET jobs/{run_id}/log-matches
        """,
    ),
    **_rules(
        _own_run,
        """
        POST jobs/{run_id}/begin
        POST jobs/{run_id}/join
        POST jobs/{run_id}/report
        PUT jobs/{run_id}/logs/{name:path}
        """,
    ),
    **_rules(_queried_run, "GET get-artifact"),
    **_rules(_uploaded_run, "POST upload-artifact"),
    **_rules(
        _experiment,
        """
        POST jobs
        POST runs/create
        POST runs/search
        GET experiments/get
        GET experiments/get-by-name
        POST logged-models
        """,
    ),
    **_rules(
        _model,
        """
        GET logged-models/{model_id}
        PATCH logged-models/{model_id}
        DELETE logged-models/{model_id}
        POST logged-models/{model_id}/params
        PATCH logged-models/{model_id}/tags
        DELETE logged-models/{model_id}/tags/{tag_key:path}
        GET logged-models/{model_id}/artifacts/directories
        GET logged-models/{model_id}/artifacts/files
        """,
    ),
    **_rules(
        _read_file,
        """
        GET artifacts
        GET artifacts/{path:path}
        GET presigned/{path:path}
        """,
    ),
    **_rules(
        _written_file,
        """
        PUT artifacts/{path:path}
        DELETE artifacts/{path:path}
        POST mpu/create/{path:path}
        POST mpu/complete/{path:path}
        POST mpu/abort/{path:path}
        """,
    ),
    **_rules(
        _registry,
        """
        POST registered-models/create
        GET registered-models/get
        GET registered-models/search
        GET registered-models/list
        GET registered-models/get-latest-versions
        POST registered-models/get-latest-versions
        POST registered-models/set-tag
        POST registered-models/alias
        GET registered-models/alias
        POST model-versions/create
        PATCH model-versions/update
        POST model-versions/transition-stage
        GET model-versions/get
        GET model-versions/search
        GET model-versions/get-download-uri
        POST model-versions/set-tag
        GET model-versions/artifacts
        GET model-versions/get-artifact
        """,
    ),
}
"""By verb and path. A script makes versions of models and gives them aliases; it deletes and renames none."""


def _named(asked: Asked) -> list[str]:
    """The runs that the path and the message name."""
    named = [asked.found["run_id"]] if "run_id" in asked.found else []
    for field in ("run_id", "run_ids", "source_run_id", "parent_run_id"):
        named.extend(_texts(getattr(asked.message, field, None)))
    return named


def _experiments(message: Request | None) -> tuple[list[str], list[str]]:
    """The ids, and the names, of experiments in a message."""
    ids, names = (
        [one for field in fields for one in _texts(getattr(message, field, None))]
        for fields in (("experiment_ids", "experiment_id"), ("experiment_name", "experiment"))
    )
    return ids, names


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, list):
        yield from map(str, value)  # type: ignore[reportUnknownArgumentType]
    elif value:
        yield str(value)


def _path(asked: Asked) -> str:
    """The path of a file below the workspace's artifacts, in its normal form."""
    return folder_path(asked.found.get("path") or getattr(asked.message, "path", None) or "")


def _segments(asked: Asked) -> list[str]:
    """What follows the experiment in a path of artifacts: the run, or ``models`` and the model."""
    try:
        _, *rest = _path(asked).split("/")
    except InvalidRequest:
        raise _denied() from None
    if not rest:
        raise _denied()
    return rest


async def _check_runs(asked: Asked, run_ids: list[str]) -> None:
    others = [run_id for run_id in run_ids if run_id != asked.job.run_id]
    if others and not await asked.db.read(within.all_belong, asked.job.id, others):
        raise _denied()


async def _check_model(asked: Asked, model_id: str) -> None:
    if not await asked.db.read(within.model_belongs, asked.job.id, model_id):
        raise _denied()


def _narrowed(tx: Tx, job: OfJob, message: SearchRuns) -> SearchRuns:
    """A search among the runs of the job."""
    search.parse(message.filter, search.RUNS)  # alone first: what is no filter by itself could end ours
    own = ", ".join(f"'{run_id}'" for run_id in within.run_ids(tx, job.id))
    wanted = f"attributes.run_id IN ({own})"
    if message.filter.strip():
        wanted = f"({message.filter}) AND {wanted}"
    return msgspec.structs.replace(message, filter=wanted)


def _denied() -> PermissionDenied:
    return PermissionDenied(
        "The token of a job reaches the job's own run and those that it makes, and no others."
    )
