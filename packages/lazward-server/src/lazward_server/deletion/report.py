"""What a workspace holds, and what therefore goes with it."""

import sqlalchemy as sa

from lazward.wire.deletion import Contents
from lazward_server.artifacts.store import BlobStore
from lazward_server.db.database import Database, Tx
from lazward_server.db.schema import experiments, logged_models, model_versions, registered_models, runs
from lazward_server.deletion.files import measure
from lazward_server.http.workspace import Workspace


async def report(db: Database, blobs: BlobStore, workspace: Workspace) -> Contents:
    """Count the rows of a workspace and look through its files."""
    counts = await db.read(count, workspace.id)
    return Contents(*counts, *await measure(blobs, [workspace.folder]))


def count(tx: Tx, workspace_id: int) -> tuple[int, int, int, int, int]:
    """How many experiments, runs, logged models, registered models and versions a workspace holds."""
    theirs = experiments.c.workspace_id == workspace_id
    in_experiments = sa.select(experiments.c.id).where(theirs)
    own = registered_models.c.workspace_id == workspace_id
    in_models = sa.select(registered_models.c.id).where(own)
    return (
        _count(tx, experiments, theirs),
        _count(tx, runs, runs.c.experiment_id.in_(in_experiments)),
        _count(tx, logged_models, logged_models.c.experiment_id.in_(in_experiments)),
        _count(tx, registered_models, own),
        _count(tx, model_versions, model_versions.c.model.in_(in_models)),
    )


def _count(tx: Tx, table: sa.Table, match: sa.ColumnElement[bool]) -> int:
    return tx.execute(sa.select(sa.func.count()).select_from(table).where(match)).scalar_one()
