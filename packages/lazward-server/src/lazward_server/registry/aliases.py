"""Aliases: names that point at one version of a model each."""

import sqlalchemy as sa

from lazward.errors import NotFound
from lazward.wire.registry import ModelVersion
from lazward_server.db.bulk import Bulk
from lazward_server.db.database import Tx
from lazward_server.db.schema import registered_model_aliases
from lazward_server.registry import found, models, names, versions

_SET = Bulk(
    "insert into registered_model_aliases(model, alias, version)"
    " select model, alias, version from given where true"
    " on conflict (model, alias) do update set version = excluded.version",
    model="bigint",
    alias="text",
    version="int",
)


def set_alias(tx: Tx, workspace_id: int, name: str, alias: str, version: str) -> None:
    """Let an alias point at a version, wherever it pointed before."""
    names.check_free_alias(alias)
    target = found.find(tx, workspace_id, name, version, change=True)
    _SET(tx, [(target.model, alias, target.number)])


def delete(tx: Tx, workspace_id: int, name: str, alias: str) -> None:
    """Remove an alias; one that the model does not have is no error."""
    names.check_alias(alias)
    model = models.find(tx, workspace_id, name, change=True)
    table = registered_model_aliases
    tx.execute(sa.delete(table).where((table.c.model == model) & (table.c.alias == alias)))


def get(tx: Tx, workspace_id: int, name: str, alias: str) -> ModelVersion:
    """The version an alias points at; ``latest`` is always the newest.

    Raises:
        NotFound: There is no such model, or it has no version yet.
        InvalidRequest: The model has no such alias; clients expect this code, not NotFound.
    """
    names.check_alias(alias)
    model = models.find(tx, workspace_id, name)
    if alias.lower() != names.LATEST:
        return versions.one(tx, found.at_alias(tx, model, alias).id)
    newest = found.newest(tx, model)
    if newest is None:
        raise NotFound(f"Latest version not found for model {name}.")
    return versions.one(tx, newest.id)
