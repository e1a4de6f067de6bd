"""What each GraphQL field is answered with: an endpoint's answer, as the endpoint gives it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple, cast

import msgspec
from graphql import (
    GraphQLEnumType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLString,
    get_named_type,
    is_list_type,
)

from lazward.errors import InvalidRequest, LazwardError, NotFound
from lazward.wire.artifacts import ListArtifacts
from lazward.wire.base import Request, encode
from lazward.wire.experiments import GetExperiment
from lazward.wire.metrics import GetHistoryInterval
from lazward.wire.registry import SearchVersions
from lazward.wire.runs import GetRun, SearchRuns
from lazward_server.artifacts import api as artifacts_api
from lazward_server.auth import gate
from lazward_server.http import decode
from lazward_server.http.endpoint import Context
from lazward_server.http.permission import Permission
from lazward_server.registry import versions_api
from lazward_server.tracking import api as tracking_api

MAX_RUNS = 1000
"""Runs in one answer, each of which may ask for its experiment and its versions."""

_MAX_INPUT = 2**16


class _Source(NamedTuple):
    """An endpoint that answers a field.

    Attributes:
        handler: What the endpoint calls.
        message: What it is asked with.
        needs: The right that the endpoint needs.
    """

    handler: Callable[[Context, Any], Awaitable[Any]]
    message: type[Request]
    needs: Permission


_EXPERIMENT = _Source(tracking_api.get_experiment, GetExperiment, Permission.EXPERIMENT_READ)
_VERSIONS = _Source(versions_api.find, SearchVersions, Permission.MODEL_READ)
_ROOTS: dict[str, _Source] = {
    "mlflowGetExperiment": _EXPERIMENT,
    "mlflowGetMetricHistoryBulkInterval": _Source(
        tracking_api.get_history_interval, GetHistoryInterval, Permission.RUN_READ
    ),
    "mlflowGetRun": _Source(tracking_api.get_run, GetRun, Permission.RUN_READ),
    "mlflowListArtifacts": _Source(artifacts_api.list_artifacts, ListArtifacts, Permission.ARTIFACT_READ),
    "mlflowSearchModelVersions": _VERSIONS,
    "mlflowSearchRuns": _Source(tracking_api.search_runs, SearchRuns, Permission.RUN_READ),
}


def resolve(source: Any, info: GraphQLResolveInfo, **args: Any) -> Any:
    """The value of any field of the schema."""
    name = info.field_name
    if name in _ROOTS:
        return _root(info, _ROOTS[name], args.get("input") or {})
    if info.parent_type.name == "MlflowRun" and name == "experiment":
        return _experiment(info.context, source)
    if info.parent_type.name == "MlflowRun" and name == "modelVersions":
        return _versions(info.context, source)
    key = decode.snake(name)
    kind = cast("Any", info.return_type)  # pyright: ignore[reportUnknownMemberType]
    return _converted(kind, source[key]) if key in source else _absent(name, kind)


async def _root(info: GraphQLResolveInfo, asked: _Source, given: Mapping[str, Any]) -> dict[str, Any]:
    """An endpoint's answer; what it refuses is told in the field ``apiError``, where the pages look."""
    try:
        return await _ask(info.context, asked, given)
    except (InvalidRequest, NotFound) as error:
        kind = cast("GraphQLObjectType", info.return_type)  # pyright: ignore[reportUnknownMemberType]
        return {decode.snake(field): None for field in kind.fields} | {"api_error": _told(error)}


async def _experiment(ctx: Context, run: Mapping[str, Any]) -> Any:
    found = await _ask(ctx, _EXPERIMENT, {"experiment_id": run["info"]["experiment_id"]})
    return found["experiment"]


async def _versions(ctx: Context, run: Mapping[str, Any]) -> Any:
    found = await _ask(ctx, _VERSIONS, {"filter": f"run_id='{run['info']['run_id']}'"})
    return found.get("model_versions", [])


async def _ask(ctx: Context, asked: _Source, given: Mapping[str, Any]) -> dict[str, Any]:
    """Ask as over HTTP: the same rights, the same reading of the message, the same handler."""
    await ctx.db.read(gate.check, cast("gate.Caller", ctx.caller), ctx.workspace, asked.needs)
    body = encode(given)
    if len(body) > _MAX_INPUT:
        raise InvalidRequest(f"The input of a field is longer than {_MAX_INPUT} bytes.")
    message = decode.body(asked.message, body)
    if isinstance(message, SearchRuns) and message.max_results > MAX_RUNS:
        raise InvalidRequest(f"'maxResults' is at most {MAX_RUNS} here.")
    answer = encode(await asked.handler(ctx, message))
    return msgspec.json.decode(answer, type=dict[str, Any])


def _told(error: LazwardError) -> dict[str, Any]:
    return {"code": error.code, "message": error.message, "help_url": None, "trace_id": None}


def _converted(kind: Any, value: Any) -> Any:
    """A value of the protocol as GraphQL writes it."""
    if value is None or is_list_type(kind):
        return value
    match _named(kind).name:
        case "LongString":
            return str(value)
        case "Float":
            return None if value == "NaN" else value  # GraphQL has no word for it
        case _:
            return value


def _absent(name: str, kind: Any) -> Any:
    """What stands for a field that the protocol leaves out: what protobuf reads there."""
    if name == "apiError":
        return None
    if is_list_type(kind):
        return []
    named = _named(kind)
    if isinstance(named, GraphQLEnumType):
        return None
    if isinstance(named, GraphQLObjectType):
        return {}
    if named is GraphQLString:
        return ""
    return {"LongString": "0", "Boolean": False}.get(named.name)


def _named(kind: Any) -> GraphQLNamedType:
    return cast("GraphQLNamedType", get_named_type(kind))
