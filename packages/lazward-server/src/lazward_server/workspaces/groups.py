"""Resource groups: rows, and the workspaces in them."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from lazward.errors import AlreadyExists, Conflict, NotFound
from lazward.wire.workspaces import DEFAULT, Group
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.db.schema import resource_groups, workspaces
from lazward_server.workspaces import labels, names
from lazward_server.workspaces.visible import Viewer, of_viewer

_c = resource_groups.c


def create(tx: Tx, name: str, tags: Mapping[str, str]) -> int:
    """Make a group and return its number.

    Raises:
        InvalidRequest: The name cannot be one, or a tag passes a limit.
        AlreadyExists: It is taken, be it in other letters of upper and lower case.
    """
    names.check(name, "resource group")
    lock(tx)
    taken = tx.execute(sa.select(_c.name).where(sa.func.lower(_c.name) == name.lower())).scalar()
    if taken is not None:
        raise AlreadyExists(f"There is a resource group '{taken}' already.")
    row = sa.insert(resource_groups).values(name=name, tags=labels.written(tags), created_at=now())
    return tx.execute(row.returning(_c.id)).scalar_one()


def find(tx: Tx, name: str) -> int:
    """The number of the group of this name.

    Raises:
        NotFound: There is none.
    """
    number = tx.execute(sa.select(_c.id).where(_c.name == name)).scalar()
    if number is None:
        raise missing(name)
    return number


def get(tx: Tx, who: Viewer, name: str) -> Group:
    """One group as somebody sees it.

    Raises:
        NotFound: There is none, or they may see nothing in it.
    """
    found = _load(tx, who, _c.name == name)
    if not found:
        raise missing(name)
    return found[0]


def listed(tx: Tx, who: Viewer) -> list[Group]:
    """The groups in which somebody may see a workspace, by name; all of them for administrators."""
    return _load(tx, who, sa.true())


def set_tags(tx: Tx, name: str, tags: Mapping[str, str]) -> None:
    """Give a group other tags."""
    number = find(tx, name)
    tx.execute(sa.update(resource_groups).where(_c.id == number).values(tags=labels.written(tags)))


def members(tx: Tx, name: str) -> list[int]:
    """The numbers of the workspaces in a group that are not being deleted."""
    here = (workspaces.c.group_id == find(tx, name)) & workspaces.c.deleting_at.is_(None)
    return list(tx.execute(sa.select(workspaces.c.id).where(here).order_by(workspaces.c.id)).scalars())


def remove(tx: Tx, name: str) -> None:
    """Remove a group that holds no workspace any more.

    Raises:
        Conflict: It is the first one, where new workspaces go unless they are told otherwise.
    """
    refuse_first(name)
    tx.execute(sa.delete(resource_groups).where(_c.id == find(tx, name)))


def refuse_first(name: str) -> None:
    """Keep the group that the first workspace is in."""
    if name == DEFAULT:
        raise Conflict(
            f"The resource group '{DEFAULT}' cannot be deleted: new workspaces go there, and the workspace"
            f" '{DEFAULT}' stays in it. Delete its other workspaces one by one."
        )


def lock(tx: Tx) -> None:
    """Let nobody else make or delete workspaces and groups until the transaction ends.

    Names are unique whatever the case of their letters, which no index sees to.
    """
    if tx.postgres:
        tx.driver("lock table resource_groups, workspaces in share row exclusive mode")


def missing(name: str) -> NotFound:
    """The error for a name that no group has."""
    return NotFound(f"There is no resource group '{name}'.")


def _load(tx: Tx, who: Viewer, wanted: sa.ColumnElement[bool]) -> list[Group]:
    inside: dict[int, list[str]] = {}
    seen = sa.select(workspaces.c.group_id, workspaces.c.name).where(of_viewer(who))
    for row in tx.execute(seen.order_by(workspaces.c.name)):
        inside.setdefault(row.group_id, []).append(row.name)
    rows = tx.execute(sa.select(resource_groups).where(wanted).order_by(_c.name))
    everything = who.administrator and who.only is None
    return list(_groups(rows, inside, everything=everything))


def _groups(rows: Iterable[Any], inside: Mapping[int, list[str]], *, everything: bool) -> Iterable[Group]:
    for row in rows:
        if everything or row.id in inside:
            yield Group(row.name, labels.read(row.tags), row.created_at, inside.get(row.id, []))
