"""The routes of snapshots."""

from starlette.requests import Request
from starlette.responses import Response

from lazward.wire import snapshots as wire
from lazward.wire.base import Ask, Empty
from lazward_server.artifacts import archive
from lazward_server.artifacts.serving import stream_file
from lazward_server.http.bodies import announced
from lazward_server.http.endpoint import V1, Context, Endpoint
from lazward_server.http.permission import Permission
from lazward_server.snapshots import snapshots


async def create_snapshot(ctx: Context, req: wire.CreateSnapshot) -> wire.Snapshot:
    """Make a snapshot of a list of files; it tells which are to be sent first, if any."""
    return await snapshots.create(ctx.blobs, ctx.workspace.folder, req.files)


async def get_snapshot(ctx: Context, _req: Ask, snapshot_id: str) -> wire.Manifest:
    """What a snapshot holds."""
    return await snapshots.get(ctx.blobs, ctx.workspace.folder, snapshot_id)


async def put_file(ctx: Context, request: Request, sha256: str) -> Empty:
    """Send a file of a snapshot that is to be made."""
    folder = ctx.workspace.folder
    await snapshots.put_file(ctx.blobs, folder, sha256, request.stream(), announced(request))
    return Empty()


async def get_file(ctx: Context, request: Request, sha256: str) -> Response:
    """Download a file of a snapshot."""
    return await stream_file(ctx, snapshots.file_key(ctx.workspace.folder, sha256), request)


async def get_snapshot_archive(ctx: Context, _req: Ask, snapshot_id: str) -> Response:
    """Download all files of a snapshot as a zip."""
    folder = ctx.workspace.folder
    manifest = await snapshots.get(ctx.blobs, folder, snapshot_id)
    members = [
        archive.Member(file.path, snapshots.file_key(folder, file.sha256), file.executable)
        for file in manifest.files
    ]
    return archive.answer(ctx.blobs, members, f"snapshot-{snapshot_id[:12]}")


_READ, _WRITE = Permission.RUN_READ, Permission.RUN_WRITE

ENDPOINTS = [
    Endpoint("POST", "snapshots", create_snapshot, needs=_WRITE, under=V1),
    Endpoint("GET", "snapshots/{snapshot_id}", get_snapshot, needs=_READ, under=V1),
    Endpoint("GET", "snapshots/{snapshot_id}/archive", get_snapshot_archive, needs=_READ, under=V1),
    Endpoint("PUT", "snapshots/files/{sha256}", put_file, needs=_WRITE, under=V1, audited=False),
    Endpoint("GET", "snapshots/files/{sha256}", get_file, needs=_READ, under=V1),
]
