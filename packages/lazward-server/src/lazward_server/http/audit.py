"""What the frame tells of a request that is to be written down, and to whom.

Handlers have no part in this: what they were asked and what came of it passes through the frame anyway.
"""

from enum import Enum
from typing import Any, NamedTuple, Protocol, cast
from urllib.parse import parse_qsl

import msgspec

from lazward.errors import PermissionDenied, TooManyRequests
from lazward_server.http.endpoint import Caller, Endpoint
from lazward_server.http.permission import Permission
from lazward_server.http.workspace import DEFAULT, Workspace

REFUSALS = frozenset({401, 403, 429})
"""Statuses that are written down whatever was asked."""

_LONGEST = 200
_NAMING = frozenset(
    "administrator alias disabled experiment_id group id kind model_id name new_name path permissions role"
    " run_id stage status tag_key token_id user user_code version workspace".split()
)
"""Fields of messages and answers that name what was done to; none of them ever holds a secret."""


class Refused(PermissionDenied):
    """The gate knows who it is, and does not let them.

    Attributes:
        caller: Who it is.
        workspace: Where they wanted to, if there is such a place.
    """

    def __init__(self, message: str, caller: Caller, workspace: Workspace | None) -> None:
        super().__init__(message)
        self.caller = caller
        self.workspace = workspace


class Throttled(TooManyRequests):
    """They may, but not so often.

    Attributes:
        caller: Who it is.
        workspace: Where.
    """

    def __init__(self, message: str, retry_after: int, caller: Caller, workspace: Workspace) -> None:
        super().__init__(message, retry_after)
        self.caller = caller
        self.workspace = workspace


class Event(NamedTuple):
    """A request and what came of it.

    Attributes:
        action: What was asked for (``http.action``).
        caller: Who asked; None where nobody knows.
        client_address: From where.
        workspace: Where; None where there is no such workspace, or the gate was not passed.
        asked: The name of the workspace as it was asked for.
        target: What was done to, by the names of fields.
        status: Of the answer.
        code: Of the error, "" for none.
        important: Whether the answer waits until this is on the disk.
        anonymous: Whether anybody may ask this, so that it may come in any number.
    """

    action: str
    caller: Caller | None
    client_address: str
    workspace: Workspace | None
    asked: str
    target: dict[str, str]
    status: int
    code: str
    important: bool
    anonymous: bool


class Audit(Protocol):
    """Writes events down; built by the composition root from ``audit``."""

    async def record(self, event: Event) -> None:
        """Take an event; never raises. Returns once it is on the disk if it is important."""
        ...


def event(endpoint: Endpoint, client_address: str, workspace: str | None, target: dict[str, str]) -> Event:
    """A request to an endpoint, before anybody knows who asked and what came of it."""
    return Event(
        endpoint.action,
        None,
        client_address,
        None,
        workspace or DEFAULT.name,
        target,
        200,
        "",
        important=endpoint.needs.administrative,
        anonymous=endpoint.needs is Permission.PUBLIC,
    )


def named_in(message: Any) -> dict[str, str]:
    """The naming fields of a message or an answer, those of the structs in it too, the outer ones first."""
    found: dict[str, str] = {}
    inner: list[msgspec.Struct] = []
    for field in getattr(message, "__struct_fields__", ()):
        value: Any = getattr(message, field)
        if isinstance(value, msgspec.Struct):
            inner.append(value)
        elif field in _NAMING and (text := _text(value)):
            found[field] = text
    for struct in inner:
        found = named_in(struct) | found
    return found


def named_among(query: str) -> dict[str, str]:
    """The naming parameters of a query string."""
    try:
        pairs = parse_qsl(query, max_num_fields=_LONGEST)
    except ValueError:  # more parameters than any of our endpoints has
        return {}
    return {name: value[:_LONGEST] for name, value in pairs if name in _NAMING}


def _text(value: Any) -> str:
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        value = " ".join(str(one) for one in cast("list[object]", value)[:_LONGEST])
    return str(value)[:_LONGEST] if isinstance(value, str | int) else ""
