"""Registered environments: rows that are added and never changed."""

from typing import Any

import msgspec
import sqlalchemy as sa

from lazward.errors import InvalidRequest, NotFound
from lazward.wire.base import encode
from lazward.wire.environments import LATEST, Environment, EnvironmentSpec, RegisterEnvironment, digest
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.db.drain import ROWS, Portion
from lazward_server.db.schema import environments, workspaces
from lazward_server.environments import curated

_c = environments.c


def register(tx: Tx, workspace_id: int, req: RegisterEnvironment) -> Environment:
    """The version of this name with this content: the one there is, or a new one.

    Raises:
        InvalidRequest: The name is one of those that come with the server.
    """
    if curated.is_curated(req.name):
        raise InvalidRequest(
            f"'{req.name}' comes with the server and cannot be registered anew; clone it under another name."
        )
    _lock(tx, workspace_id)
    mark = digest(req.spec, req.definition)
    same = _rows(workspace_id, req.name).where(_c.digest == mark).order_by(_c.version.desc()).limit(1)
    if row := tx.execute(same).first():
        return _environment(row)
    newest = sa.select(sa.func.max(_c.version)).where(
        (_c.workspace_id == workspace_id) & (_c.name == req.name)
    )
    row = {
        "workspace_id": workspace_id,
        "name": req.name,
        "version": (tx.execute(newest).scalar() or 0) + 1,
        "digest": mark,
        "spec": encode(req.spec).decode(),
        "definition": encode(req.definition).decode(),
        "created_at": now(),
    }
    return _environment(tx.execute(sa.insert(environments).values(row).returning(environments)).one())


def get(tx: Tx, workspace_id: int, name: str, version: str = LATEST) -> Environment:
    """The environment of this name and version.

    Raises:
        NotFound: There is none.
    """
    if found := curated.find(name, version):
        return found
    query = _rows(workspace_id, name).order_by(_c.version.desc()).limit(1)
    if version != LATEST:
        query = query.where(_c.version == (int(version) if version.isdecimal() and len(version) < 10 else -1))  # noqa: PLR2004 - an Integer column holds nine digits
    row = tx.execute(query).first()
    if row is None:
        of = "" if version == LATEST else f" version '{version}' of"
        raise NotFound(f"The workspace has no{of} environment '{name}'.")
    return _environment(row)


def search(tx: Tx, workspace_id: int) -> list[Environment]:
    """The newest version of each environment by name, those that come with the server among them."""
    other = environments.alias()
    newer = sa.exists().where(
        (other.c.workspace_id == _c.workspace_id) & (other.c.name == _c.name) & (other.c.version > _c.version)
    )
    query = sa.select(environments).where((_c.workspace_id == workspace_id) & ~newer)
    own = [_environment(row) for row in tx.execute(query)]
    return sorted([*own, *curated.ALL], key=lambda one: one.name)


def versions(tx: Tx, workspace_id: int, name: str) -> list[Environment]:
    """All versions of a name, the newest first.

    Raises:
        NotFound: There is no environment of this name.
    """
    if found := curated.find(name, LATEST):
        return [found]
    found = [_environment(row) for row in tx.execute(_rows(workspace_id, name).order_by(_c.version.desc()))]
    return found or [get(tx, workspace_id, name)]


def remove_slice(tx: Tx, workspace_id: int, rows: int = ROWS) -> bool:
    """Remove some of a workspace's environments; whether there may be more."""
    return not Portion(rows).drain_all(tx, (environments, _c.workspace_id == workspace_id))


def _rows(workspace_id: int, name: str) -> sa.Select[Any]:
    return sa.select(environments).where((_c.workspace_id == workspace_id) & (_c.name == name))


def _lock(tx: Tx, workspace_id: int) -> None:
    """Let one at a time register, so that no version is given twice."""
    tx.execute(sa.select(workspaces.c.id).where(workspaces.c.id == workspace_id).with_for_update())


def _environment(row: sa.Row[Any]) -> Environment:
    return Environment(
        name=row.name,
        version=str(row.version),
        digest=row.digest,
        spec=msgspec.json.decode(row.spec, type=EnvironmentSpec),
        definition=msgspec.json.decode(row.definition, type=dict[str, Any]),
        created_at=row.created_at,
    )
