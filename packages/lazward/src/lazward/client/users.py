"""Users of a server, and who we are there."""

from urllib.parse import quote

from lazward.client.http import V1, Connection
from lazward.wire.base import Empty
from lazward.wire.people import ChangePassword, CreateUser, Me, UpdateUser, User, Users
from lazward.wire.signin import LinkIdentity

_PATH = V1 + "users"


def me(at: Connection) -> Me:
    """Who we are to the server, and what on which workspaces."""
    return at.get(V1 + "me", Me)


def change_password(at: Connection, old: str, new: str) -> None:
    """Replace our own password; we stay signed in here, and nowhere else.

    Raises:
        PermissionDenied: The old one is wrong.
    """
    at.ask("POST", V1 + "me/password", Empty, ChangePassword(old, new))


def search(at: Connection) -> list[User]:
    """All users by name."""
    return at.get(_PATH, Users).users


def get(at: Connection, name: str) -> User:
    """The user of this name."""
    return at.get(_of(name), User)


def create(at: Connection, message: CreateUser) -> User:
    """Make a user."""
    return at.ask("POST", _PATH, User, message)


def update(at: Connection, name: str, message: UpdateUser) -> User:
    """Change what the message gives."""
    return at.ask("PATCH", _of(name), User, message)


def link(at: Connection, name: str, subject: str | None) -> None:
    """Note who the user is at the server's OpenID Connect provider; None for nobody."""
    at.ask("PUT", _of(name) + "/identity", Empty, LinkIdentity(subject))


def remove(at: Connection, name: str) -> None:
    """Remove a user with their tokens and roles."""
    at.ask("DELETE", _of(name), Empty)


def _of(name: str) -> str:
    return f"{_PATH}/{quote(name, safe='')}"
