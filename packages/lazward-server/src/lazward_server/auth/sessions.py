"""Browser sessions: a person's way in by a cookie, for twelve hours after its last use and a week at most."""

import sqlalchemy as sa

from lazward_server.auth import tokens
from lazward_server.auth.tokens import WHOLE, Bearer, Kind, Scope
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.db.schema import tokens as table

LIFE = 12 * 3600 * 1000
"""Milliseconds after its last use that a session is over."""
_LONGEST = 7 * 24 * 3600 * 1000


def begin(
    tx: Tx, user_id: int, *, instead_of: str | None = None, scope: Scope = WHOLE, parent_id: int | None = None
) -> str:
    """Begin a session and return its token; the one that this browser had before, if any, ends.

    ``parent_id`` is the token that the person showed instead of signing in: the session dies with it.
    """
    if instead_of is not None:
        end(tx, instead_of)
    return tokens.create(
        tx,
        user_id,
        "browser",
        kind=Kind.SESSION,
        scope=scope,
        expires_at=now() + LIFE,
        parent_id=parent_id,
    )


def find(tx: Tx, token: str) -> Bearer | None:
    """Whose session this is, if it is one and not over."""
    bearer = tokens.find(tx, tokens.digest(token))
    return bearer if bearer is not None and bearer.kind is Kind.SESSION else None


def end(tx: Tx, token: str) -> None:
    """End the session, if it is one."""
    bearer = find(tx, token)
    if bearer is not None:
        tokens.revoke(tx, bearer.user_id, bearer.id)


def touch(tx: Tx, bearer: Bearer) -> None:
    """Note that the session was used: its twelve hours begin anew."""
    tokens.touch(tx, bearer)
    last = table.c.created_at + _LONGEST
    until = now() + LIFE
    renewed = sa.case((last < until, last), else_=until)
    tx.execute(sa.update(table).where(table.c.id == bearer.id).values(expires_at=renewed))
