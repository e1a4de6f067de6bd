"""The endpoints of registered models, their tags and aliases."""

from lazward.wire import registry as wire
from lazward.wire.base import Empty, KeyValue
from lazward_server.db.database import Tx
from lazward_server.http.endpoint import Context, Endpoint
from lazward_server.http.permission import Permission
from lazward_server.registry import aliases, models, names, search, tags, versions


async def create(ctx: Context, req: wire.CreateModel) -> wire.FoundModel:
    """Make a registered model."""
    return wire.FoundModel(await ctx.db.write(models.create, ctx.workspace_id, req))


async def get(ctx: Context, req: wire.GetModel) -> wire.FoundModel:
    """One registered model."""
    return wire.FoundModel(await ctx.db.read(models.get, ctx.workspace_id, req.name))


async def update(ctx: Context, req: wire.UpdateModel) -> wire.FoundModel:
    """Replace a model's description."""
    found = await ctx.db.write(models.describe, ctx.workspace_id, req.name, req.description)
    return wire.FoundModel(found)


async def rename(ctx: Context, req: wire.RenameModel) -> wire.FoundModel:
    """Give a model another name."""
    return wire.FoundModel(await ctx.db.write(models.rename, ctx.workspace_id, req.name, req.new_name))


async def delete(ctx: Context, req: wire.DeleteModel) -> Empty:
    """Remove a model with all its versions."""
    await ctx.db.write(models.delete, ctx.workspace_id, req.name)
    return Empty()


async def find(ctx: Context, req: wire.SearchModels) -> wire.Models:
    """Registered models by a filter."""
    return await ctx.db.read(search.models, ctx.workspace_id, req)


async def list_all(ctx: Context, req: wire.ListModels) -> wire.Models:
    """All registered models, as old clients ask for them."""
    query = wire.SearchModels(max_results=req.max_results, page_token=req.page_token)
    return await ctx.db.read(search.models, ctx.workspace_id, query)


async def get_latest_versions(ctx: Context, req: wire.GetLatestVersions) -> wire.Versions:
    """The newest version of each stage."""
    return wire.Versions(await ctx.db.read(versions.newest, ctx.workspace_id, req.name, req.stages))


def _set_tag(tx: Tx, workspace_id: int, req: wire.SetModelTag) -> None:
    given = names.checked_tags([KeyValue(req.key, req.value)])
    tags.set_on_model(tx, models.find(tx, workspace_id, req.name, change=True), given)


async def set_tag(ctx: Context, req: wire.SetModelTag) -> Empty:
    """Set a tag of a model."""
    await ctx.db.write(_set_tag, ctx.workspace_id, req)
    return Empty()


def _delete_tag(tx: Tx, workspace_id: int, req: wire.DeleteModelTag) -> None:
    tags.delete_from_model(tx, models.find(tx, workspace_id, req.name, change=True), req.key)


async def delete_tag(ctx: Context, req: wire.DeleteModelTag) -> Empty:
    """Remove a tag of a model."""
    await ctx.db.write(_delete_tag, ctx.workspace_id, req)
    return Empty()


async def set_alias(ctx: Context, req: wire.SetAlias) -> Empty:
    """Let an alias point at a version."""
    await ctx.db.write(aliases.set_alias, ctx.workspace_id, req.name, req.alias, req.version)
    return Empty()


async def delete_alias(ctx: Context, req: wire.DeleteAlias) -> Empty:
    """Remove an alias."""
    await ctx.db.write(aliases.delete, ctx.workspace_id, req.name, req.alias)
    return Empty()


async def get_by_alias(ctx: Context, req: wire.GetByAlias) -> wire.FoundVersion:
    """The version an alias points at."""
    return wire.FoundVersion(await ctx.db.read(aliases.get, ctx.workspace_id, req.name, req.alias))


_READ, _WRITE = Permission.MODEL_READ, Permission.MODEL_WRITE

ENDPOINTS = [
    Endpoint("POST", "registered-models/create", create, needs=_WRITE),
    Endpoint("POST", "registered-models/rename", rename, needs=_WRITE),
    Endpoint("PATCH", "registered-models/update", update, needs=_WRITE),
    Endpoint("DELETE", "registered-models/delete", delete, needs=_WRITE),
    Endpoint("GET", "registered-models/get", get, needs=_READ),
    Endpoint("GET", "registered-models/search", find, needs=_READ),
    Endpoint("GET", "registered-models/list", list_all, needs=_READ),
    Endpoint("GET", "registered-models/get-latest-versions", get_latest_versions, needs=_READ),
    Endpoint(
        "POST", "registered-models/get-latest-versions", get_latest_versions, needs=_READ, audited=False
    ),
    Endpoint("POST", "registered-models/set-tag", set_tag, needs=_WRITE),
    Endpoint("DELETE", "registered-models/delete-tag", delete_tag, needs=_WRITE),
    Endpoint("POST", "registered-models/alias", set_alias, needs=_WRITE),
    Endpoint("DELETE", "registered-models/alias", delete_alias, needs=_WRITE),
    Endpoint("GET", "registered-models/alias", get_by_alias, needs=_READ),
]
