"""The routes of compute targets."""

import asyncio

import msgspec

from lazward.wire import compute as wire
from lazward.wire.base import Ask, Empty
from lazward.wire.doctor import Diagnosis
from lazward.wire.ssh import AskHostKeys, ShownKeys
from lazward_server.compute import attaching, kinds, nodes, over_ssh, sizes, targets
from lazward_server.compute.engines import Stored
from lazward_server.compute.policy import check_allowed
from lazward_server.db.database import Tx
from lazward_server.http.endpoint import V1, Context, Endpoint
from lazward_server.http.permission import Permission


async def create_compute(ctx: Context, req: wire.CreateCompute) -> wire.ComputeTarget:
    """Make a compute target."""
    check_allowed(ctx.settings, req.kind, req.settings)
    settings = await asyncio.to_thread(attaching.attach_new, ctx.settings, req)
    return await ctx.db.write(
        targets.create,
        ctx.workspace_id,
        msgspec.structs.replace(req, settings=settings),
        attaching.sealed(ctx.settings, req.secrets),
    )


async def list_compute(ctx: Context, _req: Ask) -> wire.ComputeTargets:
    """All compute targets, by name."""
    return wire.ComputeTargets(await ctx.db.read(targets.search, ctx.workspace_id))


async def get_compute(ctx: Context, _req: Ask, name: str) -> wire.ComputeTarget:
    """One compute target."""
    return await ctx.db.read(targets.get, ctx.workspace_id, name)


async def update_compute(ctx: Context, req: wire.UpdateCompute, name: str) -> wire.ComputeTarget:
    """Change a compute target's settings; what is left out stays."""
    if req.settings is not None or req.secrets:
        stored = Stored.of(await ctx.db.read(targets.row, ctx.workspace_id, name))
        settings = await asyncio.to_thread(attaching.attach_changed, ctx.settings, stored, req)
        req = msgspec.structs.replace(req, settings=settings)
    sealed = attaching.sealed(ctx.settings, req.secrets)
    return await ctx.db.write(targets.update, ctx.workspace_id, name, req, sealed)


async def examine_compute(ctx: Context, _req: Ask, name: str) -> Diagnosis:
    """Look at all places where a target runs jobs, and from there at the server; it may take a minute."""
    stored = Stored.of(await ctx.db.read(targets.row, ctx.workspace_id, name))
    return await asyncio.to_thread(attaching.examine, ctx.settings, stored)


async def ask_host_keys(_ctx: Context, req: AskHostKeys) -> ShownKeys:
    """The keys that a host shows to the server, for somebody to compare; nobody signs in to it."""
    return ShownKeys(await asyncio.to_thread(over_ssh.shown_keys, req.address, req.port))


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
    Endpoint("POST", "compute/{name}/examine", examine_compute, needs=_WRITE, under=V1),
    Endpoint("POST", "compute-host-keys", ask_host_keys, needs=_WRITE, under=V1),
    Endpoint("GET", "compute/{name}/nodes", list_nodes, needs=_READ, under=V1),
    Endpoint("GET", "compute-sizes", list_sizes, needs=_READ, under=V1),
    Endpoint("GET", "compute-kinds", list_kinds, needs=_READ, under=V1),
]
