"""Which runs belong to a job, and how a job's state shows on its run."""

from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa

from lazward.wire.jobs import STATUSES
from lazward_server.artifacts.location import PROXIED
from lazward_server.db.database import Tx
from lazward_server.db.schema import (
    experiments,
    jobs,
    logged_models,
    model_versions,
    registered_models,
    runs,
)

__all__ = ["STATUSES", "all_belong", "experiment_of", "is_registered", "model_belongs", "run_ids"]

_DEEPEST = 10
"""Jobs submitted by jobs submitted by jobs: so many generations are looked through."""


class Home(NamedTuple):
    """The experiment of a job; it is known by both.

    Attributes:
        id: Its number, as text.
        name: Its name.
    """

    id: str
    name: str


def experiment_of(tx: Tx, run_id: str) -> Home:
    """The experiment of a run that there is."""
    joined = runs.join(experiments, experiments.c.id == runs.c.experiment_id)
    query = sa.select(experiments.c.id, experiments.c.name).select_from(joined)
    row = tx.execute(query.where(runs.c.run_id == run_id)).one()
    return Home(str(row.id), row.name)


def all_belong(tx: Tx, job_id: int, run_ids: Iterable[str]) -> bool:
    """Whether all of these are runs of the job."""
    return all(_run_belongs(tx, job_id, run_id) for run_id in run_ids)


def _run_belongs(tx: Tx, job_id: int, run_id: str) -> bool:
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
    return run_id is not None and _run_belongs(tx, job_id, run_id)


def is_registered(tx: Tx, job_id: int, path: str) -> bool:
    """Whether a path below the artifacts leads to a registered model of the job's workspace, or into it."""
    location = model_versions.c.storage_location
    place = sa.literal(f"{PROXIED}:/{path}/")
    lies_in = sa.func.substr(place, 1, sa.func.length(location) + 1) == location + "/"
    own = sa.select(jobs.c.workspace_id).where(jobs.c.id == job_id).scalar_subquery()
    joined = model_versions.join(registered_models, registered_models.c.id == model_versions.c.model)
    match = (registered_models.c.workspace_id == own) & lies_in
    query = sa.select(model_versions.c.id).select_from(joined).where(match)
    return tx.execute(query.limit(1)).first() is not None


def run_ids(tx: Tx, job_id: int) -> list[str]:
    """The runs that belong to a job and to those it submitted."""
    family = sa.select(jobs.c.id).where(jobs.c.id == job_id).cte(recursive=True)
    children = sa.select(jobs.c.id).join(family, jobs.c.parent_job_id == family.c.id)
    family = family.union(children)
    query = sa.select(runs.c.run_id).where(runs.c.job_id.in_(sa.select(family.c.id)))
    return list(tx.execute(query.order_by(runs.c.id)).scalars())
