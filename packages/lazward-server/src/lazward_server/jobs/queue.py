"""The queue: claimed by whichever process comes first, worked on without a transaction, applied by token.

A process that dies between the three leaves a claim that runs out. What it had started by then finds its
token dead, so no job is run by two launchers: the first that begins has it (``life.begin``).
"""

import secrets
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from lazward.wire.jobs import ENDS, JobSpec, Problem, State
from lazward_server.auth import tokens
from lazward_server.auth.tokens import Kind, Scope
from lazward_server.compute import nodes, sizes
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.db.schema import compute_targets, jobs, workspaces
from lazward_server.db.schema import nodes as nodes_there
from lazward_server.http.permission import Permission
from lazward_server.jobs import life

_c = jobs.c
_CLAIMED = 30_000
"""Milliseconds in which a launcher must have been started and have reported, or the job is queued again."""
_PATIENCE = 120_000
"""Milliseconds in which a launcher that was started must have reached the server."""
_MORE_STARTS = 2
"""How often a job is started beyond what it asks for while no launcher of it has begun: nothing ran yet."""
_PAUSE, _LONGEST_PAUSE = 5_000, 300_000
"""Milliseconds before the second start of a job, twice as many before each further one, and the most."""
_AT_ONCE = 20
"""Jobs of one claim."""
_TOKEN_SLACK = 24 * 3600 * 1000
"""Milliseconds that a token outlives the longest run of its job: for preparing, and a server that is away."""
_ACTIVE = [state.value for state in State if state not in ENDS and state is not State.QUEUED]

_OWN = frozenset(
    {
        Permission.EXPERIMENT_READ, Permission.RUN_READ, Permission.RUN_WRITE, Permission.ARTIFACT_READ,
        Permission.ARTIFACT_WRITE, Permission.WORKSPACE_READ, Permission.JOB_READ, Permission.JOB_RUN,
    }
)  # fmt: skip
"""What every job may do with its own runs."""
_MORE = frozenset(
    {
        Permission.MODEL_READ, Permission.MODEL_WRITE, Permission.ENVIRONMENT_READ, Permission.COMPUTE_READ,
        Permission.JOB_WRITE,
    }
)  # fmt: skip
"""What it may do besides, as far as the token of who submitted it goes."""


class Claimed(NamedTuple):
    """A job to be started.

    Attributes:
        job_id: Its number.
        run_id: Its run.
        attempt: Which start of it this is.
        claim: By which the outcome is applied.
        token: What its launcher shows; None where nobody is asked.
        kind: The kind of its target.
        workspace: The name of its workspace.
        cpus: Processors of its node.
    """

    job_id: int
    run_id: str
    attempt: int
    claim: str
    token: str | None
    kind: str
    workspace: str
    cpus: int


class Active(NamedTuple):
    """A job whose launcher an engine of this host has.

    Attributes:
        job_id: Its number.
        kind: The kind of its target.
        handle: How the engine knows it.
        state: Where it stands.
        cancel_at: When somebody wanted it to end, or it ended without its launcher's doing.
        deleting: Whether its workspace is going.
        late: Whether it runs for longer than it may.
        mute: Whether its launcher has not reported for minutes since it was started.
    """

    job_id: int
    kind: str
    handle: str
    state: State
    cancel_at: int | None
    deleting: bool
    late: bool
    mute: bool


def waiting(tx: Tx) -> bool:
    """Whether any job waits that there is a node for."""
    taken = (nodes_there.c.compute_id == compute_targets.c.id) & nodes_there.c.job_id.is_not(None)
    busy = sa.select(sa.func.count()).where(taken).scalar_subquery()
    ripe = (_c.compute_id == compute_targets.c.id) & (_c.state == State.QUEUED.value) & _ripe()
    joined = compute_targets.join(workspaces, workspaces.c.id == compute_targets.c.workspace_id)
    open_ = compute_targets.c.deleting_at.is_(None) & workspaces.c.deleting_at.is_(None)
    query = sa.select(compute_targets.c.id).select_from(joined)
    query = query.where(open_, busy < compute_targets.c.max_nodes, sa.exists().where(ripe))
    return tx.execute(query.limit(1)).first() is not None


def claim(tx: Tx, host: str) -> list[Claimed]:
    """Give free nodes to the jobs that are first in their queues."""
    taken: list[Claimed] = []
    match = (_c.state == State.QUEUED.value) & _c.compute_id.is_not(None) & _ripe()
    waiting = sa.select(_c.compute_id).where(match)
    query = sa.select(compute_targets).where(compute_targets.c.id.in_(waiting.distinct()))
    query = query.where(compute_targets.c.deleting_at.is_(None))
    for target in tx.execute(query.with_for_update(skip_locked=True)).all():
        for job in _first(tx, target):
            node = nodes.take(tx, target.id, target.max_nodes, job.id)
            if node is None:
                break
            taken.append(_take(tx, target, job, node, host))
    return taken


def started(tx: Tx, job_id: int, token: str, handle: str) -> bool:
    """Note by what handle the engine knows a job; False if the claim ran out, so that it must not go on."""
    match = (_c.id == job_id) & (_c.claim == token) & _c.state.in_(_ACTIVE)
    change = sa.update(jobs).where(match).values(handle=handle, claim=None, seen_at=now())
    return tx.execute(change).rowcount > 0


def not_started(tx: Tx, job_id: int, token: str, why: str) -> None:
    """Queue a job again that could not be started, or fail it if that was often enough."""
    match = (_c.id == job_id) & (_c.claim == token)
    job = tx.execute(sa.select(jobs).where(match).with_for_update()).first()
    if job is not None:
        _again(tx, job, Problem("Start", why))


def expire(tx: Tx) -> None:
    """Queue again what was claimed by a process that did not come back."""
    over = (_c.state == State.STARTING.value) & _c.handle.is_(None) & (_c.claimed_until < now())
    for job in tx.execute(sa.select(jobs).where(over).with_for_update(skip_locked=True)).all():
        _again(tx, job, Problem("Start", "No launcher reported in time."))


def active(tx: Tx, host: str) -> list[Active]:
    """The jobs whose launchers engines of this host have: all that have a node."""
    joined = nodes_there.join(jobs, _c.id == nodes_there.c.job_id)
    joined = joined.join(compute_targets, compute_targets.c.id == nodes_there.c.compute_id)
    joined = joined.join(workspaces, workspaces.c.id == _c.workspace_id)
    columns = (_c.id, compute_targets.c.kind, _c.handle, _c.state, _c.cancel_at, _c.ended_at)
    more = (workspaces.c.deleting_at, _c.started_at, _c.seen_at, _c.max_seconds)
    query = sa.select(*columns, *more).select_from(joined)
    return [
        Active(
            job_id=one.id,
            kind=one.kind,
            handle=one.handle,
            state=State(one.state),
            cancel_at=one.ended_at if one.cancel_at is None else one.cancel_at,
            deleting=one.deleting_at is not None,
            late=one.ended_at is None and _late(one),
            mute=one.state == State.STARTING.value and (one.seen_at or 0) < now() - _PATIENCE,
        )
        for one in tx.execute(query.where((_c.host == host) & _c.handle.is_not(None)))
    ]


def gone(tx: Tx, job_id: int, handle: str, *, late: bool = False) -> None:
    """A launcher is not there any more and did not say what came of its job."""
    match = (_c.id == job_id) & (_c.handle == handle) & (_c.state != State.QUEUED.value)
    job = tx.execute(sa.select(jobs).where(match).with_for_update()).first()
    if job is None:
        return
    if State(job.state) in ENDS:
        nodes.free(tx, job.id)
    elif job.cancel_at is not None:
        life.end(tx, job, State.CANCELED)
    elif late:
        life.end(tx, job, State.FAILED, Problem("TimeLimit", "The job ran for longer than it may."))
    elif State(job.state) is State.STARTING:
        _again(tx, job, Problem("Start", _NEVER_BEGAN))
    else:
        _again(tx, job, Problem("NodeLost", _LOST))


_LOST = (
    "The job's launcher vanished without a word: it was killed, ran out of memory, or its machine went down."
    " The log ends where it did."
)


_NEVER_BEGAN = (
    "The job's launcher was started and never took the job over: it could not run, or not reach the server."
    " What it had to say is on the server's machine, in the folder jobs/launchers of its home."
)


def orphaned(tx: Tx) -> None:
    """End what waits for a target that is deleted, be it still there or not."""
    there = sa.exists().where(compute_targets.c.id == _c.compute_id, compute_targets.c.deleting_at.is_(None))
    match = (_c.state == State.QUEUED.value) & _c.compute_id.is_not(None) & ~there
    for job in tx.execute(sa.select(jobs).where(match).with_for_update(skip_locked=True)).all():
        why = f"The compute target '{job.compute}' was deleted before the job could start."
        life.end(tx, job, State.FAILED, Problem("ComputeDeleted", why))


def silent(tx: Tx, since: int, host: str) -> None:
    """End, or start again, what no engine can be asked about and has not been heard of since then.

    These are the jobs of the machines that submitted them, and those whose launcher was started by a process
    that died before it could note how the engine knows it, or by another host.
    The nodes that such jobs kept when they had ended are free too.
    """
    last = sa.func.coalesce(_c.seen_at, _c.created_at)
    nowhere = _c.handle.is_(None) & (_c.state != State.STARTING.value)  # else its claim runs out (``expire``)
    elsewhere = _c.handle.is_not(None) & (_c.host != host)
    unknown = _c.compute_id.is_not(None) & _c.state.in_(_ACTIVE) & (nowhere | elsewhere)
    match = ((_c.compute_id.is_(None) & _c.ended_at.is_(None)) | unknown) & (last < since)
    for job in tx.execute(sa.select(jobs).where(match).with_for_update(skip_locked=True)).all():
        if job.compute_id is not None:
            _again(tx, job, Problem("NodeLost", _LOST))
        elif job.cancel_at is not None:
            life.end(tx, job, State.CANCELED)
        else:
            life.end(tx, job, State.FAILED, Problem("NodeLost", _SILENT))
    over = sa.select(_c.id).where((_c.id == nodes_there.c.job_id) & (_c.host != host) & (_c.ended_at < since))
    for job_id in tx.execute(sa.select(nodes_there.c.job_id).where(over.exists())).scalars().all():
        nodes.free(tx, job_id)


_SILENT = (
    "Nothing was heard of the job's launcher for ten minutes: the machine that submitted it was switched off,"
    " lost its network, or never started it."
)


def token_for(tx: Tx, job: Any, spec: JobSpec, parent_id: int | None = None) -> str | None:
    """A token for a job's launcher; None where nobody is asked for one. Older ones are dead from now on.

    Args:
        tx: The transaction.
        job: The job.
        spec: What it runs.
        parent_id: The token with which this one is to die.
    """
    tokens.revoke_job(tx, job.id)
    if job.user_id is None:
        return None
    return tokens.create(
        tx,
        job.user_id,
        f"job {job.run_id}",
        kind=Kind.JOB,
        scope=Scope(job.workspace_id, _OWN | _allowed(job)),
        expires_at=now() + spec.max_seconds * 1000 + _TOKEN_SLACK,
        job_id=job.id,
        parent_id=parent_id,
    )


def _allowed(job: Any) -> frozenset[Permission]:
    limit = tokens.read(job.permissions)
    return _MORE if limit is None else _MORE & limit


def limits(tx: Tx, job: Any) -> tuple[int | None, int | None]:
    """Processors and bytes of memory that a job's node has; None where nothing limits them."""
    match = compute_targets.c.id == job.compute_id
    size = tx.execute(sa.select(compute_targets.c.size).where(match)).scalar()
    if size is None:
        return None, None
    found, _ = sizes.find(size)
    return found.cpus, found.memory_bytes


def _first(tx: Tx, target: sa.Row[Any]) -> list[Any]:
    """The next jobs of a target's queue, as many as it may have nodes for."""
    joined = jobs.join(workspaces, workspaces.c.id == _c.workspace_id)
    match = (
        (_c.compute_id == target.id) & (_c.state == State.QUEUED.value) & workspaces.c.deleting_at.is_(None)
    )
    match &= _ripe()
    query = sa.select(jobs, workspaces.c.name.label("workspace")).select_from(joined).where(match)
    query = query.order_by(_c.priority.desc(), _c.id).limit(min(target.max_nodes, _AT_ONCE))
    # Locked, so that what is cancelled meanwhile is not started after all.
    return list(tx.execute(query.with_for_update(of=jobs, skip_locked=True)).all())


def _take(tx: Tx, target: sa.Row[Any], job: Any, node: int, host: str) -> Claimed:
    token = secrets.token_hex(16)
    attempt = job.attempt + 1
    life.move(
        tx,
        job,
        State.STARTING,
        attempt=attempt,
        node=f"node-{node}",
        host=host,
        handle=None,
        claim=token,
        claimed_until=now() + _CLAIMED,
    )
    shown = token_for(tx, job, msgspec.json.decode(job.spec, type=JobSpec))
    size, _ = sizes.find(target.size)
    return Claimed(job.id, job.run_id, attempt, token, shown, target.kind, job.workspace, size.cpus)


def _again(tx: Tx, job: sa.Row[Any], problem: Problem) -> None:
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


def _ripe() -> sa.ColumnElement[bool]:
    """That a queued job may be started now, and does not wait to be started again."""
    return _c.not_before.is_(None) | (_c.not_before <= now())


def _late(one: Any) -> bool:
    """Whether a job runs for a minute longer than its launcher should have let it."""
    return one.started_at is not None and now() > one.started_at + one.max_seconds * 1000 + 60_000
