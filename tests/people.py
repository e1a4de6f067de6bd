"""People with roles and tokens, put straight into the database of a running server."""

import secrets
from typing import Any

from lazward_server.auth import roles, tokens, users
from lazward_server.auth.roles import Role
from lazward_server.auth.tokens import Scope
from lazward_server.db.clock import now
from lazward_server.db.database import Database
from lazward_server.db.schema import workspaces
from tests.conftest import Server


def open_database(server: Server) -> Database:
    """The server's database, opened beside it."""
    options = [str(option) for option in server.process.args]  # type: ignore[union-attr]
    if "--database" in options:
        return Database(options[options.index("--database") + 1])
    return Database(f"sqlite:///{server.home / 'lazward.db'}")


class People:
    """Makes workspaces, users and tokens on a server."""

    def __init__(self, server: Server) -> None:
        self.db = open_database(server)

    def workspace(self, name: str = "", **limits: int) -> tuple[int, str]:
        """A new workspace's number and name."""
        name = name or f"w{secrets.token_hex(4)}"
        row = {"name": name, "folder": name, "created_at": now(), **limits}
        made = workspaces.insert().values(row).returning(workspaces.c.id)
        return self.db.write_now(lambda tx: tx.execute(made).scalar_one()), name

    def user(self, *, administrator: bool = False) -> tuple[int, str]:
        """A new user's number and name."""
        name = f"u{secrets.token_hex(4)}"
        made = self.db.write_now(users.create, name, administrator=administrator)
        return made.id, name

    def assign(self, user_id: int, workspace_id: int, role: Role) -> None:
        """Give them the role."""
        self.db.write_now(roles.assign, user_id, workspace_id, role)

    def token(self, user_id: int, scope: Scope = tokens.WHOLE, **more: Any) -> str:
        """A token of theirs."""
        return self.db.write_now(tokens.create, user_id, "test", scope=scope, **more)

    def member(self, workspace_id: int, role: Role) -> tuple[str, str]:
        """A new user with this role: their name and token."""
        user_id, name = self.user()
        self.assign(user_id, workspace_id, role)
        return name, self.token(user_id)
