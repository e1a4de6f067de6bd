"""Handing the pages out: the one that loads all others, and what it loads."""

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from lazward.errors import EndpointNotFound
from lazward_server.http.endpoint import ROOT, Context, Endpoint
from lazward_server.http.permission import Permission
from lazward_server.http.routes import place
from lazward_server.mlflow_ui import built
from lazward_server.signin import page
from lazward_server.signin.html import tag

_ALLOWED = (
    "default-src 'none'",
    "script-src 'self'",
    # The pages write their styles while they run; no style runs a script.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    # Previews of artifacts are frames without an address; they inherit this policy.
    "frame-src 'self' blob:",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
_POLICY = "; ".join(_ALLOWED)
_FENCE = {**page.FENCE, "content-security-policy": _POLICY}
_FOREVER = {**_FENCE, "cache-control": "public, max-age=31536000, immutable"}
_FOR_AN_HOUR = {**_FENCE, "cache-control": "public, max-age=3600"}


async def enter(_ctx: Context, request: Request) -> Response:
    """On to the page itself: what it names relatively lies below its address."""
    return _to_page(place(request.url.path).workspace)


async def show(ctx: Context, request: Request) -> Response:
    """The page that loads all others, for whoever is signed in."""
    if ctx.settings.auth and await page.visitor(ctx, request) is None:
        return page.to_sign_in(page.here(request))
    if (workspace := place(request.url.path).workspace) is not None:
        return _to_page(workspace)
    found = built.folder()
    if found is None:
        return _missing()
    return Response(built.index(found), media_type="text/html", headers=_FENCE)


async def asset(_ctx: Context, _request: Request, path: str) -> Response:
    """A script, a style, a font or a picture of the pages."""
    found = built.folder()
    file = None if found is None else built.assets(found).get(path)
    if file is None:
        raise EndpointNotFound("MLflow's pages have no such file.")
    headers = _FOREVER if built.is_hashed(file.name) else _FOR_AN_HOUR
    return FileResponse(file, headers=headers, media_type=built.media_type(file.name))


def _to_page(workspace: str | None) -> Response:
    """To the one page there is: it keeps the workspace behind the hash, and names it in a header itself."""
    return page.to("/mlflow/" if workspace is None else f"/mlflow/#/?workspace={workspace}")


def _missing() -> Response:
    return page.page(
        "MLflow's pages are not installed",
        tag(
            "p",
            "They come with the full mlflow package; mlflow-skinny has none. On the server's machine, run",
        ),
        tag("pre", "pip install mlflow"),
        tag("p", "in the environment that the server runs in, and start the server again."),
        status=404,
    )


ENDPOINTS = [
    Endpoint("GET", "mlflow", enter, needs=Permission.PUBLIC, under=ROOT),
    Endpoint("GET", "mlflow/", show, needs=Permission.PUBLIC, under=ROOT),
    Endpoint("GET", "mlflow/static-files/{path:path}", asset, needs=Permission.PUBLIC, under=ROOT),
]
