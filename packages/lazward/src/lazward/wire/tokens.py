"""Messages about tokens. Times are milliseconds since the epoch."""

from typing import Annotated

import msgspec

from lazward.wire.base import Answer, Millis, Request, Text

Seconds = Annotated[int, msgspec.Meta(ge=1, le=10**10)]


class Token(Answer):
    """A token, without what would let its bearer in.

    ``workspace`` and ``permissions`` are what it is limited to, absent where it carries all rights of its
    user. ``hint`` is how its text begins.
    """

    id: int
    user: str
    name: str
    kind: str
    hint: str = ""
    created_at: int = 0
    workspace: str | None = None
    permissions: list[str] | None = None
    expires_at: int | None = None
    last_used_at: int | None = None
    revoked_at: int | None = None


class Tokens(Answer):
    tokens: list[Token]


class CreateToken(Request, frozen=True):
    """``role`` stands for all permissions of that role; without it and ``permissions`` there is no limit.

    The token lives until ``expires_at``, or for ``expires_in`` seconds; without either, until it is revoked.
    """

    name: Text
    workspace: str | None = None
    role: str | None = None
    permissions: list[str] = []
    expires_in: Seconds | None = None
    expires_at: Millis | None = None


class CreatedToken(Answer):
    """The only message that ever holds the token itself."""

    token: str
    id: int
    expires_at: int | None = None


class AccessToken(Answer):
    """A short-lived token; ``expires_in`` is in seconds."""

    access_token: str
    expires_at: int
    expires_in: int
    token_type: str
