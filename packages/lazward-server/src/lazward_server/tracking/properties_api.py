"""The routes of properties."""

from lazward.wire import runs as wire
from lazward.wire.base import Ask
from lazward_server.http.endpoint import V1, Context, Endpoint
from lazward_server.http.permission import Permission
from lazward_server.tracking import properties


async def get_properties(ctx: Context, _req: Ask, run_id: str) -> wire.Properties:
    """The properties of a run."""
    return wire.Properties(await ctx.db.read(properties.get, ctx.workspace_id, run_id))


async def add_properties(ctx: Context, req: wire.AddProperties, run_id: str) -> wire.Properties:
    """Give a run more properties; one that it has keeps its value for ever."""
    await ctx.db.write(properties.add, ctx.workspace_id, run_id, req.properties)
    return wire.Properties(await ctx.db.read(properties.get, ctx.workspace_id, run_id))


_PATH = "runs/{run_id}/properties"

ENDPOINTS = [
    Endpoint("GET", _PATH, get_properties, needs=Permission.RUN_READ, under=V1),
    Endpoint("POST", _PATH, add_properties, needs=Permission.RUN_WRITE, under=V1, audited=False),
]
