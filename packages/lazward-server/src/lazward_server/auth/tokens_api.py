"""Tokens over the API: one's own, and everybody's for administrators."""

from typing import Any

import sqlalchemy as sa

from lazward.errors import NotFound, NotSupported, PermissionDenied
from lazward.wire.base import Ask, Empty
from lazward.wire.tokens import AccessToken, CreatedToken, CreateToken, Token, Tokens
from lazward_server.auth import issue, tokens, users
from lazward_server.auth.tokens import Bearer
from lazward_server.db.database import Tx
from lazward_server.http.endpoint import V1, Context, Endpoint
from lazward_server.http.permission import Permission


async def derive_access_token(ctx: Context, _req: Ask) -> AccessToken:
    """A short-lived token with the rights of the one shown, which is thereby shown more rarely."""
    bearer: Bearer | None = ctx.caller.bearer
    if bearer is None:
        raise NotSupported("This server asks nobody for a token (--auth off).")
    seconds = ctx.settings.access_token_seconds
    token, expires_at, left = await ctx.db.write(issue.access, bearer, seconds)
    return AccessToken(token, expires_at, left, "Bearer")


async def list_tokens(ctx: Context, _req: Ask) -> Tokens:
    """One's own tokens, newest first."""
    return await ctx.db.read(_listed, ctx.caller.user_id or 0)


async def list_tokens_of(ctx: Context, _req: Ask, user: str) -> Tokens:
    """The tokens of a user."""
    return await ctx.db.read(lambda tx: _listed(tx, users.get(tx, user).id))


async def list_all_tokens(ctx: Context, _req: Ask) -> Tokens:
    """Everybody's tokens."""
    return await ctx.db.read(_listed, None)


async def create_token(ctx: Context, req: CreateToken) -> CreatedToken:
    """Make a token for oneself; it cannot outlive the personal token shown."""
    if ctx.caller.user_id is None:
        raise NotSupported("This server asks nobody for a token (--auth off).")
    return await ctx.db.write(issue.for_oneself, ctx.caller, req)


async def create_token_for(ctx: Context, req: CreateToken, user: str) -> CreatedToken:
    """Make a token for a user or a service account."""
    return await ctx.db.write(issue.for_user, user, req)


async def revoke_token(ctx: Context, _req: Ask, token_id: str) -> Empty:
    """Make one of one's own tokens worthless, with all that were derived from it."""
    if ctx.caller.user_id is None:
        raise PermissionDenied("Nobody's own tokens can be revoked without signing in.")
    await ctx.db.write(_revoke, ctx.caller.user_id, token_id)
    return Empty()


async def revoke_any_token(ctx: Context, _req: Ask, token_id: str) -> Empty:
    """Make anybody's token worthless, with all that were derived from it."""
    await ctx.db.write(_revoke, None, token_id)
    return Empty()


def _listed(tx: Tx, user_id: int | None) -> Tokens:
    return Tokens([_token(row) for row in tokens.listed(tx, user_id)])


def _token(row: sa.Row[Any]) -> Token:
    return Token(
        row.id,
        row.user,
        row.name,
        row.kind,
        row.hint,
        row.created_at,
        row.workspace,
        None if row.permissions is None else row.permissions.split(),
        row.expires_at,
        row.last_used_at,
    )


def _revoke(tx: Tx, user_id: int | None, token_id: str) -> None:
    number = int(token_id) if token_id.isdecimal() and len(token_id) < 19 else 0  # noqa: PLR2004 - digits of 2**63
    if not tokens.revoke(tx, user_id, number):
        raise NotFound(f"There is no valid token {token_id}; `lazward token list` shows those there are.")


ENDPOINTS = [
    Endpoint("POST", "tokens/access", derive_access_token, needs=Permission.SIGNED_IN, under=V1),
    Endpoint("GET", "tokens", list_tokens, needs=Permission.SIGNED_IN, under=V1),
    Endpoint("POST", "tokens", create_token, needs=Permission.OWN_CREDENTIAL, under=V1),
    Endpoint("DELETE", "tokens/{token_id}", revoke_token, needs=Permission.OWN_CREDENTIAL, under=V1),
    Endpoint("GET", "users/{user}/tokens", list_tokens_of, needs=Permission.USER_READ, under=V1),
    Endpoint("POST", "users/{user}/tokens", create_token_for, needs=Permission.USER_WRITE, under=V1),
    Endpoint("GET", "server/tokens", list_all_tokens, needs=Permission.USER_READ, under=V1),
    Endpoint("DELETE", "server/tokens/{token_id}", revoke_any_token, needs=Permission.USER_WRITE, under=V1),
]
