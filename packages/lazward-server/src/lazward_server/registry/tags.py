"""Tags of registered models and of their versions."""

from collections.abc import Mapping

import sqlalchemy as sa

from lazward_server.db.bulk import Bulk
from lazward_server.db.database import Tx
from lazward_server.db.schema import model_version_tags, registered_model_tags


def _upsert(table: str, owner: str) -> Bulk:
    return Bulk(
        f"insert into {table}({owner}, key, value) select owner, key, value from given where true"
        f" on conflict ({owner}, key) do update set value = excluded.value",
        owner="bigint",
        key="text",
        value="text",
    )


_SET_ON_MODEL = _upsert("registered_model_tags", "model")
_SET_ON_VERSION = _upsert("model_version_tags", "version")


def set_on_model(tx: Tx, model: int, tags: Mapping[str, str]) -> None:
    """Set tags of a registered model."""
    _SET_ON_MODEL(tx, [(model, key, value) for key, value in sorted(tags.items())])


def set_on_version(tx: Tx, version: int, tags: Mapping[str, str]) -> None:
    """Set tags of a version."""
    _SET_ON_VERSION(tx, [(version, key, value) for key, value in sorted(tags.items())])


def delete_from_model(tx: Tx, model: int, key: str) -> None:
    """Remove a tag of a registered model; one it does not have is no error."""
    match = (registered_model_tags.c.model == model) & (registered_model_tags.c.key == key)
    tx.execute(sa.delete(registered_model_tags).where(match))


def delete_from_version(tx: Tx, version: int, key: str) -> None:
    """Remove a tag of a version; one it does not have is no error."""
    match = (model_version_tags.c.version == version) & (model_version_tags.c.key == key)
    tx.execute(sa.delete(model_version_tags).where(match))
