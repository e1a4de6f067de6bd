"""The routes of workspaces below our own API; MLflow's own are in ``mlflow_api.py``."""

from lazward.wire import workspaces as wire
from lazward.wire.base import Ask
from lazward.wire.workspaces import Workspace, Workspaces
from lazward_server.db.database import Tx
from lazward_server.http.endpoint import V1, Context, Endpoint
from lazward_server.http.permission import Permission
from lazward_server.workspaces import deleting, workspaces
from lazward_server.workspaces.visible import Viewer, viewer


async def list_workspaces(ctx: Context, req: wire.ListWorkspaces) -> Workspaces:
    """The workspaces on which the caller has a role; all of them for administrators."""
    return Workspaces(await ctx.db.read(workspaces.listed, viewer(ctx.caller), req.group))


async def get_workspace(ctx: Context, _req: Ask) -> Workspace:
    """One workspace."""
    return await ctx.db.read(workspaces.get, viewer(ctx.caller), ctx.workspace_id)


async def create_workspace(ctx: Context, req: wire.CreateWorkspace) -> Workspace:
    """Make a workspace, with an experiment of its own; the caller becomes its owner."""
    return await ctx.db.write(workspaces.create, viewer(ctx.caller), req)


def _update(tx: Tx, who: Viewer, workspace_id: int, req: wire.UpdateWorkspace) -> Workspace:
    workspaces.update(tx, workspace_id, req)
    return workspaces.get(tx, who, workspace_id)


async def update_workspace(ctx: Context, req: wire.UpdateWorkspace) -> Workspace:
    """Change what is said about a workspace; what is left out stays."""
    return await ctx.db.write(_update, viewer(ctx.caller), ctx.workspace_id, req)


def _set_limits(tx: Tx, who: Viewer, workspace_id: int, req: wire.SetLimits) -> Workspace:
    workspaces.set_limits(tx, workspace_id, req)
    return workspaces.get(tx, who, workspace_id)


async def set_limits(ctx: Context, req: wire.SetLimits) -> Workspace:
    """Give a workspace other limits, in place of all it had; what is left out has none."""
    return await ctx.db.write(_set_limits, viewer(ctx.caller), ctx.workspace_id, req)


async def delete_workspace(ctx: Context, req: wire.Delete) -> wire.Deletion:
    """Delete a workspace with all it holds, or with ``dry_run`` tell what would go.

    It is gone for everybody at once; rows and files are removed afterwards (``deletions`` tells how far).
    """
    workspaces.refuse_first(ctx.workspace.name)
    report = await deleting.report(ctx.db, ctx.blobs, [ctx.workspace_id], dry_run=req.dry_run)
    if not req.dry_run:
        await ctx.db.write(workspaces.mark_deleting, [ctx.workspace_id])
    return report


async def list_deletions(ctx: Context, _req: Ask) -> wire.Deletions:
    """The deleted workspaces of the caller whose rows and files are still being removed."""
    return wire.Deletions(await ctx.db.read(deleting.unfinished, viewer(ctx.caller)))


_READ, _WRITE, _DELETE = Permission.WORKSPACE_READ, Permission.WORKSPACE_WRITE, Permission.WORKSPACE_DELETE

ENDPOINTS = [
    Endpoint("GET", "workspaces", list_workspaces, needs=Permission.SIGNED_IN, under=V1),
    Endpoint("POST", "workspaces", create_workspace, needs=Permission.WORKSPACE_CREATE, under=V1),
    Endpoint("GET", "workspaces/{workspace}", get_workspace, needs=_READ, under=V1),
    Endpoint("PATCH", "workspaces/{workspace}", update_workspace, needs=_WRITE, under=V1),
    Endpoint("PUT", "workspaces/{workspace}/limits", set_limits, needs=Permission.LIMIT_WRITE, under=V1),
    Endpoint("DELETE", "workspaces/{workspace}", delete_workspace, needs=_DELETE, under=V1),
    Endpoint("GET", "deletions", list_deletions, needs=Permission.SIGNED_IN, under=V1),
]
