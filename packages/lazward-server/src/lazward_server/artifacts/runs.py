"""Where a run's artifacts lie: the one thing asked of the tables here, since tracking stands above."""

import sqlalchemy as sa

from lazward.errors import NotFound
from lazward_server.db.database import Tx
from lazward_server.db.schema import experiments, runs


def root_of(tx: Tx, workspace_id: int, run_id: str) -> str:
    """The run's artifact URI.

    Raises:
        NotFound: The workspace has no such run.
    """
    found = tx.execute(
        sa.select(runs.c.artifact_uri)
        .join(experiments, experiments.c.id == runs.c.experiment_id)
        .where(runs.c.run_id == run_id, experiments.c.workspace_id == workspace_id)
    ).scalar()
    if found is None:
        raise NotFound(f"Run with id={run_id} not found")
    return found
