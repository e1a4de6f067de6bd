"""Messages about the audit log."""

from typing import Annotated

import msgspec

from lazward.wire.base import Millis, Request


class SearchAudit(Request, frozen=True):
    """What to look for in the log. What is empty or 0 matches all; times are milliseconds since the epoch.

    Attributes:
        user: Name of who did it.
        action: What was done, such as ``runs.delete``; ``runs`` stands for all that begins with ``runs.``.
        workspace: Name of where; of all workspaces only for who asks for the whole server's log.
        address: From which IP address.
        status: HTTP status of the answer.
        since: From this time on.
        until: Before this time.
        text: What stands anywhere in the user, action, address, workspace or target.
        max_results: Entries a page.
        page_token: Where to go on.
    """

    user: str = ""
    action: str = ""
    workspace: str = ""
    address: str = ""
    status: Annotated[int, msgspec.Meta(ge=0, le=599)] = 0
    since: Millis = 0
    until: Millis = 0
    text: str = ""
    max_results: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 100
    page_token: str = ""


class AuditEntry(msgspec.Struct):
    """One thing that somebody did, or was refused.

    Attributes:
        id: Number of the entry; later ones have higher numbers.
        asked_at: When, in milliseconds since the epoch.
        user: Who; "" where nobody knows, ``anonymous`` where nobody is asked.
        address: IP address it came from; "" for many together.
        action: What was asked for, such as ``runs.delete``.
        status: HTTP status of the answer.
        workspace: Where, by its name at that time.
        target: What was done to, by field names of the messages: ``run_id``, ``name``, ``user``, ...
        code: The error's code, None where it was done.
        token_id: The token that was shown.
        count: How many times, where refusals that repeat are counted instead of listed.
    """

    id: int
    asked_at: int
    user: str
    address: str
    action: str
    status: int
    workspace: str | None = None
    target: dict[str, str] = {}
    code: str | None = None
    token_id: int | None = None
    count: int = 1


class AuditLog(msgspec.Struct):
    """Entries, the newest first, and where to go on if there are more."""

    entries: list[AuditEntry]
    next_page_token: str | None = None
