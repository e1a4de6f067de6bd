"""Who may see which workspace."""

from typing import NamedTuple

import sqlalchemy as sa

from lazward_server.db.schema import roles, workspaces
from lazward_server.http.endpoint import Caller

Condition = sa.ColumnElement[bool]


class Viewer(NamedTuple):
    """Who looks.

    Attributes:
        user_id: The user; None where nobody is asked who they are.
        administrator: Whether they see all workspaces.
        only: The one workspace that their token opens; None for all of theirs.
    """

    user_id: int | None
    administrator: bool
    only: int | None = None


def viewer(caller: Caller) -> Viewer:
    """The caller of a request as a viewer."""
    only = None if caller.bearer is None else caller.bearer.scope.workspace_id
    return Viewer(caller.user_id, caller.administrator, only)


def of_viewer(who: Viewer) -> Condition:
    """That a workspace is one of theirs, and not being deleted."""
    return workspaces.c.deleting_at.is_(None) & theirs(who)


def theirs(who: Viewer) -> Condition:
    """That they have a role on a workspace or administer the server, and their token opens it."""
    own = sa.select(roles.c.workspace_id).where(roles.c.user_id == who.user_id)
    by_role = sa.true() if who.administrator else workspaces.c.id.in_(own)
    return by_role if who.only is None else by_role & (workspaces.c.id == who.only)
