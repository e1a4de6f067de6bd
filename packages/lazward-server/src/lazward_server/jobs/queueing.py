"""Where in the queue jobs are, and why they still are."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from lazward.wire.jobs import State
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.db.schema import compute_targets, jobs, nodes

_c = jobs.c


class Waiting(NamedTuple):
    """How a job waits.

    Attributes:
        reason: Why it does.
        position: Its place in the queue of its target, from 1; None where it is in none.
        expected_at: When its engine expects it to begin, in milliseconds since the epoch.
    """

    reason: str
    position: int | None = None
    expected_at: int | None = None


def waiting(tx: Tx, there: Sequence[sa.Row[Any]]) -> dict[int, Waiting]:
    """How each of these jobs waits that do, by its number, with a few statements for all."""
    engines = {one.id: Waiting(one.waiting, None, one.expected_at) for one in there if in_engine(one)}
    return engines | _here(tx, [one for one in there if one.state == State.QUEUED.value])


def in_engine(one: sa.Row[Any]) -> bool:
    """Whether a job waits in the queue of its engine, and no longer in ours."""
    return one.state == State.STARTING.value and one.waiting is not None


def _here(tx: Tx, queued: Sequence[sa.Row[Any]]) -> dict[int, Waiting]:
    numbers = {one.compute_id for one in queued if one.compute_id is not None}
    if not numbers:
        return {one.id: Waiting(_ON_LOCAL) for one in queued}
    query = sa.select(compute_targets).where(compute_targets.c.id.in_(numbers))
    targets = {target.id: target for target in tx.execute(query)}
    busy, ahead = _busy(tx, numbers), _ahead(tx, numbers, [one.id for one in queued])
    return {
        one.id: Waiting(
            _reason(one, targets.get(one.compute_id), busy.get(one.compute_id, 0), ahead.get(one.id, 0)),
            None if one.compute_id not in targets else ahead.get(one.id, 0) + 1,
        )
        for one in queued
    }


_ON_LOCAL = "It waits for the machine that submitted it to start it."


def _reason(one: sa.Row[Any], target: sa.Row[Any] | None, busy: int, ahead: int) -> str:
    if one.compute_id is None:
        return _ON_LOCAL
    if target is None:
        return f"The compute target '{one.compute}' is gone."
    if one.not_before is not None and one.not_before > now():
        seconds = (one.not_before - now() + 999) // 1000
        return f"Attempt {one.attempt} of it was lost; the next begins in {seconds} second(s)."
    if busy >= target.max_nodes:
        return f"All {target.max_nodes} node(s) of '{one.compute}' are busy; {ahead} job(s) are ahead of it."
    return f"A node of '{one.compute}' is free; it will be started within a moment."


def _busy(tx: Tx, numbers: set[int]) -> dict[int, int]:
    """How many nodes of each target have a job."""
    match = nodes.c.compute_id.in_(numbers) & nodes.c.job_id.is_not(None)
    query = sa.select(nodes.c.compute_id, sa.func.count().label("jobs")).where(match)
    return {row.compute_id: row.jobs for row in tx.execute(query.group_by(nodes.c.compute_id))}


def _ahead(tx: Tx, numbers: set[int], job_ids: Sequence[int]) -> dict[int, int]:
    """How many jobs are before each of these in the queue of its target."""
    order = (_c.priority.desc(), _c.id)
    place = sa.func.row_number().over(partition_by=_c.compute_id, order_by=order).label("place")
    match = _c.compute_id.in_(numbers) & (_c.state == State.QUEUED.value)
    queues = sa.select(_c.id, place).where(match).subquery()
    query = sa.select(queues.c.id, queues.c.place).where(queues.c.id.in_(job_ids))
    return {row.id: row.place - 1 for row in tx.execute(query)}
