"""Removing the registered models of a workspace that is being deleted."""

import sqlalchemy as sa

from lazward_server.db.database import Tx
from lazward_server.db.drain import ROWS, Portion
from lazward_server.db.schema import (
    model_version_tags,
    model_versions,
    registered_model_aliases,
    registered_model_tags,
    registered_models,
)

_AT_ONCE = 50


def remove_slice(tx: Tx, workspace_id: int, rows: int = ROWS) -> bool:
    """Remove some registered models with all that belongs to them; whether there may be more."""
    c = registered_models.c
    some = sa.select(c.id).where(c.workspace_id == workspace_id).order_by(c.id).limit(_AT_ONCE)
    models = list(tx.execute(some.with_for_update()).scalars())
    versions = sa.select(model_versions.c.id).where(model_versions.c.model.in_(models)).scalar_subquery()
    owned = (model_versions, registered_model_aliases, registered_model_tags)
    clean = Portion(rows).drain_all(
        tx,
        (model_version_tags, model_version_tags.c.version.in_(versions)),
        *((table, table.c.model.in_(models)) for table in owned),
    )
    if clean:
        tx.execute(sa.delete(registered_models).where(c.id.in_(models)))
    return bool(models)
