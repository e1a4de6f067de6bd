"""The endpoints of logged models."""

from starlette.requests import Request
from starlette.responses import Response

from lazward.wire import logged_models as wire
from lazward.wire.artifacts import Artifacts
from lazward.wire.base import Empty
from lazward.wire.runs import LogModel
from lazward_server.artifacts.location import key_of
from lazward_server.artifacts.paths import file_path, folder_path
from lazward_server.artifacts.serving import list_folder, stream_file
from lazward_server.db.database import Tx
from lazward_server.http import decode
from lazward_server.http.endpoint import Context, Endpoint
from lazward_server.http.permission import Permission
from lazward_server.tracking import (
    logged_model_data,
    logged_model_history,
    logged_model_search,
    logged_models,
)

_AJAX = ("/ajax-api/2.0/mlflow/",)


async def create(ctx: Context, req: wire.CreateLoggedModel) -> wire.FoundModel:
    """Make a logged model whose files are still to come."""
    return wire.FoundModel(await ctx.db.write(logged_models.create, ctx.workspace_id, req))


async def get(ctx: Context, req: wire.GetLoggedModel, model_id: str) -> wire.FoundModel:
    """One logged model with its params and metrics."""
    found = await ctx.db.read(logged_models.get, ctx.workspace_id, model_id, allow_deleted=req.allow_deleted)
    return wire.FoundModel(found)


async def finalize(ctx: Context, req: wire.FinalizeLoggedModel, model_id: str) -> wire.FoundModel:
    """Tell whether the files of a model have arrived."""
    found = await ctx.db.write(logged_models.finalize, ctx.workspace_id, model_id, req.status)
    return wire.FoundModel(found)


async def delete(ctx: Context, _req: wire.DeleteLoggedModel, model_id: str) -> Empty:
    """Mark a logged model deleted."""
    await ctx.db.write(logged_models.delete, ctx.workspace_id, model_id)
    return Empty()


def _log_params(tx: Tx, workspace_id: int, model_id: str, req: wire.LogLoggedModelParams) -> None:
    model = logged_models.find(tx, workspace_id, model_id, allow_deleted=True, change=True)
    logged_model_data.log_params(tx, model.id, req.params)


async def log_params(ctx: Context, req: wire.LogLoggedModelParams, model_id: str) -> Empty:
    """Add params to a logged model."""
    await ctx.db.write(_log_params, ctx.workspace_id, model_id, req)
    return Empty()


def _set_tags(tx: Tx, workspace_id: int, model_id: str, req: wire.SetLoggedModelTags) -> None:
    model = logged_models.find(tx, workspace_id, model_id, allow_deleted=True, change=True)
    logged_model_data.set_tags(tx, model.id, req.tags)


async def set_tags(ctx: Context, req: wire.SetLoggedModelTags, model_id: str) -> Empty:
    """Set tags of a logged model."""
    await ctx.db.write(_set_tags, ctx.workspace_id, model_id, req)
    return Empty()


def _delete_tag(tx: Tx, workspace_id: int, model_id: str, key: str) -> None:
    model = logged_models.find(tx, workspace_id, model_id, allow_deleted=True, change=True)
    logged_model_data.delete_tag(tx, model.id, model_id, key)


async def delete_tag(ctx: Context, _req: wire.DeleteLoggedModelTag, model_id: str, tag_key: str) -> Empty:
    """Remove a tag of a logged model."""
    await ctx.db.write(_delete_tag, ctx.workspace_id, model_id, tag_key)
    return Empty()


async def search(ctx: Context, req: wire.SearchLoggedModels) -> wire.LoggedModels:
    """Logged models of some experiments, by a filter."""
    return await ctx.db.read(logged_model_search.search, ctx.workspace_id, req)


async def list_artifacts(ctx: Context, req: wire.ListModelArtifacts, model_id: str) -> Artifacts:
    """What a folder of a logged model holds."""
    path = folder_path(req.artifact_directory_path)
    model = await ctx.db.read(logged_models.find, ctx.workspace_id, model_id)
    return await list_folder(ctx, model.artifact_uri, path)


async def get_artifact(ctx: Context, request: Request, model_id: str) -> Response:
    """Download a file of a logged model."""
    req = decode.query(wire.GetModelArtifact, request.url.query)
    path = file_path(req.artifact_file_path)
    model = await ctx.db.read(logged_models.find, ctx.workspace_id, model_id)
    return await stream_file(ctx, key_of(ctx, model.artifact_uri, path), request)


async def record(ctx: Context, req: LogModel) -> Empty:
    """Note in a run's tag that a model was logged, as clients before MLflow 3 do."""
    await ctx.db.write(logged_model_history.record, ctx.workspace_id, req.run_id, req.model_json)
    return Empty()


# Whoever may log runs may log the models they make; registering one is another right.
_READ, _WRITE, _FILES = Permission.RUN_READ, Permission.RUN_WRITE, Permission.ARTIFACT_READ

ENDPOINTS = [
    Endpoint("POST", "runs/log-model", record, needs=_WRITE, audited=False),
    Endpoint("POST", "logged-models", create, needs=_WRITE),
    Endpoint("POST", "logged-models/search", search, needs=_READ, audited=False),
    Endpoint("GET", "logged-models/{model_id}", get, needs=_READ),
    Endpoint("PATCH", "logged-models/{model_id}", finalize, needs=_WRITE),
    Endpoint("DELETE", "logged-models/{model_id}", delete, needs=_WRITE),
    Endpoint("POST", "logged-models/{model_id}/params", log_params, needs=_WRITE, audited=False),
    Endpoint("PATCH", "logged-models/{model_id}/tags", set_tags, needs=_WRITE),
    Endpoint("DELETE", "logged-models/{model_id}/tags/{tag_key:path}", delete_tag, needs=_WRITE),
    Endpoint(
        "GET",
        "logged-models/{model_id}/artifacts/directories",
        list_artifacts,
        needs=_FILES,
    ),
    Endpoint(
        "GET",
        "logged-models/{model_id}/artifacts/files",
        get_artifact,
        needs=_FILES,
        under=_AJAX,
    ),
]
