"""What all pages have in common: their frame, the headers that fence them in, and the forms they hold."""

from importlib import resources
from secrets import token_urlsafe
from urllib.parse import parse_qs, quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from lazward.errors import InvalidRequest, PermissionDenied
from lazward_server.auth import sessions
from lazward_server.auth.gate import Caller
from lazward_server.auth.tokens import Bearer
from lazward_server.http import cookies
from lazward_server.http.endpoint import Context
from lazward_server.signin.html import Html, tag, together
from lazward_server.signin.words import ENGLISH, Words, words

FENCE = {
    "content-security-policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'",
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    # With no-referrer, browsers would call our own pages' forms foreign: Origin: null.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
_FORM = "lazward_form"
"""The cookie that forms repeat before anybody is signed in."""
_LONGEST_FORM = 2**14

Form = dict[str, str]


def page(title: str, *inside: str, status: int = 200, wide: bool = False, say: Words = ENGLISH) -> Response:
    """A whole page, in the language in which the title and what is inside were said."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title, " - Lazward"),
        tag("link", rel="stylesheet", href="/style.css"),
    )
    body = tag("body", tag("main", tag("h1", title), *inside, class_="wide" if wide else None))
    return HTMLResponse(
        together(Html("<!doctype html>"), tag("html", head, body, lang=say.language)), status, FENCE
    )


def failure(request: Request, message: str, status: int, again: str = "/login") -> Response:
    """A page that tells what went wrong."""
    say = words(request)
    link = tag("a", say("Try again"), href=again)
    return page(say("That did not work"), error(say(message)), link, status=status, say=say)


def error(message: str | None) -> Html:
    """A message that a screen reader tells at once; nothing where there is none."""
    return tag("p", message, class_="error", role="alert") if message else Html()


def field(label: str, name: str, **attributes: str | bool | None) -> Html:
    """An input below its label."""
    return together(tag("label", label, for_=name), tag("input", id=name, name=name, **attributes))


def hidden(name: str, value: str) -> Html:
    """A value that a form carries along."""
    return tag("input", type="hidden", name=name, value=value)


def to(path: str) -> RedirectResponse:
    """On to another page of ours, by GET."""
    return RedirectResponse(local(path), 303, FENCE)


def to_sign_in(path: str) -> RedirectResponse:
    """On to signing in, and from there to a page of ours."""
    return to(f"/login?next={quote(path, safe='')}")


def here(request: Request) -> str:
    """The address that was asked for, as a path of ours; one that we would not lead back to becomes ``/``."""
    path = quote(request.scope["path"], safe="/:@!$&'()*+,;=-._~", errors="replace")
    query = request.scope["query_string"].decode("latin-1")
    return local(f"{path}?{query}" if query else path)


def local(path: str | None) -> str:
    """The path if it leads to a page of ours, else to the first one: no link of ours leads elsewhere.

    Browsers take ``//host`` for another site, and a backslash or a control character for a slash.
    """
    if path is None or not path.startswith("/") or path.startswith("//"):
        return "/"
    return "/" if any(sign == "\\" or not "!" <= sign <= "~" for sign in path) else path


async def style(_ctx: Context, _request: Request) -> Response:
    """How pages look."""
    headers = {"cache-control": "max-age=3600", "x-content-type-options": "nosniff"}
    return Response(_STYLE, media_type="text/css", headers=headers)


_STYLE = resources.files("lazward_server.signin").joinpath("style.css").read_bytes()


# ---------------------------------------------------------------- who is looking


def session_of(ctx: Context, request: Request) -> str | None:
    """The token of the browser's session, if it has one."""
    header = request.headers.get("cookie", "")
    return cookies.read(header.encode("latin-1"), cookies.SESSION, ctx.origin)


async def visitor(ctx: Context, request: Request) -> Bearer | None:
    """Who is signed in in this browser."""
    token = session_of(ctx, request)
    bearer = None if token is None else await ctx.db.read(sessions.find, token)
    if bearer is not None:
        _name_caller(ctx, bearer)
        if not bearer.touched:
            await ctx.db.write(sessions.touch, bearer)
    return bearer


def _name_caller(ctx: Context, bearer: Bearer) -> None:
    """Let the audit log know who it is, which the gate does not ask at pages for signing in."""
    ctx.caller = Caller(bearer.user, bearer.user_id, bearer.administrator, bearer)


async def signed_in(ctx: Context, token: str, path: str) -> Response:
    """On to a page of ours, with a new session."""
    if bearer := await ctx.db.read(sessions.find, token):
        _name_caller(ctx, bearer)
    response = to(path)
    cookies.put(response, cookies.SESSION, token, ctx.origin)
    cookies.put(response, cookies.CSRF, cookies.csrf_of(token), ctx.origin, strict=True, script=True)
    cookies.drop(response, _FORM, ctx.origin)
    return response


def signed_out(ctx: Context, path: str) -> Response:
    """On to a page of ours, without a session."""
    response = to(path)
    for cookie in (cookies.SESSION, cookies.CSRF):
        cookies.drop(response, cookie, ctx.origin)
    return response


# ---------------------------------------------------------------- forms


def form_secret(ctx: Context, request: Request) -> str:
    """What a form must repeat: a secret of the session, or one of the browser while there is none."""
    token = session_of(ctx, request)
    return cookies.csrf_of(token) if token else _browser_secret(ctx, request) or token_urlsafe(24)


def with_secret(ctx: Context, request: Request, secret: str, response: Response) -> Response:
    """The page with the secret of its form in a cookie, where no session holds it."""
    if session_of(ctx, request) is None:
        cookies.put(response, _FORM, secret, ctx.origin, strict=True)
    return response


async def form(ctx: Context, request: Request) -> Form:
    """The fields of a form of ours that was sent.

    Raises:
        InvalidRequest: It is none.
        PermissionDenied: It is not from a page that we gave to this browser.
    """
    if request.headers.get("content-type", "").partition(";")[0] != "application/x-www-form-urlencoded":
        raise InvalidRequest("A form was expected.")
    fields = _parsed(await _content(request))
    token = session_of(ctx, request)
    expected = cookies.csrf_of(token) if token else _browser_secret(ctx, request)
    if expected is None or not cookies.equal(fields.get("csrf", ""), expected):
        raise PermissionDenied(
            "The page was too old, or this browser keeps no cookies. Go back and reload it."
        )
    return fields


def _browser_secret(ctx: Context, request: Request) -> str | None:
    return cookies.read(request.headers.get("cookie", "").encode("latin-1"), _FORM, ctx.origin)


async def _content(request: Request) -> bytes:
    content = b""
    async for part in request.stream():
        content += part
        if len(content) > _LONGEST_FORM:
            raise InvalidRequest(f"A form has at most {_LONGEST_FORM} bytes.")
    return content


def _parsed(content: bytes) -> Form:
    try:
        fields = parse_qs(content.decode("ascii"), keep_blank_values=True, max_num_fields=20, errors="strict")
    except ValueError as problem:
        raise InvalidRequest("The form cannot be read.") from problem
    return {name: values[-1] for name, values in fields.items() if "\0" not in values[-1]}
