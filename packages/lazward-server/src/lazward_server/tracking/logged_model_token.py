"""Page tokens of the search for logged models, which tell what a later page must not ask differently."""

import base64
import binascii
import hashlib
import json
from typing import Any

from lazward.errors import InvalidRequest
from lazward.wire.base import encode
from lazward.wire.logged_models import SearchLoggedModels

_PARTS = (
    "Experiment IDs in the page token do not match the requested experiment IDs.",
    "Filter string in the page token does not match the requested filter string.",
    "Order by in the page token does not match the requested order by.",
)


def make(req: SearchLoggedModels, position: str) -> str:
    """A token for the page of this search that begins at a position."""
    return base64.urlsafe_b64encode(json.dumps([position, *_marks(req)]).encode()).decode()


def read(req: SearchLoggedModels) -> str:
    """The position in a request's token, "" if it has none.

    Raises:
        InvalidRequest: It is no token, or one of another search.
    """
    if not req.page_token:
        return ""
    match _decoded(req.page_token):
        case [str(position), str(), str(), str()] as given:
            for mark, expected, message in zip(given[1:], _marks(req), _PARTS, strict=True):
                if mark != expected:
                    raise InvalidRequest(message)
            return position
        case _:
            raise InvalidRequest(f"Invalid page token: {req.page_token[:100]}")


def scope(req: SearchLoggedModels) -> str:
    """What the position inside a token belongs to."""
    return " ".join(_marks(req))


def _decoded(token: str) -> Any:
    try:
        return json.loads(base64.b64decode(token, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise InvalidRequest(f"Invalid page token: {token[:100]}") from error


def _marks(req: SearchLoggedModels) -> list[str]:
    parts = (req.experiment_ids, req.filter, req.order_by)
    return [hashlib.blake2b(encode(part), digest_size=8).hexdigest() for part in parts]
