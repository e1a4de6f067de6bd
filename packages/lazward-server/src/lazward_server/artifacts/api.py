"""The routes of artifacts: those of a run, and those that pass any file of the workspace through."""

from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response

from lazward.errors import InvalidRequest, NotSupported
from lazward.wire import artifacts as wire
from lazward.wire.base import Empty
from lazward_server.artifacts import archive
from lazward_server.artifacts.location import key_of
from lazward_server.artifacts.paths import file_path, folder_path, of_workspace
from lazward_server.artifacts.runs import root_of
from lazward_server.artifacts.serving import entries_of, file_info, list_folder, stream_file
from lazward_server.artifacts.viewing import view_file
from lazward_server.http import decode
from lazward_server.http.bodies import announced
from lazward_server.http.endpoint import PROXY, ROOT, V1, Context, Endpoint
from lazward_server.http.permission import Permission

_AJAX = ("/ajax-api/2.0/mlflow/",)
_MOST_POSTED = 10 * 2**20


async def list_artifacts(ctx: Context, req: wire.ListArtifacts) -> wire.Artifacts:
    """What a folder of a run holds; nothing if it is a file or does not exist."""
    path = folder_path(req.path)
    return await list_folder(ctx, await ctx.db.read(root_of, ctx.workspace_id, req.run_id), path)


async def get_artifact(ctx: Context, request: Request) -> Response:
    """Download a file of a run."""
    req = decode.query(wire.GetArtifact, request.url.query)
    path = file_path(req.path)
    root = await ctx.db.read(root_of, ctx.workspace_id, req.run_id)
    return await stream_file(ctx, key_of(ctx, root, path), request)


async def view_artifact(ctx: Context, request: Request) -> Response:
    """A page or document of a run, to be shown in a frame of the portal."""
    req = decode.query(wire.ViewArtifact, request.url.query)
    path = file_path(req.path)
    root = await ctx.db.read(root_of, ctx.workspace_id, req.run_id)
    return await view_file(ctx, key_of(ctx, root, path), request, scripts=req.scripts)


async def get_archive(ctx: Context, req: wire.GetArchive, run_id: str) -> Response:
    """Download a folder of a run, or all its files, as a zip."""
    path = folder_path(req.path)
    root = await ctx.db.read(root_of, ctx.workspace_id, run_id)
    members = await archive.members_of(ctx, key_of(ctx, root, path))
    return archive.answer(ctx.blobs, members, path.rpartition("/")[2] or run_id)


async def upload_artifact(ctx: Context, request: Request) -> Empty:
    """Upload a small file of a run: what MLflow's pages do."""
    for name in ("run_uuid", "path"):
        if not request.query_params.get(name):
            raise InvalidRequest(f"Request must specify {name}.")
    path = file_path(request.query_params["path"])
    root = await ctx.db.read(root_of, ctx.workspace_id, request.query_params["run_uuid"])
    await ctx.blobs.put(key_of(ctx, root, path), _small_body(request), announced(request))
    return Empty()


async def list_proxied(ctx: Context, req: wire.ListProxied) -> wire.Artifacts:
    """What a folder of the workspace holds, by bare names."""
    entries = await entries_of(ctx, of_workspace(ctx.workspace.folder, folder_path(req.path)))
    return wire.Artifacts(files=[file_info(entry) for entry in entries])


async def get_proxied(ctx: Context, request: Request, path: str) -> Response:
    """Download any file of the workspace."""
    return await stream_file(ctx, of_workspace(ctx.workspace.folder, file_path(path)), request)


async def put_proxied(ctx: Context, request: Request, path: str) -> Empty:
    """Upload a file of any size."""
    if request.url.query:
        # Clients do not escape names: what follows the question mark is the rest of one.
        raise InvalidRequest("Invalid path")
    key = of_workspace(ctx.workspace.folder, file_path(path))
    await ctx.blobs.put(key, request.stream(), announced(request))
    return Empty()


async def delete_proxied(ctx: Context, _request: Request, path: str) -> Empty:
    """Remove a file, or a folder with all it holds; what does not exist is no error."""
    folder = folder_path(path)
    if not folder:
        raise InvalidRequest("Invalid path")
    await ctx.blobs.delete(of_workspace(ctx.workspace.folder, folder))
    return Empty()


async def refuse_multipart_upload(_ctx: Context, _request: Request, path: str) -> Empty:
    """Clients that would send parts fall back to one PUT when they read exactly this text."""
    file_path(path)
    raise NotSupported("Multipart upload is not supported for the current artifact repository")


async def refuse_presigned(_ctx: Context, _request: Request, path: str) -> Empty:
    """Clients that would download in parts fall back to one GET."""
    file_path(path)
    raise NotSupported("Multipart download is not supported for the current artifact repository")


async def _small_body(request: Request) -> AsyncIterator[bytes]:
    """The body, as long as it is neither empty nor too large."""
    size = 0
    if (announced(request) or 0) > _MOST_POSTED:
        raise InvalidRequest("Artifact size is too large. Max size is 10MB.")
    async for piece in request.stream():
        size += len(piece)
        if size > _MOST_POSTED:
            raise InvalidRequest("Artifact size is too large. Max size is 10MB.")
        yield piece
    if not size:
        raise InvalidRequest("Request must specify data.")


_READ, _WRITE = Permission.ARTIFACT_READ, Permission.ARTIFACT_WRITE

ENDPOINTS = [
    Endpoint("GET", "artifacts/list", list_artifacts, needs=_READ),
    Endpoint("GET", "get-artifact", get_artifact, needs=_READ, under=ROOT + _AJAX),
    Endpoint("GET", "view-artifact", view_artifact, needs=_READ, under=ROOT),
    Endpoint("GET", "runs/{run_id}/archive", get_archive, needs=_READ, under=V1),
    Endpoint("POST", "upload-artifact", upload_artifact, needs=_WRITE, under=_AJAX, audited=False),
    Endpoint("GET", "artifacts", list_proxied, needs=_READ, under=PROXY),
    Endpoint("GET", "artifacts/{path:path}", get_proxied, needs=_READ, under=PROXY),
    Endpoint("PUT", "artifacts/{path:path}", put_proxied, needs=_WRITE, under=PROXY, audited=False),
    Endpoint("DELETE", "artifacts/{path:path}", delete_proxied, needs=_WRITE, under=PROXY),
    Endpoint(
        "POST", "mpu/create/{path:path}", refuse_multipart_upload, needs=_WRITE, under=PROXY, audited=False
    ),
    Endpoint(
        "POST", "mpu/complete/{path:path}", refuse_multipart_upload, needs=_WRITE, under=PROXY, audited=False
    ),
    Endpoint(
        "POST", "mpu/abort/{path:path}", refuse_multipart_upload, needs=_WRITE, under=PROXY, audited=False
    ),
    Endpoint("GET", "presigned/{path:path}", refuse_presigned, needs=_READ, under=PROXY),
]
