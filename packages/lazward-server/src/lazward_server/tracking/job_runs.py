"""Runs that are jobs, as far as what is done to runs depends on it."""

import sqlalchemy as sa

from lazward_server.db.database import Tx
from lazward_server.db.schema import jobs, nodes, runs


def is_job(tx: Tx, number: int) -> bool:
    """Whether a run is that of a job."""
    return tx.execute(sa.select(jobs.c.id).where(jobs.c.run == number)).first() is not None


def unfinished(tx: Tx, match: sa.ColumnElement[bool]) -> int:
    """How many of the runs that match are jobs which are not over, or have something left on a node."""
    on_node = sa.exists().where(nodes.c.job_id == jobs.c.id)
    joined = jobs.join(runs, runs.c.id == jobs.c.run)
    query = sa.select(sa.func.count()).select_from(joined)
    return tx.execute(query.where(match, jobs.c.ended_at.is_(None) | on_node)).scalar_one()
