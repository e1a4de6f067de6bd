"""MLflow's own routes of workspaces, for clients since 3.10: the same rows in MLflow's words."""

from http import HTTPStatus

from starlette.responses import Response

from lazward.errors import InvalidRequest, InvalidState, NotSupported
from lazward.wire import mlflow_workspaces as wire
from lazward.wire.base import Ask, encode
from lazward.wire.mlflow_workspaces import DeletionMode
from lazward.wire.workspaces import DEFAULT, MAX_TEXT, CreateWorkspace, UpdateWorkspace, Workspace
from lazward_server.db.database import Tx
from lazward_server.http.endpoint import Context, Endpoint
from lazward_server.http.permission import Permission
from lazward_server.workspaces import deleting, names, workspaces
from lazward_server.workspaces.visible import Viewer, viewer

_UNDER = ("/api/3.0/mlflow/", "/ajax-api/3.0/mlflow/")


async def list_workspaces(ctx: Context, _req: Ask) -> wire.Listed:
    """The workspaces on which the caller has a role; all of them for administrators."""
    found = await ctx.db.read(workspaces.listed, viewer(ctx.caller))
    return wire.Listed([_told(one) for one in found])


async def get_workspace(ctx: Context, _req: Ask) -> wire.Found:
    """One workspace."""
    return wire.Found(_told(await ctx.db.read(workspaces.get, viewer(ctx.caller), ctx.workspace_id)))


async def create_workspace(ctx: Context, req: wire.CreateWorkspace) -> Response:
    """Make a workspace, in the first resource group."""
    if req.name == DEFAULT:
        raise InvalidRequest(f"The '{DEFAULT}' workspace is reserved and cannot be created")
    names.check_for_mlflow(req.name)
    _refuse_places(req)
    new = CreateWorkspace(req.name, description=_description(req.description))
    made = await ctx.db.write(workspaces.create, viewer(ctx.caller), new)
    content = encode(wire.Found(_told(made)))
    return Response(content, HTTPStatus.CREATED, media_type="application/json")


def _update(tx: Tx, who: Viewer, workspace_id: int, description: str) -> Workspace:
    workspaces.update(tx, workspace_id, UpdateWorkspace(description=description))
    return workspaces.get(tx, who, workspace_id)


async def update_workspace(ctx: Context, req: wire.UpdateWorkspace) -> wire.Found:
    """Change the description of a workspace."""
    if (req.description, req.default_artifact_root, req.trace_archival_config) == (None, None, None):
        raise InvalidRequest("Workspace update must have at least one key")
    _refuse_places(req)
    who = viewer(ctx.caller)
    if req.description is None:
        return wire.Found(_told(await ctx.db.read(workspaces.get, who, ctx.workspace_id)))
    description = _description(req.description)
    return wire.Found(_told(await ctx.db.write(_update, who, ctx.workspace_id, description)))


async def delete_workspace(ctx: Context, req: wire.DeleteWorkspace) -> Response:
    """Delete a workspace: one that holds nothing, or with ``mode=CASCADE`` with all it holds."""
    name = ctx.workspace.name
    if name == DEFAULT:
        raise InvalidRequest(f"The '{DEFAULT}' workspace is reserved and cannot be deleted")
    if req.mode is DeletionMode.SET_DEFAULT:
        raise NotSupported(
            "Moving what a workspace holds to the default one is not possible here; use mode=CASCADE to"
            " delete it, or mode=RESTRICT where nothing is left."
        )
    if req.mode is DeletionMode.RESTRICT:
        if await ctx.blobs.list_folder(ctx.workspace.folder):
            raise _not_empty(name, "artifacts")
        await ctx.db.write(_delete_empty, ctx.workspace_id, name)
    else:
        await ctx.db.write(workspaces.mark_deleting, [ctx.workspace_id])
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _delete_empty(tx: Tx, workspace_id: int, name: str) -> None:
    held = deleting.counted(tx, [workspace_id])
    if more := held["experiments"] - 1:  # every workspace has the one it began with
        raise _not_empty(name, f"{more} more experiments than its first")
    if full := [f"{count} {what}" for what, count in held.items() if count and what != "experiments"]:
        raise _not_empty(name, ", ".join(full))
    workspaces.mark_deleting(tx, [workspace_id])


def _not_empty(name: str, what: str) -> InvalidState:
    return InvalidState(
        f"Cannot delete workspace '{name}': it still contains {what}. Remove them, or use mode=CASCADE."
    )


def _refuse_places(req: wire.CreateWorkspace | wire.UpdateWorkspace) -> None:
    """Empty places are legal: they ask for the server's own."""
    if (req.default_artifact_root or "").strip():
        raise InvalidRequest(
            "'default_artifact_root' cannot be set here: each workspace's artifacts lie in a folder of its "
            "own, where the server keeps them (lazward up --artifacts)."
        )
    archival = req.trace_archival_config
    if archival and (archival.location or archival.retention):
        raise InvalidRequest("'trace_archival_config' cannot be set here: this server keeps no traces.")


def _description(given: str | None) -> str:
    """A description within its limit, which MLflow does not have."""
    if given is not None and len(given) > MAX_TEXT:
        raise InvalidRequest(f"'description' exceeds the maximum length of {MAX_TEXT} characters")
    return given or ""


def _told(workspace: Workspace) -> wire.Workspace:
    return wire.Workspace(workspace.name, workspace.description or None)


ENDPOINTS = [
    Endpoint("GET", "workspaces", list_workspaces, needs=Permission.SIGNED_IN, under=_UNDER),
    Endpoint("POST", "workspaces", create_workspace, needs=Permission.WORKSPACE_CREATE, under=_UNDER),
    Endpoint("GET", "workspaces/{workspace}", get_workspace, needs=Permission.WORKSPACE_READ, under=_UNDER),
    Endpoint(
        "PATCH", "workspaces/{workspace}", update_workspace, needs=Permission.WORKSPACE_WRITE, under=_UNDER
    ),
    Endpoint(
        "DELETE", "workspaces/{workspace}", delete_workspace, needs=Permission.WORKSPACE_DELETE, under=_UNDER
    ),
]
