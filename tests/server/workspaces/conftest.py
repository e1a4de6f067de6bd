"""The database as plain calls, and people who look at it."""

from collections.abc import Callable
from typing import Any

import pytest

from lazward_server.auth import roles, users
from lazward_server.db.database import Database, Tx
from lazward_server.workspaces.visible import Viewer

ROOT = Viewer(1, administrator=True)


@pytest.fixture
def write(database: Database) -> Callable[..., Any]:
    """Runs a function in a write transaction."""
    return database.write_now


@pytest.fixture
def read(database: Database) -> Callable[..., Any]:
    """Runs a function on a snapshot."""
    return database.read_now


@pytest.fixture
def person(write: Callable[..., Any]) -> Callable[..., Viewer]:
    """Makes users with roles, as viewers."""

    def make(name: str, given: dict[int, str] | None = None) -> Viewer:
        def run(tx: Tx) -> Viewer:
            user = users.create(tx, name)
            for number, role in (given or {}).items():
                roles.assign(tx, user.id, number, roles.parse(role))
            return Viewer(user.id, user.administrator)

        return write(run)

    return make
