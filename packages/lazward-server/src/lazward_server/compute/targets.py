"""Compute targets: rows with settings."""

import json
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from lazward.errors import AlreadyExists, Conflict, InvalidRequest, NotFound
from lazward.wire.base import encode
from lazward.wire.compute import LOCAL, ComputeTarget, CreateCompute, UpdateCompute
from lazward.wire.jobs import ENDS, State
from lazward_server.compute import kinds, nodes, sizes
from lazward_server.compute.engines import Stored
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.db.schema import compute_targets, jobs, workspaces
from lazward_server.db.schema import nodes as node_rows

_c = compute_targets.c
_SUCCEEDED, _DELETING = "Succeeded", "Deleting"


def create(
    tx: Tx,
    workspace_id: int,
    req: CreateCompute,
    sealed: Mapping[str, str | None] = MappingProxyType({}),
) -> ComputeTarget:
    """Make a target.

    Args:
        tx: The transaction.
        workspace_id: The workspace.
        req: What it is like.
        sealed: Its secrets, sealed.

    Raises:
        InvalidRequest: It is to be of an unknown kind, is called ``local``, its numbers contradict, or its
            settings or secrets are not those of its kind.
        AlreadyExists: The name is taken.
    """
    engine = kinds.find(req.kind)
    settings = kinds.read(engine, req.settings)
    kinds.check_secrets(engine, sealed)
    most = engine.node_count(settings) or req.max_nodes
    if req.name.lower() == LOCAL:
        raise InvalidRequest(f"'{LOCAL}' is the machine that submits, and no target can be called so.")
    _check_counts(req.min_nodes, most)
    _lock(tx, workspace_id)
    taken = sa.select(_c.name).where(_of(workspace_id) & (sa.func.lower(_c.name) == req.name.lower()))
    if (name := tx.execute(taken).scalar()) is not None:
        raise AlreadyExists(f"The workspace has a compute target '{name}' already.")
    time = now()
    row = {
        "workspace_id": workspace_id, "name": req.name, "kind": req.kind, "size": req.size,
        "min_nodes": req.min_nodes, "max_nodes": most, "idle_seconds": req.idle_seconds,
        "description": req.description, "tags": json.dumps(req.tags), "created_at": time,
        "updated_at": time, "allocated_at": time, "server_url": req.server_url,
        "settings": encode(settings).decode(), "secrets": _kept(sealed),
    }  # fmt: skip
    number = tx.execute(sa.insert(compute_targets).values(row).returning(_c.id)).scalar_one()
    nodes.scale(tx, number)
    return _load(tx, _c.id == number)[0]


def get(tx: Tx, workspace_id: int, name: str) -> ComputeTarget:
    """The target of this name.

    Raises:
        NotFound: There is none.
    """
    return _load(tx, _c.id == row(tx, workspace_id, name).id)[0]


def search(tx: Tx, workspace_id: int) -> list[ComputeTarget]:
    """All targets of a workspace, by name."""
    return _load(tx, _of(workspace_id))


def update(
    tx: Tx,
    workspace_id: int,
    name: str,
    req: UpdateCompute,
    sealed: Mapping[str, str | None] = MappingProxyType({}),
) -> ComputeTarget:
    """Change settings; what is left out stays.

    Args:
        tx: The transaction.
        workspace_id: The workspace.
        name: The target.
        req: What changes.
        sealed: Secrets that take the place of those of the same name, sealed; None for those that go.

    Raises:
        NotFound: There is no such target.
        InvalidRequest: Its numbers would contradict, or its settings or secrets are not those of its kind.
        Conflict: It is being deleted.
    """
    found = row(tx, workspace_id, name, lock=True)
    if found.deleting_at is not None:
        raise Conflict(f"The compute target '{name}' is being deleted.")
    given = {"min_nodes": req.min_nodes, "max_nodes": req.max_nodes, "idle_seconds": req.idle_seconds}
    given |= {"description": req.description, "tags": None if req.tags is None else json.dumps(req.tags)}
    given |= {"server_url": req.server_url} | _engine_changes(found, req, sealed)
    values: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    _check_counts(values.get("min_nodes", found.min_nodes), values.get("max_nodes", found.max_nodes))
    tx.execute(sa.update(compute_targets).where(_c.id == found.id).values(values | {"updated_at": now()}))
    nodes.scale(tx, found.id)
    return _load(tx, _c.id == found.id)[0]


def _engine_changes(
    found: sa.Row[Any], req: UpdateCompute, sealed: Mapping[str, str | None]
) -> dict[str, Any]:
    """The columns that change of what an engine is made from."""
    engine = kinds.find(found.kind)
    kinds.check_secrets(engine, sealed)
    kept: dict[str, str | None] = json.loads(found.secrets) | dict(sealed)
    secrets = _kept(kept)
    settings = kinds.read(engine, json.loads(found.settings) if req.settings is None else req.settings)
    changes = {"settings": encode(settings).decode(), "secrets": secrets}
    most = engine.node_count(settings)
    return changes if most is None else changes | {"max_nodes": most}


def _kept(sealed: Mapping[str, str | None]) -> str:
    return json.dumps({name: text for name, text in sealed.items() if text is not None})


def stored(tx: Tx, numbers: Collection[int]) -> dict[int, Stored]:
    """What the engines of some targets are made from."""
    if not numbers:
        return {}
    rows = tx.execute(sa.select(compute_targets).where(_c.id.in_(numbers)))
    return {one.id: Stored.of(one) for one in rows}


def numbers(tx: Tx) -> set[int]:
    """All targets that there are, of all workspaces."""
    return set(tx.execute(sa.select(_c.id)).scalars())


def delete(tx: Tx, workspace_id: int, name: str) -> None:
    """Take no more jobs, and vanish as soon as those that run have ended.

    Raises:
        NotFound: There is no such target.
    """
    found = row(tx, workspace_id, name)
    if found.deleting_at is None:
        tx.execute(sa.update(compute_targets).where(_c.id == found.id).values(deleting_at=now()))
    vanish(tx)


def vanish(tx: Tx) -> None:
    """Remove targets that are being deleted and have nothing left to run."""
    busy = sa.exists().where(jobs.c.compute_id == _c.id, _unfinished())
    taken = sa.exists().where(node_rows.c.compute_id == _c.id, node_rows.c.job_id.is_not(None))
    query = sa.select(_c.id).where(_c.deleting_at.is_not(None), ~busy, ~taken)
    for number in list(tx.execute(query).scalars()):
        nodes.remove(tx, number)
        tx.execute(sa.delete(compute_targets).where(_c.id == number))


def row(tx: Tx, workspace_id: int, name: str, *, lock: bool = False, hold: bool = False) -> sa.Row[Any]:
    """The row of the target of this name.

    Args:
        tx: The transaction.
        workspace_id: The workspace.
        name: The target's name.
        lock: Whether nobody else is to have it before the transaction ends.
        hold: Whether nobody is to change it before then, though others may hold it too.

    Raises:
        NotFound: There is none.
    """
    match = _of(workspace_id) & (sa.func.lower(_c.name) == name.lower())
    query = sa.select(compute_targets).where(match)
    found = tx.execute(query.with_for_update(read=not lock) if lock or hold else query).first()
    if found is None:
        raise NotFound(f"The workspace has no compute target '{name}'.")
    return found


def remove_slice(tx: Tx, workspace_id: int, _rows: int = 0) -> bool:
    """Remove a workspace's targets, of which there are few; False, since none is left."""
    for number in list(tx.execute(sa.select(_c.id).where(_of(workspace_id))).scalars()):
        nodes.remove(tx, number)
    tx.execute(sa.delete(compute_targets).where(_of(workspace_id)))
    return False


def _lock(tx: Tx, workspace_id: int) -> None:
    """Let one at a time make a target: that names differ in more than case is no constraint's work."""
    tx.execute(sa.select(workspaces.c.id).where(workspaces.c.id == workspace_id).with_for_update())


def _of(workspace_id: int) -> sa.ColumnElement[bool]:
    return _c.workspace_id == workspace_id


def _unfinished() -> sa.ColumnElement[bool]:
    return jobs.c.state.not_in([state.value for state in ENDS])


def _check_counts(least: int, most: int) -> None:
    if least > most:
        raise InvalidRequest(f"min_nodes is {least}, more than max_nodes, which is {most}.")


def _load(tx: Tx, match: sa.ColumnElement[bool]) -> list[ComputeTarget]:
    rows = tx.execute(sa.select(compute_targets).where(match).order_by(_c.name)).all()
    queued = sa.select(jobs.c.compute_id, sa.func.count().label("waiting")).where(
        jobs.c.compute_id.in_([one.id for one in rows]), jobs.c.state == State.QUEUED.value
    )
    counted = tx.execute(queued.group_by(jobs.c.compute_id))
    waiting: dict[int, int] = {one.compute_id: one.waiting for one in counted}
    return [_target(one, nodes.counts(tx, one.id), waiting.get(one.id, 0)) for one in rows]


def _target(one: sa.Row[Any], counts: dict[str, int], queued: int) -> ComputeTarget:
    size, known = sizes.find(one.size)
    return ComputeTarget(
        name=one.name,
        kind=one.kind,
        size=size,
        size_known=known,
        min_nodes=one.min_nodes,
        max_nodes=one.max_nodes,
        idle_seconds=one.idle_seconds,
        nodes=counts,
        queued=queued,
        server_url=one.server_url,
        settings=json.loads(one.settings),
        secrets=sorted(json.loads(one.secrets)),
        description=one.description,
        tags=json.loads(one.tags),
        state=_SUCCEEDED if one.deleting_at is None else _DELETING,
        created_at=one.created_at,
        updated_at=one.updated_at,
        allocated_at=one.allocated_at,
    )
