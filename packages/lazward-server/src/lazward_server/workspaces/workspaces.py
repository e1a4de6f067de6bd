"""Workspaces: rows, their own experiment, their owner."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from lazward.errors import AlreadyExists, Conflict
from lazward.wire.workspaces import DEFAULT, CreateWorkspace, SetLimits, UpdateWorkspace, Workspace
from lazward_server.auth.roles import Role, assign
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.db.schema import resource_groups, roles, workspaces
from lazward_server.tracking import experiments
from lazward_server.workspaces import groups, labels, names
from lazward_server.workspaces.visible import Viewer, of_viewer

_c = workspaces.c


def create(tx: Tx, who: Viewer, req: CreateWorkspace) -> Workspace:
    """Make a workspace with its Default experiment; whoever makes it owns it.

    Raises:
        InvalidRequest: The name cannot be one, or a tag passes a limit.
        AlreadyExists: It is taken, be it in other letters of upper and lower case.
        NotFound: There is no such group, and none is to be made.
    """
    names.check(req.name, "workspace")
    groups.lock(tx)
    _refuse_taken(tx, req.name)
    row = sa.insert(workspaces).values(
        name=req.name,
        created_at=now(),
        group_id=_group(tx, req),
        friendly_name=req.friendly_name,
        description=req.description,
        location=req.location,
        sku=req.sku,
        tags=labels.written(req.tags),
    )
    number = tx.execute(row.returning(_c.id)).scalar_one()
    # Another workspace may come to this name while the files of this one are still being removed.
    tx.execute(sa.update(workspaces).where(_c.id == number).values(folder=f"{req.name}-{number}"))
    experiments.create(tx, number, experiments.DEFAULT, "", [])
    if who.user_id is not None:
        assign(tx, who.user_id, number, Role.OWNER)
    return get(tx, who, number)


def get(tx: Tx, who: Viewer, workspace_id: int) -> Workspace:
    """One workspace, as somebody who may see it does."""
    (found,) = _load(tx, who, _c.id == workspace_id)
    return found


def listed(tx: Tx, who: Viewer, group: str = "") -> list[Workspace]:
    """The workspaces somebody may see, by name; of one group if it is given."""
    wanted = of_viewer(who)
    return _load(tx, who, wanted & (resource_groups.c.name == group) if group else wanted)


def update(tx: Tx, workspace_id: int, req: UpdateWorkspace) -> None:
    """Change what is said about a workspace."""
    given = {
        "friendly_name": req.friendly_name,
        "description": req.description,
        "sku": req.sku,
        "tags": None if req.tags is None else labels.written(req.tags),
    }
    values = {name: value for name, value in given.items() if value is not None}
    if values:
        change = sa.update(workspaces).where(_c.id == workspace_id)
        tx.execute(change.values(values | {"updated_at": now()}))


def set_limits(tx: Tx, workspace_id: int, req: SetLimits) -> None:
    """Give a workspace other limits, in place of all it had."""
    change = sa.update(workspaces).where(_c.id == workspace_id)
    limits = {
        "most_artifact_bytes": req.most_artifact_bytes,
        "most_runs": req.most_runs,
        "most_requests": req.most_requests,
    }
    tx.execute(change.values(limits))


def mark_deleting(tx: Tx, numbers: Sequence[int]) -> None:
    """Make workspaces invisible at once and their names free; their contents are removed afterwards.

    Raises:
        Conflict: One is what the root address serves.
    """
    groups.lock(tx)
    for number in numbers:
        row = tx.execute(sa.select(_c.name, _c.deleting_at).where(_c.id == number)).one()
        refuse_first(row.name)
        if row.deleting_at is None:
            gone = {"name": f"{row.name}~{number}", "deleting_at": now()}
            tx.execute(sa.update(workspaces).where(_c.id == number).values(gone))
    tx.known.clear()


def refuse_first(name: str) -> None:
    """Keep the workspace that clients get who name none."""
    if name == DEFAULT:
        raise Conflict(
            f"The workspace '{DEFAULT}' is what this server's own address leads to, so it cannot be deleted;"
            " delete its experiments and models instead."
        )


def _group(tx: Tx, req: CreateWorkspace) -> int:
    taken = sa.select(resource_groups.c.id).where(resource_groups.c.name == req.group)
    number = tx.execute(taken).scalar()
    if number is None and req.create_group:
        return groups.create(tx, req.group, {})
    if number is None:
        raise groups.missing(req.group)
    return number


def _refuse_taken(tx: Tx, name: str) -> None:
    joined = workspaces.join(resource_groups, resource_groups.c.id == _c.group_id)
    taken = sa.select(_c.name, resource_groups.c.name.label("group")).select_from(joined)
    row = tx.execute(taken.where(sa.func.lower(_c.name) == name.lower())).first()
    if row is not None:
        raise AlreadyExists(
            f"There is a workspace '{row.name}' already, in the resource group '{row.group}'."
        )


def _load(tx: Tx, who: Viewer, wanted: sa.ColumnElement[bool]) -> list[Workspace]:
    own = (roles.c.workspace_id == _c.id) & (roles.c.user_id == who.user_id)
    joined = workspaces.join(resource_groups, resource_groups.c.id == _c.group_id).outerjoin(roles, own)
    columns = (workspaces, resource_groups.c.name.label("group"), roles.c.role)
    query = sa.select(*columns).select_from(joined).where(wanted).order_by(_c.name)
    return [_workspace(row) for row in tx.execute(query)]


def _workspace(row: sa.Row[Any]) -> Workspace:
    return Workspace(
        id=row.id,
        name=row.name,
        group=row.group,
        friendly_name=row.friendly_name or row.name,
        description=row.description,
        location=row.location,
        sku=row.sku,
        tags=labels.read(row.tags),
        created_at=row.created_at,
        updated_at=row.updated_at,
        role=row.role,
        most_artifact_bytes=row.most_artifact_bytes,
        most_runs=row.most_runs,
        most_requests=row.most_requests,
    )
