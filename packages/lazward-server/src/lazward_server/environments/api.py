"""The routes of environments."""

from lazward.wire import environments as wire
from lazward.wire.base import Ask
from lazward_server.environments import environments
from lazward_server.http.endpoint import V1, Context, Endpoint
from lazward_server.http.permission import Permission


async def register_environment(ctx: Context, req: wire.RegisterEnvironment) -> wire.Environment:
    """Register an environment; the same content under the same name keeps its version."""
    return await ctx.db.write(environments.register, ctx.workspace_id, req)


async def get_environment(ctx: Context, req: wire.GetEnvironment, name: str) -> wire.Environment:
    """One version of an environment, the newest if none is named."""
    return await ctx.db.read(environments.get, ctx.workspace_id, name, req.version)


async def list_environments(ctx: Context, _req: Ask) -> wire.Environments:
    """The newest version of each environment, by name."""
    return wire.Environments(await ctx.db.read(environments.search, ctx.workspace_id))


async def list_versions(ctx: Context, _req: Ask, name: str) -> wire.Environments:
    """All versions of an environment, the newest first."""
    return wire.Environments(await ctx.db.read(environments.versions, ctx.workspace_id, name))


_READ, _WRITE = Permission.ENVIRONMENT_READ, Permission.ENVIRONMENT_WRITE

ENDPOINTS = [
    Endpoint("POST", "environments", register_environment, needs=_WRITE, under=V1),
    Endpoint("GET", "environments", list_environments, needs=_READ, under=V1),
    Endpoint("GET", "environments/{name}", get_environment, needs=_READ, under=V1),
    Endpoint("GET", "environments/{name}/versions", list_versions, needs=_READ, under=V1),
]
