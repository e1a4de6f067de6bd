"""Links that sign a person in once: for the first start, and for who has a token and wants to see pages."""

import secrets
from typing import NamedTuple

import sqlalchemy as sa

from lazward.errors import PermissionDenied
from lazward_server.auth import sessions, tokens, users
from lazward_server.auth.tokens import WHOLE, Bearer, Kind, Scope
from lazward_server.auth.users import UserKind
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.db.schema import sign_in_links
from lazward_server.db.schema import tokens as token_table

LIFE = 600
"""Seconds that a link can be used."""
_PREFIX = "lzl_"


class Link(NamedTuple):
    """What a link stands for.

    Attributes:
        user: Whom it signs in.
        user_id: The same as a number.
        token_id: The token that it was made with; None for one that the server's own terminal showed.
    """

    user: str
    user_id: int
    token_id: int | None


def path(secret: str) -> str:
    """Where on the server a link leads."""
    return f"/login?once={secret}"


def create(tx: Tx, user_id: int, token_id: int | None = None) -> str:
    """Make a link; the returned secret is the only copy of it."""
    secret = _PREFIX + secrets.token_urlsafe(32)
    row = {
        "hash": tokens.digest(secret),
        "user_id": user_id,
        "token_id": token_id,
        "expires_at": now() + LIFE * 1000,
    }
    tx.execute(sa.insert(sign_in_links).values(row))
    return secret


def create_for(tx: Tx, bearer: Bearer) -> str:
    """Make a link for whoever holds a token of their own.

    Raises:
        PermissionDenied: The token is a derived one, or its holder no person.
    """
    if bearer.kind not in (Kind.PERSONAL, Kind.LOGIN):
        raise PermissionDenied(
            f"An {bearer.kind.value} token cannot sign a browser in; use the one behind it."
        )
    if users.by_id(tx, bearer.user_id).kind is not UserKind.PERSON:
        raise PermissionDenied(f"{bearer.user} is a service account, which has no use for a browser.")
    return create(tx, bearer.user_id, bearer.id)


def find(tx: Tx, secret: str) -> Link | None:
    """What the link stands for, while it can be used."""
    match = (sign_in_links.c.hash == tokens.digest(secret)) & (sign_in_links.c.expires_at > now())
    row = tx.execute(sa.select(sign_in_links).where(match)).first()
    if row is None:
        return None
    user = users.by_id(tx, row.user_id)
    return None if user.disabled_at is not None else Link(user.name, user.id, row.token_id)


def use(tx: Tx, secret: str, instead_of: str | None) -> str | None:
    """Begin the session that the link stands for and use it up; None when it cannot be used."""
    link = find(tx, secret)
    gone = tx.execute(sa.delete(sign_in_links).where(sign_in_links.c.hash == tokens.digest(secret))).rowcount
    scope = None if link is None else _scope(tx, link.token_id)
    if link is None or scope is None or not gone:
        return None
    return sessions.begin(tx, link.user_id, instead_of=instead_of, scope=scope, parent_id=link.token_id)


def forget_expired(tx: Tx) -> int:
    """Remove links that nobody used in time; how many there were."""
    return tx.execute(sa.delete(sign_in_links).where(sign_in_links.c.expires_at <= now())).rowcount


def _scope(tx: Tx, token_id: int | None) -> Scope | None:
    """What the session may at most; None when the token behind the link is worth nothing any more."""
    if token_id is None:
        return WHOLE
    hashed = tx.execute(sa.select(token_table.c.hash).where(token_table.c.id == token_id)).scalar()
    bearer = None if hashed is None else tokens.find(tx, hashed)
    return None if bearer is None else bearer.scope
