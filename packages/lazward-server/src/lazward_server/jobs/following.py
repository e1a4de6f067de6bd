"""Following launchers: which there are, and what becomes of the jobs of those that are not heard of."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from lazward.wire.jobs import ENDS, Problem, State
from lazward_server.compute import nodes, targets
from lazward_server.compute.engine import Wait
from lazward_server.compute.engines import Stored
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.db.schema import compute_targets, jobs, workspaces
from lazward_server.db.schema import nodes as nodes_there
from lazward_server.jobs import attempts, life

_c = jobs.c
_PATIENCE = 120_000
"""Milliseconds in which a launcher that was started must have reached the server."""

_TIME, _NODE, _MEMORY, _CANCELED = "TimeLimit", "NodeLost", "OutOfMemory", "Canceled"
_LATE = "The job ran for longer than it may."
_NEVER_BEGAN = (
    "The job's launcher was started and never took the job over: it could not run, or not reach the server."
)
_LOST = (
    "The job's launcher vanished without a word: it was killed, ran out of memory, or its machine went down."
    " The log ends where it did."
)
_SILENT = (
    "Nothing was heard of the job's launcher for ten minutes: the machine that submitted it was switched off,"
    " lost its network, or never started it."
)


class Active(NamedTuple):
    """A job whose launcher an engine of this host has.

    Attributes:
        job_id: Its number.
        target: Its target.
        handle: How the engine knows it.
        state: Where it stands.
        cancel_at: When somebody wanted it to end, or it ended without its launcher's doing.
        deleting: Whether its workspace is going.
        late: Whether it runs for longer than it may.
        mute: Whether its launcher has not reported for minutes since it was started.
        wait: Why it has not begun, as was last told; None where it has, as far as is known.
        seen_at: When its launcher was last heard of, or that it waits.
    """

    job_id: int
    target: Stored
    handle: str
    state: State
    cancel_at: int | None
    deleting: bool
    late: bool
    mute: bool
    wait: Wait | None = None
    seen_at: int | None = None


def active(tx: Tx, host: str) -> list[Active]:
    """The jobs whose launchers engines of this host have: all that have a node."""
    joined = nodes_there.join(jobs, _c.id == nodes_there.c.job_id)
    joined = joined.join(compute_targets, compute_targets.c.id == nodes_there.c.compute_id)
    joined = joined.join(workspaces, workspaces.c.id == _c.workspace_id)
    columns = (_c.id, _c.compute_id, _c.handle, _c.state, _c.cancel_at, _c.ended_at)
    more = (workspaces.c.deleting_at, _c.started_at, _c.seen_at, _c.max_seconds, _c.waiting, _c.expected_at)
    rows = tx.execute(
        sa.select(*columns, *more).select_from(joined).where((_c.host == host) & _c.handle.is_not(None))
    ).all()
    there = targets.stored(tx, {one.compute_id for one in rows})
    return [
        Active(
            job_id=one.id,
            target=there[one.compute_id],
            handle=one.handle,
            state=State(one.state),
            cancel_at=one.ended_at if one.cancel_at is None else one.cancel_at,
            deleting=one.deleting_at is not None,
            late=one.ended_at is None and _late(one),
            mute=_is_mute(one),
            wait=None if one.waiting is None else Wait(one.waiting, one.expected_at),
            seen_at=one.seen_at,
        )
        for one in rows
    ]


def gone(tx: Tx, job_id: int, handle: str, *, late: bool = False, why: Problem | None = None) -> None:
    """A launcher is not there any more and did not say what came of its job.

    Args:
        tx: The transaction.
        job_id: The job.
        handle: The launcher.
        late: Whether it ran for longer than it may.
        why: What its engine says of it.
    """
    match = (_c.id == job_id) & (_c.handle == handle) & (_c.state != State.QUEUED.value)
    job = tx.execute(sa.select(jobs).where(match).with_for_update()).first()
    if job is None:
        return
    if State(job.state) in ENDS:
        nodes.free(tx, job.id)
    elif job.cancel_at is not None:
        life.end(tx, job, State.CANCELED)
    elif why is not None and why.code == _CANCELED:
        life.warn(tx, job, [why.message])
        life.end(tx, job, State.CANCELED)
    elif why is not None and why.code == _MEMORY:
        life.end(tx, job, State.FAILED, why)
    elif late or (why is not None and why.code == _TIME):
        life.end(tx, job, State.FAILED, why if why and why.code == _TIME else Problem(_TIME, _LATE))
    elif State(job.state) is State.STARTING:
        attempts.again(tx, job, _problem("Start", _NEVER_BEGAN, why))
    else:
        attempts.again(tx, job, _problem(_NODE, _LOST, why))


def silent(tx: Tx, since: int, host: str) -> None:
    """End, or start again, what no engine can be asked about and has not been heard of since then.

    These are the jobs of the machines that submitted them, and those whose launcher was started by a process
    that died before it could note how the engine knows it, or by another host.
    The nodes that such jobs kept when they had ended are free too.
    """
    last = sa.func.coalesce(_c.seen_at, _c.created_at)
    nowhere = _c.handle.is_(None) & (_c.state != State.STARTING.value)  # else its claim runs out (``expire``)
    elsewhere = _c.handle.is_not(None) & (_c.host != host)
    unknown = _c.compute_id.is_not(None) & _c.state.in_(life.ACTIVE) & (nowhere | elsewhere)
    match = ((_c.compute_id.is_(None) & _c.ended_at.is_(None)) | unknown) & (last < since)
    for job in tx.execute(sa.select(jobs).where(match).with_for_update(skip_locked=True)).all():
        if job.compute_id is not None:
            attempts.again(tx, job, Problem(_NODE, _LOST))
        elif job.cancel_at is not None:
            life.end(tx, job, State.CANCELED)
        else:
            life.end(tx, job, State.FAILED, Problem(_NODE, _SILENT))
    over = sa.select(_c.id).where((_c.id == nodes_there.c.job_id) & (_c.host != host) & (_c.ended_at < since))
    for job_id in tx.execute(sa.select(nodes_there.c.job_id).where(over.exists())).scalars().all():
        nodes.free(tx, job_id)


def _problem(code: str, what: str, why: Problem | None) -> Problem:
    """What to tell of a lost launcher: what its engine is sure of, or what we see with its words."""
    if why is None:
        return Problem(code, what)
    return Problem(code, f"{what} {why.message}") if why.code == _NODE else why


def note_waits(tx: Tx, waits: Mapping[int, Wait | None]) -> None:
    """Note why launchers of these jobs have not begun, or that they have: from then on they may report."""
    for job_id, wait in waits.items():
        values = {"waiting": wait and wait.reason, "expected_at": wait and wait.expected_at, "seen_at": now()}
        match = (_c.id == job_id) & (_c.state == State.STARTING.value)
        tx.execute(sa.update(jobs).where(match).values(values))


def _is_mute(one: Any) -> bool:
    starting = one.state == State.STARTING.value and one.waiting is None
    return starting and (one.seen_at or 0) < now() - _PATIENCE


def _late(one: Any) -> bool:
    """Whether a job runs for a minute longer than its launcher should have let it."""
    return one.started_at is not None and now() > one.started_at + one.max_seconds * 1000 + 60_000
