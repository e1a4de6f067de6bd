"""Signing in with a password or a link, signing out, and who is signed in."""

from typing import NamedTuple
from urllib.parse import quote, urlsplit

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import Response

from lazward.errors import LazwardError, TooManyRequests
from lazward.wire.people import Login
from lazward_server.auth import login_api, roles, sessions
from lazward_server.auth.tokens import Bearer
from lazward_server.db.database import Tx
from lazward_server.db.schema import users
from lazward_server.http.endpoint import ROOT, Context, Endpoint
from lazward_server.http.permission import Permission
from lazward_server.signin import links, page
from lazward_server.signin.html import Html, tag, together
from lazward_server.signin.page import Form
from lazward_server.signin.words import Words, words

_USED = "This link was used already, or is older than ten minutes. `lazward open` makes another one."


class _Ways(NamedTuple):
    """How people can sign in here."""

    password: bool
    provider: str | None


async def account(ctx: Context, request: Request) -> Response:
    """Who is signed in, what they are on which workspaces, and the way out."""
    say = words(request)
    if not ctx.settings.auth:
        who = tag("p", say("This server asks nobody who they are."))
    elif bearer := await page.visitor(ctx, request):
        held = await ctx.db.read(roles.held, bearer.user_id)
        who = _who(say, bearer, held, page.form_secret(ctx, request))
    else:
        link = tag("a", say("Sign in"), href="/login", class_="button")
        who = together(tag("p", say("You are not signed in.")), link)
    portal = tag("a", say("To the portal"), href="/", class_="button quiet")
    return page.page(say("Account"), who, portal, wide=True, say=say)


def _who(say: Words, bearer: Bearer, held: list[roles.Held], secret: str) -> Html:
    name = tag("strong", bearer.user)
    if bearer.administrator:
        told = say("You are signed in as {user}, an administrator of this server.", user=name)
    else:
        told = say("You are signed in as {user}.", user=name)
    return together(tag("p", told), _roles(say, held), _sign_out_form(say, secret))


async def show(ctx: Context, request: Request) -> Response:
    """Ask who it is."""
    after = page.local(request.query_params.get("next"))
    if not ctx.settings.auth:
        return page.to(after)
    if once := request.query_params.get("once"):
        return await _show_link(ctx, request, once)
    if await page.visitor(ctx, request) is not None:
        return page.to(after)
    return await _form(ctx, request, after)


async def sign_in(ctx: Context, request: Request) -> Response:
    """Let them in, if the password is right or the link good."""
    try:
        fields = await page.form(ctx, request)
        return await _sign_in(ctx, request, fields)
    except TooManyRequests as error:
        response = page.failure(request, error.message, error.status)
        response.headers["retry-after"] = str(error.retry_after)
        return response
    except LazwardError as error:
        return page.failure(request, error.message, error.status)


async def sign_out(ctx: Context, request: Request) -> Response:
    """End the session."""
    try:
        await page.form(ctx, request)
    except LazwardError as error:
        return page.failure(request, error.message, error.status, "/")
    if token := page.session_of(ctx, request):
        await ctx.db.write(sessions.end, token)
    return page.signed_out(ctx, "/login")


async def _sign_in(ctx: Context, request: Request, fields: Form) -> Response:
    before = page.session_of(ctx, request)
    if once := fields.get("once"):
        token = await ctx.db.write(links.use, once, before)
        return page.failure(request, _USED, 403) if token is None else await page.signed_in(ctx, token, "/")
    after, name = page.local(fields.get("next")), fields.get("name", "").strip()
    ctx.message = Login(name, "")  # whom the audit log names when it was wrong
    user = await login_api.check_password(ctx, name, fields.get("password", ""))
    if user is None:
        return await _form(ctx, request, after, name, "The name or the password is wrong.")
    return await page.signed_in(ctx, await ctx.db.write(_begin, user.id, before), after)


def _begin(tx: Tx, user_id: int, before: str | None) -> str:
    return sessions.begin(tx, user_id, instead_of=before)


async def _show_link(ctx: Context, request: Request, once: str) -> Response:
    """Ask before a link is used: whoever only looks at it, a mail scanner for one, shall not use it up."""
    link = await ctx.db.read(links.find, once)
    if link is None:
        return page.failure(request, _USED, 403)
    say = words(request)
    secret = page.form_secret(ctx, request)
    form = tag(
        "form",
        page.hidden("once", once),
        page.hidden("csrf", secret),
        tag("button", say("Sign in as {user}", user=link.user)),
        method="post",
        action="/login",
    )
    told = "This link works once. Whoever follows it in this browser is {user}."
    text = tag("p", say(told, user=tag("strong", link.user)))
    return page.with_secret(ctx, request, secret, page.page(say("Sign in"), text, form, say=say))


async def _form(
    ctx: Context, request: Request, after: str, name: str = "", error: str | None = None
) -> Response:
    say, ways = words(request), await _ways(ctx)
    secret = page.form_secret(ctx, request)
    parts = [page.error(say(error) if error else None)]
    if ways.password:
        parts.append(_password_form(say, secret, after, name))
    if ways.provider:
        parts.append(_to_provider(say, ways, after))
    if not ways.password and not ways.provider:
        parts.append(_no_way(say, ctx.origin))
    shown = page.page(say("Sign in"), *parts, status=403 if error else 200, say=say)
    return page.with_secret(ctx, request, secret, shown)


def _to_provider(say: Words, ways: _Ways, after: str) -> Html:
    either, quiet = (tag("p", say("or"), class_="or"), " quiet") if ways.password else (Html(), "")
    text = say("Sign in with {provider}", provider=ways.provider or "")
    return together(
        either, tag("a", text, href=f"/oidc/start?next={quote(after, safe='')}", class_="button" + quiet)
    )


async def _ways(ctx: Context) -> _Ways:
    oidc = ctx.settings.oidc
    provider = None if oidc is None else urlsplit(oidc.issuer).hostname
    return _Ways(await ctx.db.read(_anybody_has_a_password), provider)


def _anybody_has_a_password(tx: Tx) -> bool:
    return tx.execute(sa.select(users.c.id).where(users.c.password.is_not(None)).limit(1)).first() is not None


def _password_form(say: Words, secret: str, after: str, name: str) -> Html:
    return tag(
        "form",
        page.field(
            say("Name"), "name", value=name, autocomplete="username", required=True, autofocus=not name
        ),
        page.field(
            say("Password"),
            "password",
            type="password",
            autocomplete="current-password",
            required=True,
            autofocus=bool(name),
        ),
        page.hidden("next", after),
        page.hidden("csrf", secret),
        tag("button", say("Sign in")),
        method="post",
        action="/login",
    )


def _sign_out_form(say: Words, secret: str) -> Html:
    button = tag("button", say("Sign out"), class_="quiet")
    return tag("form", page.hidden("csrf", secret), button, method="post", action="/logout")


def _roles(say: Words, held: list[roles.Held]) -> Html:
    if not held:
        return Html()
    rows = [together(tag("dt", one.workspace), tag("dd", one.role)) for one in held]
    return together(tag("p", say("Your roles on workspaces:")), tag("dl", *rows))


def _no_way(say: Words, origin: str) -> Html:
    told = say("Nobody has a password here yet. On the server's machine, or wherever a token is kept, run")
    return together(
        tag("p", told),
        tag("pre", f"lazward open --server {origin}"),
        tag("p", say("and follow the link it shows.")),
    )


ENDPOINTS = [
    Endpoint("GET", "account", account, needs=Permission.PUBLIC, under=ROOT),
    Endpoint("GET", "style.css", page.style, needs=Permission.PUBLIC, under=ROOT),
    Endpoint("GET", "login", show, needs=Permission.PUBLIC, under=ROOT),
    Endpoint("POST", "login", sign_in, needs=Permission.PUBLIC, under=ROOT),
    Endpoint("POST", "logout", sign_out, needs=Permission.PUBLIC, under=ROOT),
]
