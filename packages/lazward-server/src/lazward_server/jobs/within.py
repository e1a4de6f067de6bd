"""Which runs belong to a job, and how a job's state shows on its run."""

import sqlalchemy as sa

from lazward.wire.jobs import STATUSES
from lazward_server.db.database import Tx
from lazward_server.db.schema import jobs, logged_models, runs

__all__ = ["STATUSES", "model_belongs", "run_belongs", "run_ids"]

_DEEPEST = 10
"""Jobs submitted by jobs submitted by jobs: so many generations are looked through."""


def run_belongs(tx: Tx, job_id: int, run_id: str) -> bool:
    """Whether a run is the job's own, was made by its script, or is of a job that it submitted."""
    owner = tx.execute(sa.select(runs.c.job_id).where(runs.c.run_id == run_id)).scalar()
    for _ in range(_DEEPEST):
        if owner is None or owner == job_id:
            break
        owner = tx.execute(sa.select(jobs.c.parent_job_id).where(jobs.c.id == owner)).scalar()
    return owner == job_id


def model_belongs(tx: Tx, job_id: int, model_id: str) -> bool:
    """Whether a logged model was made by a run of the job."""
    made_by = sa.select(logged_models.c.source_run_id).where(logged_models.c.model_id == model_id)
    run_id = tx.execute(made_by).scalar()
    return run_id is not None and run_belongs(tx, job_id, run_id)


def run_ids(tx: Tx, job_id: int) -> list[str]:
    """The runs that belong to a job and to those it submitted."""
    family = sa.select(jobs.c.id).where(jobs.c.id == job_id).cte(recursive=True)
    children = sa.select(jobs.c.id).join(family, jobs.c.parent_job_id == family.c.id)
    family = family.union(children)
    query = sa.select(runs.c.run_id).where(runs.c.job_id.in_(sa.select(family.c.id)))
    return list(tx.execute(query.order_by(runs.c.id)).scalars())
