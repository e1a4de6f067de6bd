"""Showing a page or a document that a run wrote, in a frame of the portal and nowhere else.

What is shown has an origin of its own, which is nobody's, and reaches no network. Its scripts run only where
somebody asked for that, and then know no more than the file itself. Outside of a frame it is a download as
all files are, so that no address of this server looks like a page of this server.
"""

from starlette.requests import Request
from starlette.responses import Response

from lazward_server.artifacts.serving import stream_file
from lazward_server.http.endpoint import Context

_WITHIN = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:;"
    " media-src data: blob:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
_STILL = f"sandbox; {_WITHIN}"
_MOVING = (
    f"sandbox allow-scripts; {_WITHIN};"
    " script-src 'unsafe-inline' 'unsafe-eval' data: blob:; worker-src data: blob:"
)
_TYPES = {"html": "text/html", "htm": "text/html", "pdf": "application/pdf"}


async def view_file(ctx: Context, key: str, request: Request, *, scripts: bool) -> Response:
    """The file to be shown, if a page of ours asks for it and it is of a kind that is shown so."""
    answer = await stream_file(ctx, key, request)
    kind = _TYPES.get(key.rpartition(".")[2].lower())
    if kind is None or not _is_framed(request, ctx.origin):
        return answer
    answer.headers["content-type"] = f"{kind}; charset=utf-8" if kind == "text/html" else kind
    answer.headers["content-disposition"] = "inline"
    answer.headers["content-security-policy"] = _policy(kind, scripts=scripts)
    answer.headers["cache-control"] = "no-store"
    answer.headers["x-frame-options"] = "SAMEORIGIN"
    answer.headers["referrer-policy"] = "no-referrer"
    answer.headers["x-dns-prefetch-control"] = "off"
    answer.headers["cross-origin-resource-policy"] = "same-origin"
    return answer


def _policy(kind: str, *, scripts: bool) -> str:
    if kind == "application/pdf":  # browsers show no document in a sandbox; what is in one is no page
        return "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    return _MOVING if scripts else _STILL


def _is_framed(request: Request, origin: str) -> bool:
    """Whether a page of this server frames the answer; where browsers do not tell, one led to it."""
    headers = request.headers
    if target := headers.get("sec-fetch-dest"):
        return target == "iframe" and headers.get("sec-fetch-site") == "same-origin"
    return headers.get("referer", "").startswith(f"{origin}/")
