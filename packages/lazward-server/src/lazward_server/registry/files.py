"""Where the server itself finds a version's files."""

import sqlalchemy as sa

from lazward_server.artifacts.runs import root_of
from lazward_server.db.database import Tx
from lazward_server.db.schema import experiments, logged_models
from lazward_server.registry import source_paths
from lazward_server.registry.found import find


def roots(tx: Tx, workspace_id: int, name: str, version: str) -> list[str]:
    """The URIs to look below, in this order; never empty."""
    location = find(tx, workspace_id, name, version).location
    parts = source_paths.split(location)
    if parts.scheme != "runs":
        return [location]
    run_id, _, path = parts.path.lstrip("/").partition("/")
    below_run = f"{root_of(tx, workspace_id, run_id)}/{path}".rstrip("/")
    return [below_run, *_logged_as(tx, workspace_id, run_id, path)]


def _logged_as(tx: Tx, workspace_id: int, run_id: str, path: str) -> list[str]:
    """Of the logged model of this name that the run made last; newer clients log models like that."""
    name, _, rest = path.partition("/")
    m = logged_models.c
    joined = logged_models.join(experiments, experiments.c.id == m.experiment_id)
    match = (m.source_run_id == run_id) & (m.name == name) & m.deleted_at.is_(None)
    query = sa.select(m.artifact_uri).select_from(joined)
    newest = query.where(match, experiments.c.workspace_id == workspace_id).order_by(m.id.desc()).limit(1)
    return [f"{uri}/{rest}".rstrip("/") for uri in tx.execute(newest).scalars()]
