"""The routes of jobs: for who submits them, and for their launchers."""

import json
from typing import Any

from lazward.errors import InvalidState
from lazward.wire import jobs as wire
from lazward.wire.base import Ask
from lazward_server.artifacts.runs import root_of
from lazward_server.compute import targets
from lazward_server.compute.policy import check_allowed
from lazward_server.db.database import Batched, Tx
from lazward_server.http.endpoint import V1, Context, Endpoint
from lazward_server.http.permission import Permission
from lazward_server.jobs import create, life, links, load, logged, logs, queue

_BEATS = Batched(life.beats)


async def create_job(ctx: Context, req: wire.CreateJob) -> wire.CreatedJob:
    """Queue a job, and make its run. On `local` the answer holds the token that its launcher shows."""
    created = await ctx.db.write(_create, ctx, req)
    ctx.bell.set()
    return created


async def list_jobs(ctx: Context, req: wire.SearchJobs) -> wire.Jobs:
    """Jobs, the newest first."""
    return wire.Jobs(await ctx.db.read(load.search, ctx.workspace_id, req))


async def get_job(ctx: Context, _req: Ask, run_id: str) -> wire.Job:
    """How a job stands."""
    job = await ctx.db.read(load.get, ctx.workspace_id, run_id)
    read = await ctx.db.read(logged.find, run_id, ctx.workspace_id)
    job.logs = await logged.names(ctx.blobs, ctx.settings.artifacts, read)
    job.log_links = {name: links.path(read, name) for name in logs.all_names(job.logs)}
    return job


async def cancel_job(ctx: Context, _req: Ask, run_id: str) -> wire.Job:
    """Cancel a job; one that is over stays as it is."""
    await ctx.db.write(life.cancel, ctx.workspace_id, run_id)
    ctx.bell.set()
    return await ctx.db.read(load.get, ctx.workspace_id, run_id)


async def update_job(ctx: Context, req: wire.UpdateJob, run_id: str) -> wire.Job:
    """Let a queued job go before or after others."""
    await ctx.db.write(life.prioritise, ctx.workspace_id, run_id, req.priority)
    return await ctx.db.read(load.get, ctx.workspace_id, run_id)


async def fail_job(ctx: Context, req: wire.FailJob, run_id: str) -> wire.Job:
    """Let a job fail that is not over; its launcher is told to stop."""
    await ctx.db.write(life.fail, ctx.workspace_id, run_id, req.message)
    ctx.bell.set()
    return await ctx.db.read(load.get, ctx.workspace_id, run_id)


async def begin_job(ctx: Context, req: wire.BeginJob, run_id: str) -> wire.Order:
    """A launcher takes its job over, and is told what to do."""
    order = await ctx.db.write(_begin, ctx.workspace_id, run_id, req.attempt)
    if order is None:
        raise InvalidState(f"The job {run_id} was cancelled.")
    return await _with_logs(ctx, order)


async def join_job(ctx: Context, req: wire.JoinJob, run_id: str) -> wire.Order:
    """A launcher on a further node of a job is told what to do; the first one has the job."""
    return await _with_logs(ctx, await ctx.db.read(_join, ctx.workspace_id, run_id, req.attempt))


async def _with_logs(ctx: Context, order: wire.Order) -> wire.Order:
    folder, run_id = ctx.workspace.folder, order.job.run_id
    bearer = ctx.caller.bearer
    order.token_expires_at = None if bearer is None else bearer.expires_at
    there = {*logs.NAMES, *await logs.names(ctx.blobs, folder, run_id)}
    order.logs = {name: await logs.length(ctx.blobs, folder, run_id, name) for name in there}
    return order


async def report_job(ctx: Context, req: wire.Report, run_id: str) -> wire.Reply:
    """A launcher tells that it lives and how its job stands; it is told whether to stop."""
    stop = await _beat(ctx, req, run_id)
    if stop is None:
        stop = await ctx.db.write(life.report, ctx.workspace_id, run_id, req)
    if req.state in wire.ENDS:
        ctx.bell.set()  # its node is free
    return wire.Reply(stop)


async def _beat(ctx: Context, req: wire.Report, run_id: str) -> bool | None:
    """Note that a launcher lives, if that is all it has to tell; else None."""
    if req.warnings or req.error is not None or req.state in wire.ENDS:
        return None
    ran = req.ran_ms is not None or req.state is wire.State.RUNNING
    beat = life.Beat(ctx.workspace_id, run_id, req.state, req.attempt, ran)
    return await ctx.db.write_batched(_BEATS, beat)


def _create(tx: Tx, ctx: Context, req: wire.CreateJob) -> wire.CreatedJob:
    run_id = create.create(tx, ctx.workspace_id, ctx.caller, req)
    row = load.row(tx, ctx.workspace_id, run_id)
    if row.compute_id is not None:
        target = targets.row(tx, ctx.workspace_id, row.compute)
        check_allowed(ctx.settings, target.kind, json.loads(target.settings))
    token = queue.token_for(tx, row, req.spec, _asking(ctx)) if row.compute_id is None else None
    return wire.CreatedJob(load.get(tx, ctx.workspace_id, run_id), token)


def _asking(ctx: Context) -> int | None:
    """The token of the job that submits another, with which the other's dies: a stolen one is not renewed."""
    return None if ctx.job is None else ctx.caller.bearer.id


def _begin(tx: Tx, workspace_id: int, run_id: str, attempt: int) -> wire.Order | None:
    row = life.begin(tx, workspace_id, run_id, attempt)
    return None if row is None else _order(tx, workspace_id, row)


def _join(tx: Tx, workspace_id: int, run_id: str, attempt: int) -> wire.Order:
    return _order(tx, workspace_id, life.joined(tx, workspace_id, run_id, attempt))


def _order(tx: Tx, workspace_id: int, row: Any) -> wire.Order:
    run_id: str = row.run_id
    cpus, memory = queue.limits(tx, row)
    path = root_of(tx, workspace_id, run_id)
    order = wire.Order(load.get(tx, workspace_id, run_id), path, cpus, memory, workspace_id=workspace_id)
    order.resource_group = load.group(tx, workspace_id)
    return order


_READ, _WRITE, _RUN = Permission.JOB_READ, Permission.JOB_WRITE, Permission.JOB_RUN

ENDPOINTS = [
    Endpoint("POST", "jobs", create_job, needs=_WRITE, under=V1),
    Endpoint("GET", "jobs", list_jobs, needs=_READ, under=V1),
    Endpoint("GET", "jobs/{run_id}", get_job, needs=_READ, under=V1),
    Endpoint("PATCH", "jobs/{run_id}", update_job, needs=_WRITE, under=V1),
    Endpoint("POST", "jobs/{run_id}/cancel", cancel_job, needs=_WRITE, under=V1),
    Endpoint("POST", "jobs/{run_id}/fail", fail_job, needs=_WRITE, under=V1),
    Endpoint("POST", "jobs/{run_id}/begin", begin_job, needs=_RUN, under=V1, audited=False),
    Endpoint("POST", "jobs/{run_id}/join", join_job, needs=_RUN, under=V1, audited=False),
    Endpoint("POST", "jobs/{run_id}/report", report_job, needs=_RUN, under=V1, audited=False),
]
