"""The page on which a person lets a machine in that has no browser."""

from datetime import UTC, datetime
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from lazward.errors import LazwardError, PermissionDenied
from lazward_server.auth.attempts import SIGN_INS
from lazward_server.auth.tokens import WHOLE, Bearer
from lazward_server.http.endpoint import ROOT, Context, Endpoint
from lazward_server.http.permission import Permission
from lazward_server.signin import device, page
from lazward_server.signin.device import Asking
from lazward_server.signin.html import Html, tag, together
from lazward_server.signin.words import Words, words

_TITLE = "Let a machine in"
_WRONG = (
    "No machine waits with this code. Compare it with the one in your terminal;"
    " after ten minutes, start again."
)


async def show(ctx: Context, request: Request) -> Response:
    """Ask for the code, or, once there is one, whether the machine that shows it may come in."""
    code = request.query_params.get("user_code", "")
    bearer = await page.visitor(ctx, request)
    if bearer is None:
        return page.to_sign_in(_here(code))
    say, secret = words(request), page.form_secret(ctx, request)
    if not code:
        return page.page(say(_TITLE), *_code_form(say, None), say=say)
    try:
        asking = await _find(ctx, bearer, code)
    except LazwardError as error:
        return page.failure(request, error.message, error.status, "/device")
    if asking is None:
        return page.page(say(_TITLE), *_code_form(say, _WRONG), status=404, say=say)
    parts = *_question(say, bearer, code, asking), _decision(say, code, secret)
    return page.page(say(_TITLE), *parts, say=say)


async def decide(ctx: Context, request: Request) -> Response:
    """Let the machine in, or not."""
    try:
        return await _decide(ctx, request)
    except LazwardError as error:
        return page.failure(request, error.message, error.status, "/device")


async def _decide(ctx: Context, request: Request) -> Response:
    fields = await page.form(ctx, request)
    bearer = await page.visitor(ctx, request)
    if bearer is None:
        raise PermissionDenied("You are not signed in any more.")
    if bearer.scope != WHOLE:
        raise PermissionDenied("A session that carries only a part of its user's rights lets no machine in.")
    code, allow = fields.get("user_code", ""), fields.get("decision") == "allow"
    if await _find(ctx, bearer, code) is None:
        raise PermissionDenied(_WRONG)
    asking = await ctx.db.write(device.decide, code, bearer.user_id, allow=allow)
    say = words(request)
    if allow:
        told = "{machine} is signed in as {user} in a few seconds. You can close this page."
        done = say(told, machine=asking.machine, user=bearer.user)
        return page.page(say("Done"), tag("p", done), say=say)
    done = say("{machine} was not let in. You can close this page.", machine=asking.machine)
    return page.page(say("Refused"), tag("p", done), say=say)


async def _find(ctx: Context, bearer: Bearer, code: str) -> Asking | None:
    """The machine that shows the code; who guesses at codes must wait longer and longer."""
    name = f"device code of {bearer.user_id}"
    SIGN_INS.begin(name, ctx.client_address)
    asking = await ctx.db.read(device.find, code)
    if asking is not None:
        SIGN_INS.succeeded(name, ctx.client_address)
    return asking


def _here(code: str) -> str:
    return f"/device?user_code={quote(device.normal(code))}" if code else "/device"


def _code_form(say: Words, error: str | None) -> tuple[Html, Html]:
    field = page.field(
        say("The code that the machine shows"),
        "user_code",
        class_="code",
        autocomplete="off",
        autocapitalize="characters",
        spellcheck="false",
        required=True,
        autofocus=True,
        maxlength="20",
    )
    form = tag("form", field, tag("button", say("Next")), method="get", action="/device")
    return page.error(say(error) if error else None), form


def _question(say: Words, bearer: Bearer, code: str, asking: Asking) -> tuple[Html, ...]:
    normal = device.normal(code)
    at = datetime.fromtimestamp(asking.created_at / 1000, UTC)
    asked = "A machine asks to act as {user}. Does it show this very code?"
    careful = "Refuse if you did not start this yourself, just now: whoever did would get in as you."
    return (
        tag("p", say(asked, user=tag("strong", bearer.user))),
        tag("p", f"{normal[:4]}-{normal[4:]}", class_="code"),
        tag(
            "dl",
            together(tag("dt", say("Machine")), tag("dd", asking.machine)),
            together(tag("dt", say("Address")), tag("dd", asking.address or say("unknown"))),
            together(tag("dt", say("Asked at")), tag("dd", f"{at:%H:%M:%S} UTC")),
        ),
        tag("p", say(careful)),
    )


def _decision(say: Words, code: str, secret: str) -> Html:
    return tag(
        "form",
        page.hidden("user_code", device.normal(code)),
        page.hidden("csrf", secret),
        tag("button", say("Let it in"), name="decision", value="allow"),
        tag("button", say("Refuse"), name="decision", value="refuse", class_="quiet"),
        method="post",
        action="/device",
    )


ENDPOINTS = [
    Endpoint("GET", "device", show, needs=Permission.PUBLIC, under=ROOT),
    Endpoint("POST", "device", decide, needs=Permission.PUBLIC, under=ROOT),
]
