"""Tokens that are made on purpose: made, listed and revoked."""

from urllib.parse import quote

from lazward.client.http import V1, Connection
from lazward.errors import NotFound, PermissionDenied
from lazward.wire.base import Empty
from lazward.wire.tokens import CreatedToken, CreateToken, Token, Tokens

_OWN = V1 + "tokens"
_ALL = V1 + "server/tokens"


def create(at: Connection, message: CreateToken, user: str | None = None) -> CreatedToken:
    """Make a token, for ourselves unless another user is named."""
    return at.ask("POST", _OWN if user is None else _of(user), CreatedToken, message)


def search(at: Connection, user: str | None = None) -> list[Token]:
    """The valid tokens of a user, or our own, newest first."""
    return at.get(_OWN if user is None else _of(user), Tokens).tokens


def search_all(at: Connection) -> list[Token]:
    """Everybody's valid tokens, newest first."""
    return at.get(_ALL, Tokens).tokens


def revoke(at: Connection, token_id: int) -> None:
    """Make a token worthless: one of our own, or anybody's if we administer the server.

    Raises:
        NotFound: We may revoke none with this id.
    """
    try:
        at.ask("DELETE", f"{_OWN}/{token_id}", Empty)
    except NotFound as error:
        try:
            at.ask("DELETE", f"{_ALL}/{token_id}", Empty)
        except PermissionDenied:
            raise error from None


def _of(user: str) -> str:
    return f"{V1}users/{quote(user, safe='')}/tokens"
