"""The queue: jobs wait for nodes, and whichever process comes first claims them.

What is claimed is worked on without a transaction, and what came of it is applied by token (``attempts``).
A process that dies between the three leaves a claim that runs out. What it had started by then finds its
token dead, so no job is run by two launchers: the first that begins has it (``life.begin``).
"""

import secrets
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from lazward.wire.jobs import JobSpec, Problem, State
from lazward_server.auth import tokens
from lazward_server.auth.tokens import Kind, Scope
from lazward_server.compute import kinds, nodes
from lazward_server.compute.engine import Queues
from lazward_server.compute.engines import Stored
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.db.schema import compute_targets, jobs, workspaces
from lazward_server.db.schema import nodes as nodes_there
from lazward_server.http.permission import Permission
from lazward_server.jobs import life

_c = jobs.c
_CLAIMED = 30_000
"""Milliseconds in which a launcher must have been started and have reported, or the job is queued again."""
_NODE = "node-"
_AT_ONCE = 20
"""Jobs of one target in one claim."""
_TOKEN_SLACK = 24 * 3600 * 1000
"""Milliseconds that a token outlives the longest run of its job: for preparing, and a server that is away."""
_QUEUE_SLACK = 60 * _TOKEN_SLACK
"""The same where the job waits in the queue of its engine meanwhile."""

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
        target: Its target.
        node: Which of the target's nodes it has.
        workspace: The name of its workspace.
        cpus: Processors of its node; None for all that it is given.
        spec: What is to run.
    """

    job_id: int
    run_id: str
    attempt: int
    claim: str
    token: str | None
    target: Stored
    node: int
    workspace: str
    cpus: int | None
    spec: JobSpec


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


def claim(
    tx: Tx, host: str, busy: Collection[int] = (), away: Mapping[int, Collection[int]] = MappingProxyType({})
) -> list[Claimed]:
    """Give free nodes to the jobs that are first in their queues.

    Args:
        tx: The transaction.
        host: What tells this host from others.
        busy: Targets whose engine can start nothing at the moment.
        away: By target the nodes that are to get no job.
    """
    taken: list[Claimed] = []
    match = (_c.state == State.QUEUED.value) & _c.compute_id.is_not(None) & _ripe()
    waiting = sa.select(_c.compute_id).where(match)
    query = sa.select(compute_targets).where(compute_targets.c.id.in_(waiting.distinct()))
    query = query.where(compute_targets.c.deleting_at.is_(None) & compute_targets.c.id.not_in(busy))
    for target in tx.execute(query.with_for_update(skip_locked=True)).all():
        for job in _first(tx, target):
            node = nodes.take(tx, target.id, target.max_nodes, job.id, away.get(target.id, ()))
            if node is None:
                break
            taken.append(_take(tx, target, job, node, host))
    return taken


def token_for(
    tx: Tx, job: Any, spec: JobSpec, parent_id: int | None = None, slack: int = _TOKEN_SLACK
) -> str | None:
    """A token for a job's launcher; None where nobody is asked for one. Older ones are dead from now on.

    Args:
        tx: The transaction.
        job: The job.
        spec: What it runs.
        parent_id: The token with which this one is to die.
        slack: Milliseconds that it outlives the longest run of the job, should that not end.
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
        expires_at=now() + spec.max_seconds * 1000 + slack,
        job_id=job.id,
        parent_id=parent_id,
    )


def _allowed(job: Any) -> frozenset[Permission]:
    limit = tokens.read(job.permissions)
    return _MORE if limit is None else _MORE & limit


def orphaned(tx: Tx) -> None:
    """End what waits for a target that is deleted, be it still there or not."""
    there = sa.exists().where(compute_targets.c.id == _c.compute_id, compute_targets.c.deleting_at.is_(None))
    match = (_c.state == State.QUEUED.value) & _c.compute_id.is_not(None) & ~there
    for job in tx.execute(sa.select(jobs).where(match).with_for_update(skip_locked=True)).all():
        why = f"The compute target '{job.compute}' was deleted before the job could start."
        life.end(tx, job, State.FAILED, Problem("ComputeDeleted", why))


def limits(tx: Tx, job: Any) -> tuple[int | None, int | None]:
    """Processors and bytes of memory that a job's node has; None where nothing limits them."""
    match = compute_targets.c.id == job.compute_id
    target = tx.execute(sa.select(compute_targets).where(match)).first()
    if target is None:
        return None, None
    found = kinds.size_of(target.kind, target.size, target.settings, _number(job.node))
    return found.cpus or None, found.memory_bytes or None


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
        node=f"{_NODE}{node}",
        host=host,
        handle=None,
        waiting=None,
        expected_at=None,
        claim=token,
        claimed_until=now() + _CLAIMED,
    )
    spec = msgspec.json.decode(job.spec, type=JobSpec)
    shown = token_for(tx, job, spec, slack=_slack(target.kind))
    cpus = kinds.size_of(target.kind, target.size, target.settings, node).cpus or None
    stored = Stored.of(target)
    return Claimed(job.id, job.run_id, attempt, token, shown, stored, node, job.workspace, cpus, spec)


def _slack(kind: str) -> int:
    return _QUEUE_SLACK if issubclass(kinds.KINDS.get(kind, object), Queues) else _TOKEN_SLACK


def _number(node: str | None) -> int:
    """Which of its target's nodes one is, by its name."""
    return int((node or f"{_NODE}0").removeprefix(_NODE))


def _ripe() -> sa.ColumnElement[bool]:
    """That a queued job may be started now, and does not wait to be started again."""
    return _c.not_before.is_(None) | (_c.not_before <= now())
