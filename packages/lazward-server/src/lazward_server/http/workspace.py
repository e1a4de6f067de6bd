"""The workspace a request is about."""

from typing import NamedTuple

import sqlalchemy as sa

from lazward_server.db.database import Tx
from lazward_server.db.schema import workspaces


class Workspace(NamedTuple):
    """A workspace as far as every request needs it.

    Attributes:
        id: Its number.
        name: What people call it, unique on the server.
        folder: The folder of its artifacts below the root; stays when others come and go by its name.
        most_artifact_bytes: The limits its administrators have set; None for none.
        most_runs: The same.
        most_requests: A second, for each token.
    """

    id: int
    name: str
    folder: str
    most_artifact_bytes: int | None = None
    most_runs: int | None = None
    most_requests: int | None = None


DEFAULT = Workspace(1, "default", "default")
"""The one that is served at the root, there from the first start."""


def find_workspace(tx: Tx, name: str) -> Workspace | None:
    """The workspace of this name, unless it is being deleted."""
    c = workspaces.c
    columns = (c.id, c.name, c.folder, c.most_artifact_bytes, c.most_runs, c.most_requests)
    row = tx.execute(sa.select(*columns).where((c.name == name) & c.deleting_at.is_(None))).first()
    return None if row is None else Workspace(*row)
