"""Health, version and what the server can do: what clients ask before anything else."""

from starlette.responses import PlainTextResponse, Response

from lazward.wire.base import Ask
from lazward_server.http.endpoint import ROOT, Context, Endpoint
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


ENDPOINTS = [
    Endpoint("GET", "health", health, needs=Permission.PUBLIC, under=ROOT),
    Endpoint("GET", "version", version, needs=Permission.PUBLIC, under=ROOT),
    Endpoint("GET", "server-info", server_info, needs=Permission.PUBLIC, under=_PREFIXED),
]
