"""Page tokens: opaque to clients, checked like anything else that comes from them."""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from lazward.errors import InvalidRequest
from lazward_server.tracking.search.lex import storable

Position = list[str | int | float | None]
"""The values that the last row of a page is ordered by."""

Kinds = Sequence[type[str] | type[int] | type[float]]
_MAX_INT64 = 2**63 - 1


def make(position: Position, scope: str) -> str:
    """A token that continues behind this position, in searches of the same scope."""
    return base64.urlsafe_b64encode(json.dumps([_mark(scope), *position]).encode()).decode()


def read(token: str, kinds: Kinds, scope: str) -> Position:
    """The position a token stands for.

    Args:
        token: What the client sent.
        kinds: The types of the position's values.
        scope: What the token must have been made for.

    Raises:
        InvalidRequest: It is none of ours, or belongs to another search.
    """
    match _decoded(token):
        case [str(mark), *position] if mark == _mark(scope) and _fits(position, kinds):
            return position
        case [str(), *_]:
            raise InvalidRequest("Invalid page token: it belongs to a search with other arguments.")
        case _:
            raise InvalidRequest("Invalid page token, parsed value is no position in a result.")


def _decoded(token: str) -> Any:
    try:
        return json.loads(base64.b64decode(token, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise InvalidRequest("Invalid page token, could not base64-decode") from error


def _mark(scope: str) -> str:
    return hashlib.blake2b(scope.encode(errors="replace"), digest_size=8).hexdigest()


def _fits(position: Sequence[Any], kinds: Kinds) -> bool:
    return len(position) == len(kinds) and all(map(_is, position, kinds))


def _is(value: Any, kind: type) -> bool:
    """Whether a database can compare a column of this type with the value."""
    match value:
        case None:
            return True
        case str():
            return kind is str and storable(value)
        case int():
            return kind is type(value) and abs(value) <= _MAX_INT64
        case _:
            return kind is type(value)
