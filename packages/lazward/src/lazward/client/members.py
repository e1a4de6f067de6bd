"""Who is what on a workspace."""

from urllib.parse import quote

from lazward.client.http import V1, Connection
from lazward.wire.base import Empty
from lazward.wire.people import AssignRole, Member, Members


def search(at: Connection, workspace: str) -> list[Member]:
    """The members of a workspace by name."""
    return at.get(_of(workspace), Members).members


def assign(at: Connection, workspace: str, user: str, role: str) -> Member:
    """Give a user a role, in place of an older one."""
    return at.ask("PUT", _of(workspace, user), Member, AssignRole(role))


def remove(at: Connection, workspace: str, user: str) -> None:
    """Take a user's role away."""
    at.ask("DELETE", _of(workspace, user), Empty)


def _of(workspace: str, *user: str) -> str:
    parts = ("workspaces", quote(workspace, safe=""), "members", *(quote(one, safe="") for one in user))
    return V1 + "/".join(parts)
