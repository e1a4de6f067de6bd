"""Signing in with a name and a password, signing out, and one's own account."""

from lazward.errors import NotSupported, PermissionDenied, Unauthenticated
from lazward.wire.base import Ask, Empty
from lazward.wire.people import ChangePassword, Login, Me, Membership, SignedIn
from lazward.wire.tokens import Token
from lazward_server.auth import gate, passwords, roles, tokens, users
from lazward_server.auth.attempts import SIGN_INS
from lazward_server.auth.tokens import Bearer, Kind
from lazward_server.auth.users import User
from lazward_server.db.database import Tx
from lazward_server.http.endpoint import V1, Caller, Context, Endpoint
from lazward_server.http.permission import Permission
from lazward_server.http.workspace import Workspace


async def login(ctx: Context, req: Login) -> SignedIn:
    """Exchange a name and a password for a token that lives on while it is used."""
    user = await check_password(ctx, req.name, req.password)
    if user is None:
        raise Unauthenticated("The name or the password is wrong, or the user may not come in.")
    ctx.caller = gate.Caller(user.name, user.id, user.administrator)
    token, expires_at = await ctx.db.write(tokens.login, user.id, req.device)
    return SignedIn(token, user.name, expires_at)


async def check_password(ctx: Context, name: str, password: str) -> User | None:
    """The user whose password it is; None, after the same time, when there is no such user or it is wrong.

    Raises:
        TooManyRequests: This name, or this address, was wrong too often.
    """
    SIGN_INS.begin(name, ctx.client_address)
    user, stored = await ctx.db.read(users.password_of, name)
    if not await passwords.aside(passwords.matches, stored, password) or user is None:
        return None
    SIGN_INS.succeeded(name, ctx.client_address)
    if stored is not None and passwords.outdated(stored):
        anew = await passwords.aside(passwords.hashed, password)
        await ctx.db.write(users.set_password, user.id, anew)
    return user


async def logout(ctx: Context, _req: Ask) -> Empty:
    """Revoke the token that was shown, and the login that it was derived from."""
    bearer = _bearer(ctx)
    await ctx.db.write(_sign_out, bearer)
    return Empty()


async def get_me(ctx: Context, _req: Ask) -> Me:
    """Who is asking, what they are on which workspaces, and the token they showed."""
    return await ctx.db.read(_me, ctx.caller, ctx.workspace)


async def change_password(ctx: Context, req: ChangePassword) -> Empty:
    """Replace one's own password; everywhere else one is signed out."""
    bearer = _bearer(ctx)
    if await check_password(ctx, ctx.caller.name, req.old_password) is None:
        raise PermissionDenied("The old password is wrong.")
    hashed = await passwords.aside(passwords.hashed, req.new_password)
    await ctx.db.write(_replace_password, bearer, hashed)
    return Empty()


def _bearer(ctx: Context) -> Bearer:
    bearer: Bearer | None = ctx.caller.bearer
    if bearer is None:
        raise NotSupported("This server asks nobody who they are (--auth off).")
    return bearer


def _sign_out(tx: Tx, bearer: Bearer) -> None:
    tokens.revoke(tx, bearer.user_id, bearer.id)
    if bearer.parent_id is not None and bearer.kind is Kind.ACCESS:  # a session ends alone
        tokens.revoke(tx, bearer.user_id, bearer.parent_id)


def _replace_password(tx: Tx, bearer: Bearer, hashed: str) -> None:
    users.set_password(tx, bearer.user_id, hashed)
    tokens.revoke_sign_ins(tx, bearer.user_id, bearer.id)


def _me(tx: Tx, caller: Caller, workspace: Workspace) -> Me:
    held = [] if caller.user_id is None else roles.held(tx, caller.user_id)
    return Me(
        caller.name,
        caller.administrator,
        [Membership(*one) for one in held],
        _shown(caller.bearer),
        [one.value for one in gate.allowed(tx, caller, workspace)],
    )


def _shown(bearer: Bearer | None) -> Token | None:
    if bearer is None:
        return None
    permissions = bearer.scope.permissions
    return Token(
        bearer.id,
        bearer.user,
        bearer.name,
        bearer.kind.value,
        permissions=None if permissions is None else sorted(one.value for one in permissions),
        expires_at=bearer.expires_at,
    )


ENDPOINTS = [
    Endpoint("POST", "login", login, needs=Permission.PUBLIC, under=V1),
    Endpoint("POST", "logout", logout, needs=Permission.SIGNED_IN, under=V1),
    Endpoint("GET", "me", get_me, needs=Permission.SIGNED_IN, under=V1),
    Endpoint("POST", "me/password", change_password, needs=Permission.OWN_CREDENTIAL, under=V1),
]
