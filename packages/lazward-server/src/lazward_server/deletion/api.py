"""The endpoints that remove for good, and what a workspace holds."""

from collections.abc import Callable
from typing import Any

from lazward.wire import deletion as wire
from lazward.wire.base import Ask
from lazward_server.artifacts.recount import Recount
from lazward_server.deletion import experiments, runs, trash
from lazward_server.deletion.choice import Choice, Doomed
from lazward_server.deletion.files import Size, folder_of, measure
from lazward_server.deletion.usage import usage
from lazward_server.http.endpoint import V1, Context, Endpoint
from lazward_server.http.permission import Permission


async def purge_runs(ctx: Context, req: wire.PurgeRuns) -> wire.Purged:
    """Remove deleted runs for good, with their files and the models they made."""
    return await _purge(ctx, req, runs.choose, runs.hide, experiments=False)


async def purge_experiments(ctx: Context, req: wire.PurgeExperiments) -> wire.Purged:
    """Remove deleted experiments for good, with all that is in them."""
    return await _purge(ctx, req, experiments.choose, experiments.hide, experiments=True)


async def search_deleted_experiments(ctx: Context, req: wire.SearchTrash) -> wire.DeletedExperiments:
    """The deleted experiments that can be restored, the last deleted first."""
    return await ctx.db.read(trash.deleted_experiments, ctx.workspace_id, req)


async def search_deleted_runs(ctx: Context, req: wire.SearchTrash) -> wire.DeletedRuns:
    """The deleted runs that can be restored, but for those of deleted experiments, the last deleted first."""
    return await ctx.db.read(trash.deleted_runs, ctx.workspace_id, req)


async def get_usage(ctx: Context, _req: Ask) -> wire.Usage:
    """What the workspace holds, and what it may."""
    return await ctx.db.read(usage, ctx.workspace)


async def count_usage(ctx: Context, _req: Ask) -> wire.Usage:
    """Count the workspace's files anew, then tell what it holds."""
    await Recount(ctx.db, ctx.blobs, ctx.blobs.usage).asked(ctx.workspace_id, ctx.workspace.folder)
    return await ctx.db.read(usage, ctx.workspace)


async def _purge(
    ctx: Context, req: Any, choose: Callable[..., Choice], hide: Callable[..., Choice], *, experiments: bool
) -> wire.Purged:
    """Look at the files first: once hidden, they may go at any moment."""
    choice = await ctx.db.read(choose, ctx.workspace_id, req)
    sizes = {doomed.number: await _size(ctx, doomed) for doomed in choice.doomed}
    if not req.dry_run:
        choice = await ctx.db.write(hide, ctx.workspace_id, req)
    found = [sizes.get(doomed.number, Size(0, 0)) for doomed in choice.doomed]
    return wire.Purged(
        dry_run=req.dry_run,
        experiments=len(choice.doomed) if experiments else 0,
        runs=sum(doomed.runs for doomed in choice.doomed),
        logged_models=sum(doomed.models for doomed in choice.doomed),
        files=sum(size.files for size in found),
        bytes=sum(size.bytes for size in found),
        more=choice.more,
        kept=choice.kept,
    )


async def _size(ctx: Context, doomed: Doomed) -> Size:
    folders = [folder_of(ctx.settings.artifacts, ctx.workspace, uri) for uri in doomed.uris]
    return await measure(ctx.blobs, [folder for folder in folders if folder])


_AT = "workspaces/{workspace}/"

_EXPERIMENTS, _RUNS = Permission.EXPERIMENT_READ, Permission.RUN_READ

ENDPOINTS = [
    Endpoint("GET", f"{_AT}trash/experiments", search_deleted_experiments, needs=_EXPERIMENTS, under=V1),
    Endpoint("GET", f"{_AT}trash/runs", search_deleted_runs, needs=_RUNS, under=V1),
    Endpoint("POST", f"{_AT}runs/purge", purge_runs, needs=Permission.RUN_PURGE, under=V1),
    Endpoint("POST", f"{_AT}experiments/purge", purge_experiments, needs=Permission.RUN_PURGE, under=V1),
    Endpoint("GET", f"{_AT}usage", get_usage, needs=Permission.WORKSPACE_READ, under=V1),
    Endpoint("POST", f"{_AT}usage/count", count_usage, needs=Permission.WORKSPACE_WRITE, under=V1),
]
