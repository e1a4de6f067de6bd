"""Messages about users, what they are on workspaces, and who is signed in.

Times are milliseconds since the epoch.
"""

from lazward.wire.base import Answer, Request, Text
from lazward.wire.tokens import Token


class User(Answer):
    """A person or a service account. ``disabled_at`` is there while they are kept out."""

    name: str
    kind: str
    administrator: bool
    created_at: int
    email: str | None = None
    disabled_at: int | None = None


class Users(Answer):
    users: list[User]


class CreateUser(Request, frozen=True):
    """``kind`` is ``person`` or ``service``; a service account has no password."""

    name: Text
    kind: str = "person"
    password: str | None = None
    administrator: bool = False
    email: str | None = None


class UpdateUser(Request, frozen=True):
    """What is given is changed; the rest stays."""

    password: str | None = None
    administrator: bool | None = None
    disabled: bool | None = None
    email: str | None = None


class ChangePassword(Request, frozen=True):
    old_password: str
    new_password: str


class Membership(Answer):
    """What somebody is on a workspace."""

    workspace: str
    role: str


class Me(Answer):
    """Who is asking, what they are where, and the token they showed.

    ``permissions`` is what they may do with it in the workspace that was asked, and on the server.
    """

    name: str
    administrator: bool
    roles: list[Membership]
    token: Token | None = None
    permissions: list[str] = []


class Member(Answer):
    """A user who has a role on a workspace."""

    user: str
    role: str


class Members(Answer):
    members: list[Member]


class AssignRole(Request, frozen=True):
    role: Text


class Login(Request, frozen=True):
    """``device`` says where the token will be kept, for the list of one's tokens."""

    name: Text
    password: Text
    device: str = ""


class SignedIn(Answer):
    """The token to show from now on; it lives on while it is used."""

    token: str
    user: str
    expires_at: int
