"""Finding one version of a model: by number, by alias, or the newest."""

from typing import NamedTuple

import sqlalchemy as sa

from lazward.errors import InvalidRequest, NotFound
from lazward_server.db.database import Tx
from lazward_server.db.schema import model_versions, registered_model_aliases
from lazward_server.registry import models, names

_c = model_versions.c
_VERSION = sa.select(
    _c.id, _c.model, _c.version, _c.source, _c.storage_location, _c.run_id, _c.model_id
).select_from(model_versions)


class Version(NamedTuple):
    """A version as far as others need it."""

    id: int
    model: int
    number: int
    source: str
    storage_location: str | None
    run_id: str | None
    model_id: str | None

    @property
    def location(self) -> str:
        """Where its files lie, which the source may only point to."""
        return self.storage_location or self.source


def find(tx: Tx, workspace_id: int, name: str, version: str, *, change: bool = False) -> Version:
    """A version by its number; with ``change`` the model's row is locked until the transaction ends.

    Raises:
        NotFound: There is no such version, or no such model.
        InvalidRequest: The version is no number.
    """
    number = names.version_number(version)
    try:
        model = models.find(tx, workspace_id, name, change=change)
    except NotFound:
        raise missing(name, version) from None
    found = _first(tx, _VERSION.where((_c.model == model) & (_c.version == number)))
    if found is None:
        raise missing(name, version)
    return found


def at_alias(tx: Tx, model: int, alias: str) -> Version:
    """The version an alias points at.

    Raises:
        InvalidRequest: The model has no such alias; clients expect this code, not NotFound.
    """
    a = registered_model_aliases.c
    joined = _VERSION.join(registered_model_aliases, (a.model == _c.model) & (a.version == _c.version))
    found = _first(tx, joined.where((a.model == model) & (a.alias == alias)))
    if found is None:
        raise InvalidRequest(f"Registered model alias {alias} not found.")
    return found


def newest(tx: Tx, model: int, stage: int | None = None) -> Version | None:
    """The newest version of a model, or of one of its stages."""
    match = _c.model == model
    if stage is not None:
        match &= _c.stage == stage
    return _first(tx, _VERSION.where(match).order_by(_c.version.desc()).limit(1))


def missing(name: str, version: str) -> NotFound:
    """The error for a version that a model does not have."""
    return NotFound(f"Model Version (name={name}, version={version}) not found")


def _first(tx: Tx, query: sa.Executable) -> Version | None:
    row = tx.execute(query).first()
    return None if row is None else Version._make(row)
