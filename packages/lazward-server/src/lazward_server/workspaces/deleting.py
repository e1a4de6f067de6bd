"""What goes with a workspace, and which are still on their way out."""

from collections.abc import Sequence

import sqlalchemy as sa

from lazward.wire.workspaces import Deletion, Unfinished
from lazward_server.artifacts.store import BlobStore
from lazward_server.db.database import Database, Tx
from lazward_server.db.schema import (
    experiments,
    logged_models,
    model_versions,
    registered_models,
    runs,
    workspaces,
)
from lazward_server.deletion.files import measure
from lazward_server.workspaces.visible import Viewer, theirs

_FIRST = 1
"""The number of the first workspace; below it there is none that anybody made."""


async def report(db: Database, blobs: BlobStore, numbers: Sequence[int], *, dry_run: bool) -> Deletion:
    """What workspaces hold, all together; their files are counted one by one, which may take a while."""
    ids, names, folders = await db.read(_named, numbers)
    size = await measure(blobs, folders)
    counts = await db.read(counted, numbers)
    return Deletion(dry_run=dry_run, ids=ids, workspaces=names, **counts, files=size.files, bytes=size.bytes)


def unfinished(tx: Tx, who: Viewer) -> list[Unfinished]:
    """The workspaces of somebody that are deleted and not yet removed, the oldest deletion first."""
    c = workspaces.c
    going = c.deleting_at.is_not(None) & (c.id >= _FIRST) & theirs(who)
    rows = tx.execute(sa.select(c.id, c.name, c.deleting_at).where(going).order_by(c.deleting_at, c.id))
    return [Unfinished(row.id, row.name.partition("~")[0], row.deleting_at) for row in rows]


def _named(tx: Tx, numbers: Sequence[int]) -> tuple[list[int], list[str], list[str]]:
    c = workspaces.c
    rows = tx.execute(sa.select(c.id, c.name, c.folder).where(c.id.in_(numbers)).order_by(c.name)).all()
    return [row.id for row in rows], [row.name for row in rows], [row.folder for row in rows]


def counted(tx: Tx, numbers: Sequence[int]) -> dict[str, int]:
    """How much there is of everything in workspaces."""
    of_runs = runs.join(experiments, experiments.c.id == runs.c.experiment_id)
    of_models = logged_models.join(experiments, experiments.c.id == logged_models.c.experiment_id)
    of_versions = model_versions.join(registered_models, registered_models.c.id == model_versions.c.model)
    by_experiment, by_model = experiments.c.workspace_id, registered_models.c.workspace_id
    count = sa.select(sa.func.count())
    statements = {
        "experiments": count.select_from(experiments).where(by_experiment.in_(numbers)),
        "runs": count.select_from(of_runs).where(by_experiment.in_(numbers)),
        "logged_models": count.select_from(of_models).where(by_experiment.in_(numbers)),
        "registered_models": count.select_from(registered_models).where(by_model.in_(numbers)),
        "model_versions": count.select_from(of_versions).where(by_model.in_(numbers)),
    }
    return {what: tx.execute(statement).scalar_one() for what, statement in statements.items()}
