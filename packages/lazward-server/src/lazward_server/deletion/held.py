"""What registered models stand on: runs and files that their versions name, which nobody may take away."""

from collections.abc import Iterator
from typing import NamedTuple

import sqlalchemy as sa

from lazward_server.db.bulk import Bulk
from lazward_server.db.database import Tx
from lazward_server.db.schema import model_versions, registered_models

_EXPERIMENTS = Bulk(
    "select given.id, experiment_id from given join runs on run_id = given.id"
    " union select given.id, experiment_id from given join logged_models on model_id = given.id",
    id="text",
)


class Held(NamedTuple):
    """What the versions of a workspace name, each with the first version that does.

    Attributes:
        ids: Ids of runs and models, and whatever else stands between the slashes of an address.
        locations: Where files lie.
    """

    ids: dict[str, str]
    locations: dict[str, str]

    def of(self, *ids: str) -> str | None:
        """The version that stands on any of these runs or models."""
        return next((self.ids[one] for one in ids if one in self.ids), None)

    def below(self, uri: str) -> str | None:
        """The version whose files lie below this address."""
        lie = (holder for place, holder in self.locations.items() if f"{place}/".startswith(f"{uri}/"))
        return next(lie, None)

    def experiments(self, tx: Tx) -> dict[int, str]:
        """The experiments that hold such runs and models, with a version."""
        found = _EXPERIMENTS(tx, [(id_,) for id_ in sorted(self.ids)])
        return {experiment: self.ids[id_] for id_, experiment in sorted(found)}


def held(tx: Tx, workspace_id: int) -> Held:
    """What the registered models of a workspace stand on."""
    found = Held({}, {})
    for holder, address in _addresses(tx, workspace_id):
        found.locations.setdefault(address, holder)
        for part in address.split("/"):
            found.ids.setdefault(part, holder)
    return found


def _addresses(tx: Tx, workspace_id: int) -> Iterator[tuple[str, str]]:
    m, v = registered_models.c, model_versions.c
    joined = model_versions.join(registered_models, m.id == v.model)
    query = sa.select(m.name, v.version, v.run_id, v.model_id, v.source, v.storage_location)
    rows = tx.execute(query.select_from(joined).where(m.workspace_id == workspace_id).order_by(v.id))
    for row in rows:
        for address in filter(None, (row.run_id, row.model_id, row.source, row.storage_location)):
            yield f"version {row.version} of model '{row.name}'", address
