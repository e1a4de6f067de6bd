"""Health, version and what the server can do: what clients ask before anything else."""

from starlette.responses import HTMLResponse, PlainTextResponse, Response

from lazward.wire.base import Ask
from lazward_server.http.endpoint import ROOT, Context, Endpoint
from lazward_server.http.permission import Permission

PROTOCOL = "3.17.2"
"""The MLflow release whose REST protocol this server speaks."""

_PREFIXED = tuple(f"/{kind}/3.0/mlflow/" for kind in ("api", "ajax-api"))


_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Lazward</title>
<style>body { font: 1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto }</style>
<h1>Lazward</h1>
<p>This server keeps a machine-learning workspace. It has no pages of its own yet; look at runs with an
MLflow client:</p>
<pre>lazward config --server ADDRESS_OF_THIS_PAGE
python -c "import mlflow; print(mlflow.search_runs(search_all_experiments=True))"</pre>
<p>It speaks MLflow's REST protocol, version {protocol}.</p>
</html>
"""


async def home(_ctx: Context, _req: Ask) -> Response:
    """What people see who follow a link that a client printed."""
    headers = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'"}
    return HTMLResponse(_PAGE.replace("{protocol}", PROTOCOL), headers=headers)


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
    Endpoint("GET", "", home, needs=Permission.PUBLIC, under=ROOT),
    Endpoint("GET", "health", health, needs=Permission.PUBLIC, under=ROOT),
    Endpoint("GET", "version", version, needs=Permission.PUBLIC, under=ROOT),
    Endpoint("GET", "server-info", server_info, needs=Permission.PUBLIC, under=_PREFIXED),
]
