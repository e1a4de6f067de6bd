"""Model versions: numbered from 1 in each model, and never with a number that was used before."""

import sqlalchemy as sa

from lazward.errors import NotFound
from lazward.wire.registry import CreateVersion, ModelVersion, TransitionStage
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.db.schema import (
    model_version_tags,
    model_versions,
    registered_model_aliases,
    registered_models,
)
from lazward_server.registry import load, models, names, sources, stages, tags
from lazward_server.registry.found import find
from lazward_server.tracking import logged_model_data, logged_models


def create(tx: Tx, workspace_id: int, req: CreateVersion, user: str | None = None) -> ModelVersion:
    """Make a version of what lies at a source.

    Args:
        tx: The transaction.
        workspace_id: Whose registry it is for.
        req: The version.
        user: Who registers it.

    Raises:
        NotFound: There is no such model, or the source names one that does not exist.
        InvalidRequest: The source may not be used.
    """
    names.check_name(req.name)
    given = names.checked_tags(req.tags)
    origin = sources.resolve(tx, workspace_id, req, prompt=names.is_prompt(given))
    time = now()
    model, number = _next(tx, workspace_id, req.name, time)
    row = sa.insert(model_versions).values(
        model=model,
        version=number,
        description=req.description,
        user_id=user,
        source=origin.source,
        storage_location=origin.location,
        run_id=origin.run_id,
        run_link=req.run_link,
        model_id=origin.model_id,
        created_at=time,
        updated_at=time,
    )
    version = tx.execute(row.returning(model_versions.c.id)).scalar_one()
    tags.set_on_version(tx, version, given)
    if origin.model_id:
        _note(tx, workspace_id, origin.model_id, req.name, number)
    return one(tx, version)


def get(tx: Tx, workspace_id: int, name: str, version: str) -> ModelVersion:
    """One version."""
    return one(tx, find(tx, workspace_id, name, version).id)


def one(tx: Tx, number: int) -> ModelVersion:
    """The version with this integer id."""
    (found,) = load.versions(tx, [number])
    return found


def describe(tx: Tx, workspace_id: int, name: str, version: str, description: str) -> ModelVersion:
    """Replace the description."""
    found = find(tx, workspace_id, name, version, change=True)
    change = sa.update(model_versions).where(model_versions.c.id == found.id)
    tx.execute(change.values(description=description, updated_at=now()))
    return one(tx, found.id)


def transition(tx: Tx, workspace_id: int, req: TransitionStage) -> ModelVersion:
    """Move a version to another stage, and the versions that are there to the archive if that is wanted."""
    stage = stages.number(req.stage)
    if req.archive_existing_versions:
        stages.check_archiving(req.stage)
    found = find(tx, workspace_id, req.name, req.version, change=True)
    time = models.touch(tx, found.model)
    c = model_versions.c
    if req.archive_existing_versions:
        others = (c.model == found.model) & (c.stage == stage) & (c.id != found.id)
        tx.execute(sa.update(model_versions).where(others).values(stage=stages.ARCHIVED, updated_at=time))
    tx.execute(sa.update(model_versions).where(c.id == found.id).values(stage=stage, updated_at=time))
    return one(tx, found.id)


def delete(tx: Tx, workspace_id: int, name: str, version: str) -> None:
    """Remove a version with its tags, and the aliases that point at it."""
    found = find(tx, workspace_id, name, version, change=True)
    a = registered_model_aliases.c
    pointing = (a.model == found.model) & (a.version == found.number)
    tx.execute(sa.delete(registered_model_aliases).where(pointing))
    tx.execute(sa.delete(model_version_tags).where(model_version_tags.c.version == found.id))
    tx.execute(sa.delete(model_versions).where(model_versions.c.id == found.id))
    models.touch(tx, found.model)


def newest(tx: Tx, workspace_id: int, name: str, wanted: list[str]) -> list[ModelVersion]:
    """The newest version of each of these stages, or of all."""
    model = models.find(tx, workspace_id, name)
    found = load.newest_versions(tx, [model])[model]
    numbers = {stages.number(stage) for stage in wanted or stages.NAMES}
    return [version for version in found if stages.number(version.current_stage) in numbers]


def download_uri(tx: Tx, workspace_id: int, name: str, version: str) -> str:
    """Where the files of a version lie."""
    return find(tx, workspace_id, name, version).location


def _next(tx: Tx, workspace_id: int, name: str, time: int) -> tuple[int, int]:
    """The model's id and a version number that was never used, its row locked by the counting."""
    c = registered_models.c
    count = sa.update(registered_models).where((c.workspace_id == workspace_id) & (c.name == name))
    changed = count.values(last_version=c.last_version + 1, updated_at=time)
    row = tx.execute(changed.returning(c.id, c.last_version)).first()
    if row is None:
        raise NotFound(f"Registered Model with name={name} not found")
    return row.id, row.last_version


def _note(tx: Tx, workspace_id: int, model_id: str, name: str, number: int) -> None:
    """Let the logged model's tag tell where it was registered, if it is still there."""
    try:
        model = logged_models.find(tx, workspace_id, model_id, change=True)
    except NotFound:
        return
    logged_model_data.add_version(tx, model.id, name, number)
