"""The routes of resource groups."""

from lazward.wire import workspaces as wire
from lazward.wire.base import Ask
from lazward.wire.workspaces import Group, Groups
from lazward_server.db.database import Tx
from lazward_server.http.endpoint import V1, Context, Endpoint
from lazward_server.http.permission import Permission
from lazward_server.workspaces import deleting, groups, workspaces
from lazward_server.workspaces.visible import Viewer, viewer


async def list_groups(ctx: Context, _req: Ask) -> Groups:
    """The resource groups in which the caller may see a workspace; all of them for administrators."""
    return Groups(await ctx.db.read(groups.listed, viewer(ctx.caller)))


async def get_group(ctx: Context, _req: Ask, group: str) -> Group:
    """One resource group."""
    return await ctx.db.read(groups.get, viewer(ctx.caller), group)


def _create(tx: Tx, who: Viewer, req: wire.CreateGroup) -> Group:
    groups.create(tx, req.name, req.tags)
    return groups.get(tx, who, req.name)


async def create_group(ctx: Context, req: wire.CreateGroup) -> Group:
    """Make a resource group."""
    return await ctx.db.write(_create, viewer(ctx.caller), req)


def _update(tx: Tx, who: Viewer, name: str, req: wire.UpdateGroup) -> Group:
    if req.tags is not None:
        groups.set_tags(tx, name, req.tags)
    return groups.get(tx, who, name)


async def update_group(ctx: Context, req: wire.UpdateGroup, group: str) -> Group:
    """Give a resource group other tags."""
    return await ctx.db.write(_update, viewer(ctx.caller), group, req)


def _mark_deleting(tx: Tx, name: str) -> list[int]:
    numbers = groups.members(tx, name)
    workspaces.mark_deleting(tx, numbers)
    groups.remove(tx, name)
    return numbers


async def delete_group(ctx: Context, req: wire.Delete, group: str) -> wire.Deletion:
    """Delete a resource group with all its workspaces, or with ``dry_run`` tell what would go."""
    groups.refuse_first(group)
    found = await ctx.db.read(groups.members, group)
    report = await deleting.report(ctx.db, ctx.blobs, found, dry_run=req.dry_run)
    if not req.dry_run:
        await ctx.db.write(_mark_deleting, group)
    return report


ENDPOINTS = [
    Endpoint("GET", "groups", list_groups, needs=Permission.SIGNED_IN, under=V1),
    Endpoint("POST", "groups", create_group, needs=Permission.GROUP_WRITE, under=V1),
    Endpoint("GET", "groups/{group}", get_group, needs=Permission.SIGNED_IN, under=V1),
    Endpoint("PATCH", "groups/{group}", update_group, needs=Permission.GROUP_WRITE, under=V1),
    Endpoint("DELETE", "groups/{group}", delete_group, needs=Permission.GROUP_WRITE, under=V1),
]
