"""What happens to a job: begun, reported on, ended. Each is one transaction; again it changes nothing."""

import json
from typing import Any, NamedTuple

import sqlalchemy as sa

from lazward.errors import InvalidState
from lazward.wire.base import encode
from lazward.wire.jobs import ENDS, STATUSES, Problem, Report, State
from lazward.wire.runs import RunStatus
from lazward_server.auth import tokens
from lazward_server.compute import nodes
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.db.schema import jobs, runs
from lazward_server.jobs import load
from lazward_server.tracking import runs as run_rows

_ORDER = list(State)
ACTIVE = [state.value for state in State if state not in (State.QUEUED, *ENDS)]
"""The states in which a job has a launcher."""
_MOST_WARNINGS = 100
_SEEN_EVERY = 5_000
"""Milliseconds for which one need not write down again that a launcher was heard of."""


def begin(tx: Tx, workspace_id: int, run_id: str, attempt: int) -> sa.Row[Any] | None:
    """A launcher is there: it alone prepares and runs the job from now on; None if it was cancelled.

    Raises:
        InvalidState: The job is over, is queued, or another launcher has it.
    """
    job = load.row(tx, workspace_id, run_id, lock=True)
    # One that was queued again is still queued when the launcher comes which it was taken from.
    first = State.QUEUED if job.compute_id is None else State.STARTING
    if State(job.state) not in (first, State.PREPARING) or job.attempt != attempt:
        raise InvalidState(f"The job {run_id} is {job.state} and is not to be started.")
    if job.cancel_at is not None:
        end(tx, job, State.CANCELED)
        return None
    move(tx, job, State.PREPARING, seen_at=now())
    return job


def joined(tx: Tx, workspace_id: int, run_id: str, attempt: int) -> sa.Row[Any]:
    """A job of which this attempt is under way, for its further nodes.

    Raises:
        InvalidState: None is, or another.
    """
    job = load.row(tx, workspace_id, run_id)
    if job.state not in ACTIVE or job.attempt != attempt:
        raise InvalidState(f"The job {run_id} is {job.state}; attempt {attempt} of it is not under way.")
    return job


class Beat(NamedTuple):
    """That a launcher lives, and its job stands as it told before.

    Attributes:
        workspace_id: Its workspace.
        run_id: The job's run.
        state: How the job stands, where it says so.
        attempt: Which start of the job the launcher is, where it says so.
        ran: Whether the script has begun.
    """

    workspace_id: int
    run_id: str
    state: State | None
    attempt: int | None
    ran: bool


def beats(tx: Tx, given: list[Beat]) -> list[bool | None]:
    """Note many at once: whether each is to stop, or None where there is more to be said (``report``).

    A batch, since each running job tells every second that it lives, and the writes of metrics beside it
    would forget what they know (``db.database.Known``).
    """
    c = jobs.c
    columns = (c.id, c.run_id, c.workspace_id, c.state, c.attempt, c.started_at, c.seen_at, c.cancel_at)
    match = c.run_id.in_({one.run_id for one in given})
    there = {row.run_id: row for row in tx.execute(sa.select(*columns).where(match))}
    told = [_beat(one, there.get(one.run_id)) for one in given]
    long_ago = now() - _SEEN_EVERY
    heard = {there[one.run_id] for one, stop in zip(given, told, strict=True) if stop is not None}
    stale = sorted(row.id for row in heard if row.seen_at is None or row.seen_at < long_ago)
    if stale:
        held = sa.select(c.id).where(c.id.in_(stale), c.ended_at.is_(None)).order_by(c.id)
        numbers = tx.execute(held.with_for_update(skip_locked=True)).scalars().all()
        tx.execute(sa.update(jobs).where(c.id.in_(numbers)).values(seen_at=now()))
    return told


def _beat(given: Beat, job: sa.Row[Any] | None) -> bool | None:
    if job is None or job.workspace_id != given.workspace_id or job.state not in ACTIVE:
        return None
    if given.attempt not in (None, job.attempt) or (given.ran and job.started_at is None):
        return None
    return job.cancel_at is not None if given.state in (None, State(job.state)) else None


def report(tx: Tx, workspace_id: int, run_id: str, req: Report) -> bool:
    """Note what a launcher tells; whether it is to stop. What comes late or twice changes nothing.

    Raises:
        InvalidState: Another launcher has the job.
    """
    job = load.row(tx, workspace_id, run_id, lock=True)
    if State(job.state) in ENDS:
        return req.state is None or req.state not in ENDS
    if req.attempt not in (None, job.attempt) or State(job.state) is State.QUEUED:
        raise InvalidState(f"The job {run_id} was taken from its launcher, and is {job.state} again.")
    if job.started_at is None and (req.ran_ms is not None or req.state is State.RUNNING):
        _note_start(tx, job, now() - (req.ran_ms or 0))
    if req.warnings:
        warn(tx, job, req.warnings)
    match req.state:
        case None:
            tx.execute(sa.update(jobs).where(jobs.c.id == job.id).values(seen_at=now()))
        case state if state in ENDS:
            end(tx, job, state, req.error)
        case state if _ORDER.index(state) > _ORDER.index(State(job.state)):
            move(tx, job, state, seen_at=now())
        case _:
            pass
    return job.cancel_at is not None


def cancel(tx: Tx, workspace_id: int, run_id: str) -> None:
    """End a job: at once while it is queued, else its launcher is told. One that is over stays as it is."""
    job = load.row(tx, workspace_id, run_id, lock=True)
    if State(job.state) is State.QUEUED:
        end(tx, job, State.CANCELED)
    elif State(job.state) not in ENDS and job.cancel_at is None:
        tx.execute(sa.update(jobs).where(jobs.c.id == job.id).values(cancel_at=now()))


def fail(tx: Tx, workspace_id: int, run_id: str, message: str) -> None:
    """Let a job fail. One that is over stays as it is.

    Its launcher finds its token dead and stops; until it has, be it that its engine must end it
    (``following.active``), it keeps its node.
    """
    job = load.row(tx, workspace_id, run_id, lock=True)
    if State(job.state) not in ENDS:
        problem = Problem("Failed", message or "It was marked as failed.")
        end(tx, job, State.FAILED, problem, leaves=job.handle is not None)


def prioritise(tx: Tx, workspace_id: int, run_id: str, priority: int) -> None:
    """Let a queued job go before or after others.

    Raises:
        InvalidState: It is not queued any more.
    """
    job = load.row(tx, workspace_id, run_id, lock=True)
    if State(job.state) is not State.QUEUED:
        raise InvalidState(f"The job {run_id} is {job.state}; only what is queued has a place in the queue.")
    tx.execute(sa.update(jobs).where(jobs.c.id == job.id).values(priority=priority))


def move(tx: Tx, job: sa.Row[Any], state: State, **values: Any) -> None:
    """Bring a job, and with it its run, into a state."""
    tx.execute(sa.update(jobs).where(jobs.c.id == job.id).values(state=state.value, **values))
    shown: dict[str, Any] = {"status": run_rows.NUMBERS[STATUSES[state]]}
    if state in ENDS:
        shown["end_time"] = values["ended_at"]
    tx.execute(sa.update(runs).where(runs.c.id == job.run).values(shown))
    run_rows.forget(tx, [job.run])


def _note_start(tx: Tx, job: sa.Row[Any], time: int) -> None:
    """When the script began, which may be told when it has ended: the server may have been away."""
    tx.execute(sa.update(jobs).where(jobs.c.id == job.id).values(started_at=time))
    tx.execute(sa.update(runs).where(runs.c.id == job.run).values(start_time=time))
    run_rows.forget(tx, [job.run])


def end(
    tx: Tx, job: sa.Row[Any], state: State, error: Problem | None = None, *, leaves: bool = False
) -> None:
    """Bring a job to its end: its node is free, its token dead, and what its script left open is closed.

    Args:
        tx: The transaction.
        job: Its row.
        state: The end.
        error: Why it failed.
        leaves: Whether its launcher is still to go, and keeps the node until it has.
    """
    time = now()
    if state is State.CANCELED:
        error = None
    move(
        tx,
        job,
        state,
        ended_at=time,
        error=None if error is None else encode(error).decode(),
        claim=None,
    )
    if not leaves:
        nodes.free(tx, job.id)
    tokens.revoke_job(tx, job.id)
    left = (runs.c.job_id == job.id) & (runs.c.id != job.run)
    left &= runs.c.status == run_rows.NUMBERS[RunStatus.RUNNING]
    closed = tx.execute(
        sa.update(runs)
        .where(left)
        .values(status=run_rows.NUMBERS[STATUSES[state]], end_time=time)
        .returning(runs.c.id)
    )
    run_rows.forget(tx, list(closed.scalars()))


def warn(tx: Tx, job: sa.Row[Any], warnings: list[str]) -> None:
    """Add to what was odd about a job."""
    known: list[str] = json.loads(job.warnings)
    fresh = [one for one in warnings if one not in known]
    kept = json.dumps([*known, *fresh][:_MOST_WARNINGS])
    tx.execute(sa.update(jobs).where(jobs.c.id == job.id).values(warnings=kept))
