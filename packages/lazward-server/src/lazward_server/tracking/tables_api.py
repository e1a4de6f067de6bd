"""The routes behind tables of runs."""

from collections.abc import AsyncIterator

from starlette.responses import StreamingResponse

from lazward.wire import runs as wire
from lazward.wire.base import Ask
from lazward_server.http.endpoint import V1, Context, Endpoint
from lazward_server.http.permission import Permission
from lazward_server.tracking import experiments, export
from lazward_server.tracking.nesting import nesting


async def get_nesting(ctx: Context, _req: Ask, experiment_id: str) -> wire.Nesting:
    """Which active runs of an experiment have child runs."""
    return await ctx.db.read(nesting, ctx.workspace_id, experiment_id)


async def export_runs(ctx: Context, req: wire.ExportRuns, experiment_id: str) -> StreamingResponse:
    """All runs of an experiment that match, as CSV."""
    await ctx.db.read(experiments.get, ctx.workspace_id, experiment_id)
    first = await ctx.db.read(export.page, ctx.workspace_id, experiment_id, req, "")

    async def lines() -> AsyncIterator[bytes]:
        yield export.head(req)
        written, token = first
        yield written
        while token:
            written, token = await ctx.db.read(export.page, ctx.workspace_id, experiment_id, req, token)
            yield written

    headers = {"content-disposition": 'attachment; filename="runs.csv"', "x-content-type-options": "nosniff"}
    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=headers)


_AT = "experiments/{experiment_id}"

ENDPOINTS = [
    Endpoint("GET", f"{_AT}/nesting", get_nesting, needs=Permission.RUN_READ, under=V1),
    Endpoint("GET", f"{_AT}/runs.csv", export_runs, needs=Permission.RUN_READ, under=V1),
]
