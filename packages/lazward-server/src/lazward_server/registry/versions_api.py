"""The endpoints of model versions, their tags and files."""

from starlette.requests import Request
from starlette.responses import Response

from lazward.errors import NotFound
from lazward.wire import registry as wire
from lazward.wire.artifacts import Artifacts
from lazward.wire.base import Empty, KeyValue
from lazward_server.artifacts.location import key_of
from lazward_server.artifacts.paths import file_path, folder_path
from lazward_server.artifacts.serving import list_folder, stream_file
from lazward_server.db.database import Tx
from lazward_server.http import decode
from lazward_server.http.endpoint import ROOT, V1, Context, Endpoint
from lazward_server.http.permission import Permission
from lazward_server.registry import files, found, names, search, tags, versions


async def create(ctx: Context, req: wire.CreateVersion) -> wire.FoundVersion:
    """Make a version of a model."""
    return wire.FoundVersion(await ctx.db.write(versions.create, ctx.workspace_id, req, _who(ctx)))


def _who(ctx: Context) -> str | None:
    """Who is known to ask."""
    return ctx.caller.name if ctx.caller.user_id is not None else None


async def get(ctx: Context, req: wire.GetVersion) -> wire.FoundVersion:
    """One version."""
    return wire.FoundVersion(await ctx.db.read(versions.get, ctx.workspace_id, req.name, req.version))


async def update(ctx: Context, req: wire.UpdateVersion) -> wire.FoundVersion:
    """Replace a version's description."""
    args = (ctx.workspace_id, req.name, req.version, req.description)
    return wire.FoundVersion(await ctx.db.write(versions.describe, *args))


async def transition(ctx: Context, req: wire.TransitionStage) -> wire.FoundVersion:
    """Move a version to another stage."""
    return wire.FoundVersion(await ctx.db.write(versions.transition, ctx.workspace_id, req))


async def delete(ctx: Context, req: wire.DeleteVersion) -> Empty:
    """Remove a version."""
    await ctx.db.write(versions.delete, ctx.workspace_id, req.name, req.version)
    return Empty()


async def find(ctx: Context, req: wire.SearchVersions) -> wire.Versions:
    """Versions by a filter."""
    return await ctx.db.read(search.versions, ctx.workspace_id, req)


def _set_tag(tx: Tx, workspace_id: int, req: wire.SetVersionTag) -> None:
    given = names.checked_tags([KeyValue(req.key, req.value)])
    version = found.find(tx, workspace_id, req.name, req.version, change=True)
    tags.set_on_version(tx, version.id, given)


async def set_tag(ctx: Context, req: wire.SetVersionTag) -> Empty:
    """Set a tag of a version."""
    await ctx.db.write(_set_tag, ctx.workspace_id, req)
    return Empty()


def _delete_tag(tx: Tx, workspace_id: int, req: wire.DeleteVersionTag) -> None:
    version = found.find(tx, workspace_id, req.name, req.version, change=True)
    tags.delete_from_version(tx, version.id, req.key)


async def delete_tag(ctx: Context, req: wire.DeleteVersionTag) -> Empty:
    """Remove a tag of a version."""
    await ctx.db.write(_delete_tag, ctx.workspace_id, req)
    return Empty()


async def get_download_uri(ctx: Context, req: wire.GetDownloadUri) -> wire.DownloadUri:
    """Where a version's files lie."""
    uri = await ctx.db.read(versions.download_uri, ctx.workspace_id, req.name, req.version)
    return wire.DownloadUri(uri)


async def list_artifacts(ctx: Context, req: wire.ListVersionArtifacts) -> Artifacts:
    """What a folder of a version holds; nothing if it is a file or does not exist."""
    path = folder_path(req.path)
    *others, last = await ctx.db.read(files.roots, ctx.workspace_id, req.name, req.version)
    for root in others:
        listed = await list_folder(ctx, root, path)
        if listed.files:
            return listed
    return await list_folder(ctx, last, path)


async def get_artifact(ctx: Context, request: Request) -> Response:
    """Download a file of a version, as MLflow's pages do."""
    req = decode.query(wire.GetVersionArtifact, request.url.query)
    path = file_path(req.path)
    *others, last = await ctx.db.read(files.roots, ctx.workspace_id, req.name, req.version)
    for root in others:
        try:
            return await stream_file(ctx, key_of(ctx, root, path), request)
        except NotFound:
            continue
    return await stream_file(ctx, key_of(ctx, last, path), request)


_READ, _WRITE = Permission.MODEL_READ, Permission.MODEL_WRITE

ENDPOINTS = [
    Endpoint("POST", "model-versions/create", create, needs=_WRITE),
    Endpoint("PATCH", "model-versions/update", update, needs=_WRITE),
    Endpoint("POST", "model-versions/transition-stage", transition, needs=_WRITE),
    Endpoint("DELETE", "model-versions/delete", delete, needs=_WRITE),
    Endpoint("GET", "model-versions/get", get, needs=_READ),
    Endpoint("GET", "model-versions/search", find, needs=_READ),
    Endpoint("GET", "model-versions/get-download-uri", get_download_uri, needs=_READ),
    Endpoint("POST", "model-versions/set-tag", set_tag, needs=_WRITE),
    Endpoint("DELETE", "model-versions/delete-tag", delete_tag, needs=_WRITE),
    Endpoint("GET", "model-versions/artifacts", list_artifacts, needs=Permission.ARTIFACT_READ, under=V1),
    Endpoint("GET", "model-versions/get-artifact", get_artifact, needs=Permission.ARTIFACT_READ, under=ROOT),
]
