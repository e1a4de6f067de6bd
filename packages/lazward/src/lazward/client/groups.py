"""Resource groups of a server."""

from collections.abc import Mapping
from urllib.parse import quote

from lazward.client.http import V1, Connection
from lazward.wire.workspaces import CreateGroup, Deletion, Group, Groups, UpdateGroup

_PATH = V1 + "groups"


def get(at: Connection, name: str) -> Group:
    """The resource group of this name.

    Raises:
        NotFound: There is none in which we may see anything.
    """
    return at.get(_of(name), Group)


def search(at: Connection) -> list[Group]:
    """The groups in which we may see a workspace, or all for administrators, by name."""
    return at.get(_PATH, Groups).groups


def create(at: Connection, name: str, tags: Mapping[str, str] | None = None) -> Group:
    """Make a resource group.

    Raises:
        AlreadyExists: The name is taken.
        PermissionDenied: We do not administer the server.
    """
    return at.post(_PATH, CreateGroup(name, dict(tags or {})), Group)


def update(at: Connection, name: str, tags: Mapping[str, str]) -> Group:
    """Give a resource group other tags."""
    return at.ask("PATCH", _of(name), Group, UpdateGroup(dict(tags)))


def delete(at: Connection, name: str, *, dry_run: bool = False) -> Deletion:
    """Delete a resource group with all its workspaces; with ``dry_run`` only tell what would go."""
    return at.ask("DELETE", _of(name) + ("?dry_run=true" if dry_run else ""), Deletion)


def _of(name: str) -> str:
    return f"{_PATH}/{quote(name, safe='')}"
