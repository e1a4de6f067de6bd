"""The audit log of a server, and of each of its workspaces."""

from collections.abc import Iterator
from urllib.parse import quote

import msgspec

from lazward.client.http import Connection
from lazward.wire.audit import AuditEntry, AuditLog, SearchAudit


def search(at: Connection, asked: SearchAudit, workspace: str | None = None) -> Iterator[AuditEntry]:
    """The entries that match, newest first, fetched as they are asked for.

    Args:
        at: The server.
        asked: What to look for; ``max_results`` is the size of a page.
        workspace: Whose log, which its owners may read; None for the whole server's, for administrators.

    Raises:
        PermissionDenied: We may not read it.
    """
    path = "/api/v1/audit" if workspace is None else f"/api/v1/workspaces/{quote(workspace, safe='')}/audit"
    while True:
        page = at.get(path, AuditLog, asked)
        yield from page.entries
        if not page.next_page_token:
            return
        asked = msgspec.structs.replace(asked, page_token=page.next_page_token)
