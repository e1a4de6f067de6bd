"""Workspaces of a server."""

import time
from collections.abc import Collection, Iterator
from urllib.parse import quote

from lazward.client.http import V1, Connection
from lazward.errors import AlreadyExists
from lazward.wire.base import Ask
from lazward.wire.deletion import Usage
from lazward.wire.workspaces import (
    CreateWorkspace,
    Deletion,
    Deletions,
    ListWorkspaces,
    SetLimits,
    Unfinished,
    UpdateWorkspace,
    Workspace,
    Workspaces,
)

_PATH = V1 + "workspaces"
_ROOT = "default"
_BETWEEN = 0.5
"""Seconds between two looks at a deletion."""


def check(at: Connection) -> None:
    """Make sure that the workspace exists, its server answers, and we may read there.

    Raises:
        NotFound: The server has no such workspace.
        PermissionDenied: We have no role on it, or it does not exist and we may not know.
        ServerUnreachable: No server answers there.
    """
    at.send("GET", _of(at.where.workspace or _ROOT))


def get(at: Connection, name: str) -> Workspace:
    """The workspace of this name.

    Raises:
        NotFound: There is none.
        PermissionDenied: We have no role on it, or it does not exist and we may not know.
    """
    return at.get(_of(name), Workspace)


def search(at: Connection, group: str = "") -> list[Workspace]:
    """The workspaces we have a role on, or all for administrators, by name; of one group if it is given."""
    return at.get(_PATH, Workspaces, ListWorkspaces(group)).workspaces


def create(at: Connection, message: CreateWorkspace, *, exist_ok: bool = False) -> Workspace:
    """Make a workspace; with ``exist_ok`` the one of this name where there is one.

    Raises:
        AlreadyExists: The name is taken.
        PermissionDenied: We do not administer the server.
    """
    try:
        return at.post(_PATH, message, Workspace)
    except AlreadyExists:
        if not exist_ok:
            raise
        return get(at, message.name)


def update(at: Connection, name: str, message: UpdateWorkspace) -> Workspace:
    """Change what is said about a workspace; what is left out stays."""
    return at.ask("PATCH", _of(name), Workspace, message)


def set_limits(at: Connection, name: str, message: SetLimits) -> Workspace:
    """Give a workspace other limits, in place of all it had."""
    return at.ask("PUT", _of(name) + "/limits", Workspace, message)


def delete(at: Connection, name: str, *, dry_run: bool = False) -> Deletion:
    """Delete a workspace with all it holds; with ``dry_run`` only tell what would go.

    It is gone at once; ``unfinished`` tells whether its rows and files are still being removed.

    Raises:
        Conflict: It is the one at the server's root.
    """
    # In the query: a proxy that drops the body of a DELETE must not make a real one of a dry run.
    return at.ask("DELETE", _of(name) + ("?dry_run=true" if dry_run else ""), Deletion)


def usage(at: Connection, name: str, *, count: bool = False) -> Usage:
    """What a workspace holds, and what it may; with ``count`` after its files were counted anew.

    Raises:
        Conflict: They are being counted already.
    """
    if count:
        return at.post(_of(name) + "/usage/count", Ask(), Usage)
    return at.get(_of(name) + "/usage", Usage)


def unfinished(at: Connection) -> list[Unfinished]:
    """Our deleted workspaces whose rows and files are still being removed."""
    return at.get(V1 + "deletions", Deletions).workspaces


def wait(at: Connection, numbers: Collection[int]) -> Iterator[list[Unfinished]]:
    """Wait until these deleted workspaces are removed; yields those that are not yet, again and again."""
    while left := [one for one in unfinished(at) if one.id in numbers]:
        yield left
        time.sleep(_BETWEEN)


def _of(name: str) -> str:
    return f"{_PATH}/{quote(name, safe='')}"
