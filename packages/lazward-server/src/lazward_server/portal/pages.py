"""Serving the portal: one page for all its paths, and the files that the page loads."""

from secrets import token_urlsafe

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from lazward.errors import NotFound
from lazward_server.http.endpoint import ROOT, Context, Endpoint
from lazward_server.http.permission import Permission
from lazward_server.portal import assets
from lazward_server.signin import page
from lazward_server.signin.html import tag

_NONCE = "__NONCE__"
"""What stands in the built page where each answer's own nonce belongs."""
_BUILD = "python tools/portal.py"
_KEPT = {
    # Names hold a hash of what is in the file.
    "cache-control": "public, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
    "vary": "accept-encoding",
}


def _fence(nonce: str) -> dict[str, str]:
    """The headers of our pages, opened for what the portal loads and calls: its own server and nothing else.

    Style elements that the portal makes itself must show the nonce. Images are pieces of artifacts, which it
    fetches and shows from memory. In frames it shows pages that runs wrote, fenced in by `artifacts.viewing`;
    they cannot lead their frame to another server.
    """
    policy = (
        "default-src 'none'; script-src 'self'; "
        f"style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; connect-src 'self';"
        " media-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return page.FENCE | {"content-security-policy": policy}


async def show(ctx: Context, request: Request, path: str = "") -> Response:  # noqa: ARG001 - the page reads it
    """The portal, for who is signed in."""
    if ctx.settings.auth and await page.visitor(ctx, request) is None:
        return page.to_sign_in(page.here(request))
    built = assets.built()
    if built is None:
        return _missing()
    nonce = token_urlsafe(18)
    return HTMLResponse(built.index.replace(_NONCE, nonce), headers=_fence(nonce))


async def get_asset(_ctx: Context, request: Request, name: str) -> Response:
    """A file of the portal."""
    built = assets.built()
    asset = built.files.get(name) if built else None
    if asset is None:
        raise NotFound("The portal has no such file.")
    if asset.gzipped is not None and "gzip" in request.headers.get("accept-encoding", ""):
        headers = _KEPT | {"content-encoding": "gzip"}
        return Response(asset.gzipped, media_type=asset.media_type, headers=headers)
    return Response(asset.content, media_type=asset.media_type, headers=_KEPT)


def _missing() -> Response:
    """What a checkout says whose portal nobody has built."""
    return page.page(
        "Lazward",
        tag("p", "The server runs, but its portal is not built. In the checkout, run"),
        tag("pre", _BUILD),
        tag("p", "and start the server again. Clients and the command line work without it."),
        tag("a", "Who is signed in", href="/account"),
        status=503,
    )


_PATHS = (
    "", "experiments", "experiments/{path:path}", "runs/{path:path}", "models", "models/{path:path}", "jobs",
    "environments", "environments/{path:path}", "compute", "compute/{path:path}", "settings",
    "settings/{path:path}",
)  # fmt: skip
"""What the portal's own router knows (``portal/src/lib/urls.ts``)."""

ENDPOINTS = [
    *(Endpoint("GET", path, show, needs=Permission.PUBLIC, under=ROOT) for path in _PATHS),
    Endpoint("GET", "assets/{name}", get_asset, needs=Permission.PUBLIC, under=ROOT),
]
