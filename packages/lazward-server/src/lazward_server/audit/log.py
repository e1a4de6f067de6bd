"""The log's rows: appended, searched, and dropped when they are old enough; never changed."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from lazward.errors import InvalidRequest
from lazward.wire.audit import AuditEntry, AuditLog, SearchAudit
from lazward_server.db.bulk import Bulk
from lazward_server.db.database import Tx
from lazward_server.db.schema import audit

_INSERT = Bulk(
    "insert into audit(at, user_name, token_id, address, action, workspace_id, workspace, target, status,"
    " code, times) select at, user_name, token_id, address, action, workspace_id, workspace, target, status,"
    " code, times from given where true",
    at="bigint",
    user_name="text",
    token_id="bigint",  # noqa: S106 - a type's name
    address="text",
    action="text",
    workspace_id="bigint",
    workspace="text",
    target="text",
    status="smallint",
    code="text",
    times="int",
)
_FORGOTTEN_AT_ONCE = 2000
"""Rows; few enough that nobody who writes at the same time waits long."""


class Row(NamedTuple):
    """An entry as stored; see ``lazward.wire.audit.AuditEntry``."""

    at: int
    user: str
    token_id: int | None
    address: str
    action: str
    workspace_id: int | None
    workspace: str
    target: str
    status: int
    code: str
    times: int


def append(tx: Tx, rows: Sequence[Row]) -> None:
    """Add rows."""
    _INSERT(tx, rows)


def append_groups(tx: Tx, groups: Sequence[Sequence[Row]]) -> list[None]:
    """Add groups of rows; the batched write behind the recorder."""
    append(tx, [row for group in groups for row in group])
    return [None] * len(groups)


def search(tx: Tx, req: SearchAudit, workspace_id: int | None = None) -> AuditLog:
    """The entries that match, the newest first, a page of them.

    Args:
        tx: The transaction.
        req: What to look for.
        workspace_id: Only of this workspace; None for all of the server.
    """
    query = sa.select(audit).where(*_conditions(req))
    if workspace_id is not None:
        query = query.where(audit.c.workspace_id == workspace_id)
    if req.page_token:
        query = query.where(sa.tuple_(audit.c.at, audit.c.id) < sa.tuple_(*_position(req.page_token)))
    rows = tx.execute(query.order_by(audit.c.at.desc(), audit.c.id.desc()).limit(req.max_results + 1)).all()
    shown = rows[: req.max_results]
    token = f"{shown[-1].at}-{shown[-1].id}" if len(rows) > req.max_results else None
    return AuditLog([_entry(row) for row in shown], token)


def forget(tx: Tx, before: int) -> bool:
    """Drop some entries from before this time, in milliseconds; whether there are more."""
    old = sa.select(audit.c.id).where(audit.c.at < before).order_by(audit.c.at).limit(_FORGOTTEN_AT_ONCE)
    return tx.execute(sa.delete(audit).where(audit.c.id.in_(old))).rowcount == _FORGOTTEN_AT_ONCE


def _conditions(req: SearchAudit) -> list[sa.ColumnElement[bool]]:
    c = audit.c
    found: list[sa.ColumnElement[bool]] = []
    for column, value in ((c.user_name, req.user), (c.workspace, req.workspace), (c.address, req.address)):
        if value:
            found.append(column == value)
    if req.action:
        found.append((c.action == req.action) | c.action.startswith(f"{req.action}.", autoescape=True))
    if req.status:
        found.append(c.status == req.status)
    if req.since:
        found.append(c.at >= req.since)
    if req.until:
        found.append(c.at < req.until)
    if req.text:
        places = (c.target, c.action, c.user_name, c.address, c.workspace)
        found.append(sa.or_(*(place.contains(req.text, autoescape=True) for place in places)))
    return found


def _position(token: str) -> tuple[int, int]:
    try:
        at, number = map(int, token.split("-"))
    except ValueError:
        raise InvalidRequest("The page token is none of this list's.") from None
    if max(at, number) >= 2**63:
        raise InvalidRequest("The page token is none of this list's.")
    return at, number


def _entry(row: sa.Row[Any]) -> AuditEntry:
    return AuditEntry(
        id=row.id,
        asked_at=row.at,
        user=row.user_name,
        address=row.address,
        action=row.action,
        status=row.status,
        workspace=row.workspace or None,
        target=msgspec.json.decode(row.target, type=dict[str, str]),
        code=row.code or None,
        token_id=row.token_id,
        count=row.times,
    )
