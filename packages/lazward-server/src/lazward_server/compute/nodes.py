"""Nodes of targets that scale: rows that come when jobs wait and go when they have been idle for long."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from lazward.wire.compute import Node
from lazward.wire.jobs import ENDS, State
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.db.schema import compute_targets, jobs, nodes

_IDLE, _PREPARING, _RUNNING, _LEAVING = "idle", "preparing", "running", "leaving"
STATES = (_PREPARING, _RUNNING, _IDLE, _LEAVING)
_OVER = [state.value for state in ENDS]
_AT_WORK = (State.RUNNING.value, State.FINALIZING.value)


def take(tx: Tx, compute_id: int, most: int, job_id: int, away: Collection[int] = ()) -> int | None:
    """Give a job a node, an idle one or a new one while there are fewer than the most; its number or None.

    Those that are away get none, be they there or yet to come.
    """
    there = tx.execute(sa.select(nodes).where(nodes.c.compute_id == compute_id)).all()
    free = (one.number for one in sorted(there, key=_number) if one.job_id is None)
    idle = next((number for number in free if number not in away), None)
    if sum(one.job_id is not None for one in there) >= most:
        return None
    if idle is None:
        taken = {one.number for one in there} | set(away)
        if away and taken.issuperset(range(most)):
            return None
        idle = _add(tx, compute_id, taken)
    match = (nodes.c.compute_id == compute_id) & (nodes.c.number == idle)
    tx.execute(sa.update(nodes).where(match).values(job_id=job_id, since_at=now()))
    return idle


def free(tx: Tx, job_id: int) -> None:
    """Take a job off its node."""
    tx.execute(sa.update(nodes).where(nodes.c.job_id == job_id).values(job_id=None, since_at=now()))


def occupied(workspace_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """That a job has a node of this workspace's."""
    joined = nodes.join(compute_targets, compute_targets.c.id == nodes.c.compute_id)
    there = (compute_targets.c.workspace_id == workspace_id) & nodes.c.job_id.is_not(None)
    return sa.select(nodes.c.id).select_from(joined).where(there).exists()


def free_abandoned(tx: Tx) -> None:
    """Free nodes whose job is gone."""
    there = sa.exists().where(jobs.c.id == nodes.c.job_id)
    match = nodes.c.job_id.is_not(None) & ~there
    tx.execute(sa.update(nodes).where(match).values(job_id=None, since_at=now()))


def scale(tx: Tx, compute_id: int) -> None:
    """Bring in the nodes that are kept, and let those go that were idle for too long or are too many.

    Nobody gives them to jobs meanwhile: whoever does holds the target's row too. It may be gone by now.
    """
    query = sa.select(compute_targets).where(compute_targets.c.id == compute_id).with_for_update()
    target = tx.execute(query).first()
    if target is None:
        return
    there = tx.execute(sa.select(nodes).where(nodes.c.compute_id == compute_id)).all()
    least = 0 if target.deleting_at is not None else target.min_nodes
    numbers = {one.number for one in there}
    for _ in range(least - len(there)):
        numbers.add(_add(tx, compute_id, numbers))
    spare = sorted((one for one in there if one.job_id is None), key=_number, reverse=True)
    tired = now() - target.idle_seconds * 1000
    room = len(there) - least
    going = [one.id for one in spare if one.since_at <= tired or one.number >= target.max_nodes][
        : max(room, 0)
    ]
    if going:
        # Another process may have given one of them a job just now.
        tx.execute(sa.delete(nodes).where(nodes.c.id.in_(going) & nodes.c.job_id.is_(None)))
        _note(tx, compute_id)


def due(tx: Tx) -> list[int]:
    """Targets that have a node which may have to go; looked at every few seconds."""
    joined = nodes.join(compute_targets, compute_targets.c.id == nodes.c.compute_id)
    patience = sa.cast(compute_targets.c.idle_seconds, sa.BigInteger) * 1000
    old = nodes.c.since_at + patience <= now()
    going = old | (nodes.c.number >= compute_targets.c.max_nodes)
    query = sa.select(nodes.c.compute_id).select_from(joined).where(nodes.c.job_id.is_(None) & going)
    return list(tx.execute(query.distinct()).scalars())


def listed(tx: Tx, compute_id: int) -> list[Node]:
    """The nodes that there are, by number."""
    joined = nodes.outerjoin(jobs, jobs.c.id == nodes.c.job_id)
    query = sa.select(nodes, jobs.c.run_id, jobs.c.state).select_from(joined)
    rows = tx.execute(query.where(nodes.c.compute_id == compute_id).order_by(nodes.c.number))
    return [Node(one.number, _state(one), one.run_id, one.since_at) for one in rows]


def counts(tx: Tx, compute_id: int) -> dict[str, int]:
    """How many nodes there are in each state."""
    found = [node.state for node in listed(tx, compute_id)]
    return {state: found.count(state) for state in STATES}


def remove(tx: Tx, compute_id: int) -> None:
    """Remove all nodes of a target."""
    tx.execute(sa.delete(nodes).where(nodes.c.compute_id == compute_id))


def _add(tx: Tx, compute_id: int, taken: set[int]) -> int:
    number = next(n for n in range(len(taken) + 1) if n not in taken)
    tx.execute(sa.insert(nodes).values(compute_id=compute_id, number=number, since_at=now()))
    _note(tx, compute_id)
    return number


def _note(tx: Tx, compute_id: int) -> None:
    match = compute_targets.c.id == compute_id
    tx.execute(sa.update(compute_targets).where(match).values(allocated_at=now()))


def _state(one: sa.Row[Any]) -> str:
    if one.job_id is None:
        return _IDLE
    if one.state in _OVER:
        return _LEAVING
    return _RUNNING if one.state in _AT_WORK else _PREPARING


def _number(one: sa.Row[Any]) -> int:
    return one.number
