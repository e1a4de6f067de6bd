"""The routes of compute targets."""

from lazward.wire import compute as wire
from lazward.wire.base import Ask, Empty
from lazward_server import vault
from lazward_server.compute import kinds, nodes, sizes, targets
from lazward_server.compute.policy import check_allowed
from lazward_server.db.database import Tx
from lazward_server.http.endpoint import V1, Context, Endpoint
from lazward_server.http.permission import Permission


async def create_compute(ctx: Context, req: wire.CreateCompute) -> wire.ComputeTarget:
    """Make a compute target."""
    check_allowed(ctx.settings, req.kind)
    sealed = {name: vault.seal(ctx.settings, text) for name, text in req.secrets.items()}
    return await ctx.db.write(targets.create, ctx.workspace_id, req, sealed)


async def list_compute(ctx: Context, _req: Ask) -> wire.ComputeTargets:
    """All compute targets, by name."""
    return wire.ComputeTargets(await ctx.db.read(targets.search, ctx.workspace_id))


async def get_compute(ctx: Context, _req: Ask, name: str) -> wire.ComputeTarget:
    """One compute target."""
    return await ctx.db.read(targets.get, ctx.workspace_id, name)


async def update_compute(ctx: Context, req: wire.UpdateCompute, name: str) -> wire.ComputeTarget:
    """Change a compute target's settings; what is left out stays."""
    sealed = {one: vault.seal(ctx.settings, text) if text else None for one, text in req.secrets.items()}
    return await ctx.db.write(targets.update, ctx.workspace_id, name, req, sealed)


async def delete_compute(ctx: Context, _req: Ask, name: str) -> Empty:
    """Delete a compute target; it takes no more jobs and is gone when those that run have ended."""
    await ctx.db.write(targets.delete, ctx.workspace_id, name)
    return Empty()


async def list_nodes(ctx: Context, _req: Ask, name: str) -> wire.NodeList:
    """The nodes that a compute target has now."""
    return wire.NodeList(await ctx.db.read(_nodes, ctx.workspace_id, name))


async def list_sizes(_ctx: Context, _req: Ask) -> wire.Sizes:
    """The sizes of nodes that have figures of their own; any other name is accepted too."""
    return wire.Sizes(sizes.ALL)


async def list_kinds(_ctx: Context, _req: Ask) -> wire.Kinds:
    """The kinds of compute targets that this server has, and what each can do."""
    return wire.Kinds(kinds.listed())


def _nodes(tx: Tx, workspace_id: int, name: str) -> list[wire.Node]:
    return nodes.listed(tx, targets.row(tx, workspace_id, name).id)


_READ, _WRITE = Permission.COMPUTE_READ, Permission.COMPUTE_WRITE

ENDPOINTS = [
    Endpoint("POST", "compute", create_compute, needs=_WRITE, under=V1),
    Endpoint("GET", "compute", list_compute, needs=_READ, under=V1),
    Endpoint("GET", "compute/{name}", get_compute, needs=_READ, under=V1),
    Endpoint("PATCH", "compute/{name}", update_compute, needs=_WRITE, under=V1),
    Endpoint("DELETE", "compute/{name}", delete_compute, needs=_WRITE, under=V1),
    Endpoint("GET", "compute/{name}/nodes", list_nodes, needs=_READ, under=V1),
    Endpoint("GET", "compute-sizes", list_sizes, needs=_READ, under=V1),
    Endpoint("GET", "compute-kinds", list_kinds, needs=_READ, under=V1),
]
