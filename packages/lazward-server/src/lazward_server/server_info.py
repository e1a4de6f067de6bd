"""Health, version and what the server can do: what clients ask before anything else."""

import asyncio
import shutil

from starlette.responses import PlainTextResponse, Response

from lazward import __version__
from lazward.wire.base import Ask
from lazward.wire.server import ServerStatus
from lazward_server.http.endpoint import ROOT, V1, Context, Endpoint
from lazward_server.http.permission import Permission

PROTOCOL = "3.17.2"
"""The MLflow release whose REST protocol this server speaks."""

_PREFIXED = tuple(f"/{kind}/3.0/mlflow/" for kind in ("api", "ajax-api"))


async def health(_ctx: Context, _req: Ask) -> Response:
    """Answers ``OK`` once requests are served."""
    return PlainTextResponse("OK")


async def version(_ctx: Context, _req: Ask) -> Response:
    """The bare text of the MLflow version spoken here."""
    return PlainTextResponse(PROTOCOL)


async def server_info(_ctx: Context, _req: Ask) -> dict[str, str | bool]:
    """What newer clients adapt to."""
    return {
        "store_type": "SqlStore",
        "workspaces_enabled": True,
        "trace_archival_enabled": False,
        "multipart_uploads_enabled": False,
        "multipart_downloads_enabled": False,
    }


async def get_status(ctx: Context, _req: Ask) -> ServerStatus:
    """How the server stands: its version, what it keeps things in, and how full its disk is."""
    settings = ctx.settings
    disk = await asyncio.to_thread(shutil.disk_usage, settings.home)
    return ServerStatus(
        version=__version__,
        protocol=PROTOCOL,
        database="sqlite" if settings.sqlite else "postgresql",
        artifacts=settings.artifacts.partition(":")[0],
        disk_total_bytes=disk.total,
        disk_free_bytes=disk.free,
    )


ENDPOINTS = [
    Endpoint("GET", "health", health, needs=Permission.PUBLIC, under=ROOT),
    Endpoint("GET", "version", version, needs=Permission.PUBLIC, under=ROOT),
    Endpoint("GET", "server-info", server_info, needs=Permission.PUBLIC, under=_PREFIXED),
    Endpoint("GET", "server", get_status, needs=Permission.SERVER_READ, under=V1),
]
