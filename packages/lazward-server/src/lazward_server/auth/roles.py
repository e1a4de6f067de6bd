"""Roles on workspaces, and the one matrix of what each may do."""

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

import sqlalchemy as sa

from lazward.errors import Conflict, InvalidRequest, NotFound
from lazward_server.db.database import Tx
from lazward_server.db.schema import roles, users, workspaces
from lazward_server.http.permission import Permission


class Role(Enum):
    """What somebody is on a workspace. Each may do all that the one before it may."""

    READER = "reader"
    DATA_SCIENTIST = "data-scientist"
    CONTRIBUTOR = "contributor"
    OWNER = "owner"


_ADDED: dict[Role, frozenset[Permission]] = {
    Role.READER: frozenset(
        {
            Permission.EXPERIMENT_READ,
            Permission.RUN_READ,
            Permission.ARTIFACT_READ,
            Permission.MODEL_READ,
            Permission.ENVIRONMENT_READ,
            Permission.COMPUTE_READ,
            Permission.JOB_READ,
            Permission.WORKSPACE_READ,
        }
    ),
    Role.DATA_SCIENTIST: frozenset(
        {
            Permission.EXPERIMENT_WRITE,
            Permission.RUN_WRITE,
            Permission.ARTIFACT_WRITE,
            Permission.MODEL_WRITE,
            Permission.ENVIRONMENT_WRITE,
            Permission.JOB_WRITE,
        }
    ),
    Role.CONTRIBUTOR: frozenset(
        {
            Permission.RUN_PURGE,
            Permission.COMPUTE_WRITE,
            Permission.WORKSPACE_WRITE,
            Permission.MEMBER_READ,
        }
    ),
    Role.OWNER: frozenset(
        {Permission.MEMBER_WRITE, Permission.WORKSPACE_DELETE, Permission.AUDIT_READ}
    ),
}  # fmt: skip


def _cumulated() -> dict[Role, frozenset[Permission]]:
    matrix: dict[Role, frozenset[Permission]] = {}
    so_far: frozenset[Permission] = frozenset()
    for role in Role:
        so_far |= _ADDED[role]
        matrix[role] = so_far
    return matrix


MATRIX = _cumulated()
"""What each role may do on its workspace. Administrators of the server may do everything."""


class Assignment(NamedTuple):
    """A member of a workspace."""

    user: str
    role: str


class Held(NamedTuple):
    """What somebody is on a workspace."""

    workspace: str
    role: str


def parse(name: str) -> Role:
    """The role of this name.

    Raises:
        InvalidRequest: There is none.
    """
    try:
        return Role(name)
    except ValueError:
        known = ", ".join(role.value for role in Role)
        raise InvalidRequest(f"There is no role '{name}'; roles are {known}.") from None


def find(tx: Tx, user_id: int, workspace_id: int) -> Role | None:
    """What the user is on the workspace; None for a stranger."""
    match = (roles.c.user_id == user_id) & (roles.c.workspace_id == workspace_id)
    name = tx.execute(sa.select(roles.c.role).where(match)).scalar()
    return None if name is None else Role(name)


def assign(tx: Tx, user_id: int, workspace_id: int, role: Role) -> None:
    """Make the user this on the workspace, whatever they were before."""
    _remove(tx, user_id, workspace_id)
    tx.execute(sa.insert(roles).values(user_id=user_id, workspace_id=workspace_id, role=role.value))


def remove(tx: Tx, user_id: int, workspace_id: int) -> None:
    """Take the user's role on the workspace away.

    Raises:
        NotFound: They have none there.
    """
    if not _remove(tx, user_id, workspace_id):
        raise NotFound("The user has no role on this workspace.")


def members(tx: Tx, workspace_id: int) -> list[Assignment]:
    """Who is what on the workspace, by name."""
    joined = roles.join(users, users.c.id == roles.c.user_id)
    query = sa.select(users.c.name, roles.c.role).select_from(joined)
    rows = tx.execute(query.where(roles.c.workspace_id == workspace_id).order_by(users.c.name))
    return [Assignment(*row) for row in rows]


def keep_an_owner(tx: Tx, workspace_id: int) -> None:
    """Refuse a change that took the workspace's last owner away.

    Raises:
        Conflict: None is left who may come in.
    """
    joined = roles.join(users, users.c.id == roles.c.user_id)
    owners = (roles.c.workspace_id == workspace_id) & (roles.c.role == Role.OWNER.value)
    able = sa.select(users.c.id).select_from(joined).where(owners & users.c.disabled_at.is_(None))
    if tx.execute(able).first() is None:
        raise Conflict("That would leave the workspace without an owner; make somebody else one first.")


def held(tx: Tx, user_id: int) -> list[Held]:
    """What the user is on which workspaces, by name."""
    joined = roles.join(workspaces, workspaces.c.id == roles.c.workspace_id)
    query = sa.select(workspaces.c.name, roles.c.role).select_from(joined).order_by(workspaces.c.name)
    mine = (roles.c.user_id == user_id) & workspaces.c.deleting_at.is_(None)
    return [Held(*row) for row in tx.execute(query.where(mine))]


def table() -> Iterable[tuple[Permission, tuple[bool, ...]]]:
    """Each right on a workspace beside who has it, in the order of ``Role``: what the docs show."""
    for permission in Permission:
        if permission in MATRIX[Role.OWNER]:
            yield permission, tuple(permission in MATRIX[role] for role in Role)


def _remove(tx: Tx, user_id: int, workspace_id: int) -> bool:
    match = (roles.c.user_id == user_id) & (roles.c.workspace_id == workspace_id)
    return tx.execute(sa.delete(roles).where(match)).rowcount > 0
