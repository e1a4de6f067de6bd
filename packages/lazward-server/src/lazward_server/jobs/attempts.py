"""What comes of starting a job, and whether it is started once more."""

from typing import Any

import msgspec
import sqlalchemy as sa

from lazward.wire.jobs import JobSpec, Problem, State
from lazward_server.auth import tokens
from lazward_server.compute import nodes
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.db.schema import jobs
from lazward_server.jobs import life

_c = jobs.c
_MORE_STARTS = 2
"""How often a job is started beyond what it asks for while no launcher of it has begun: nothing ran yet."""
_PAUSE, _LONGEST_PAUSE = 5_000, 300_000
"""Milliseconds before the second start of a job, twice as many before each further one, and the most."""


def started(tx: Tx, job_id: int, token: str, handle: str) -> bool:
    """Note by what handle the engine knows a job; False if the claim ran out, so that it must not go on."""
    match = (_c.id == job_id) & (_c.claim == token) & _c.state.in_(life.ACTIVE)
    change = sa.update(jobs).where(match).values(handle=handle, claim=None, seen_at=now())
    return tx.execute(change).rowcount > 0


def not_started(tx: Tx, job_id: int, token: str, why: str, *, for_good: bool = False) -> None:
    """Queue a job again that could not be started, or fail it if that was often enough or is for good."""
    match = (_c.id == job_id) & (_c.claim == token)
    job = tx.execute(sa.select(jobs).where(match).with_for_update()).first()
    if job is not None and for_good and job.cancel_at is None:
        life.end(tx, job, State.FAILED, Problem("Start", why))
    elif job is not None:
        again(tx, job, Problem("Start", why))


def expire(tx: Tx) -> None:
    """Queue again what was claimed by a process that did not come back."""
    over = (_c.state == State.STARTING.value) & _c.handle.is_(None) & (_c.claimed_until < now())
    for job in tx.execute(sa.select(jobs).where(over).with_for_update(skip_locked=True)).all():
        again(tx, job, Problem("Start", "No launcher reported in time."))


def again(tx: Tx, job: sa.Row[Any], problem: Problem) -> None:
    """Queue a job again if it may be started once more, else let it fail."""
    spec = msgspec.json.decode(job.spec, type=JobSpec)
    if job.cancel_at is not None:
        life.end(tx, job, State.CANCELED)
    elif job.attempt > spec.retries + (_MORE_STARTS if State(job.state) is State.STARTING else 0):
        life.end(tx, job, State.FAILED, problem)
    else:
        nodes.free(tx, job.id)
        tokens.revoke_job(tx, job.id)
        life.warn(
            tx, job, [f"Attempt {job.attempt} was lost, so the job was queued again. {problem.message}"]
        )
        pause = min(_PAUSE * 2 ** (job.attempt - 1), _LONGEST_PAUSE)
        values = {"handle": None, "claim": None, "node": None, "not_before": now() + pause}
        life.move(tx, job, State.QUEUED, **values, started_at=None)  # each attempt has the whole time
