"""What is deleted and not yet removed for good."""

from typing import Any

import sqlalchemy as sa

from lazward.errors import InvalidRequest
from lazward.wire.deletion import (
    DeletedExperiment,
    DeletedExperiments,
    DeletedRun,
    DeletedRuns,
    SearchTrash,
)
from lazward_server.db.database import Tx
from lazward_server.db.schema import experiments, runs

_e, _r = experiments.c, runs.c


def deleted_experiments(tx: Tx, workspace_id: int, req: SearchTrash) -> DeletedExperiments:
    """The deleted experiments of a workspace, the last deleted first."""
    inside = sa.select(sa.func.count()).where(_r.experiment_id == _e.id).scalar_subquery()
    query = sa.select(_e.id, _e.name, _e.deleted_at, inside.label("runs"))
    query = query.where(_e.workspace_id == workspace_id, _e.deleted_at.is_not(None))
    rows, token = _page(tx, query, experiments, req)
    found = [DeletedExperiment(str(row.id), row.name, row.deleted_at, row.runs) for row in rows]
    return DeletedExperiments(found, token)


def deleted_runs(tx: Tx, workspace_id: int, req: SearchTrash) -> DeletedRuns:
    """The deleted runs of a workspace's active experiments, the last deleted first."""
    joined = runs.join(experiments, _e.id == _r.experiment_id)
    named = (_e.id.label("experiment_id"), _e.name.label("experiment"))
    query = sa.select(_r.id, _r.run_id, _r.name, _r.deleted_at, *named).select_from(joined)
    query = query.where(_e.workspace_id == workspace_id, _e.deleted_at.is_(None), _r.deleted_at.is_not(None))
    rows, token = _page(tx, query, runs, req)
    found = [
        DeletedRun(row.run_id, row.name, str(row.experiment_id), row.experiment, row.deleted_at)
        for row in rows
    ]
    return DeletedRuns(found, token)


def _page(
    tx: Tx, query: sa.Select[*tuple[Any, ...]], table: sa.Table, req: SearchTrash
) -> tuple[list[sa.Row[Any]], str | None]:
    """A page of the rows of a table, and where the next begins."""
    c = table.c
    if req.name:
        query = query.where(sa.func.lower(c.name).contains(req.name.lower(), autoescape=True))
    if req.page_token:
        query = query.where(sa.tuple_(c.deleted_at, c.id) < sa.tuple_(*_position(req.page_token)))
    query = query.order_by(c.deleted_at.desc(), c.id.desc()).limit(req.max_results + 1)
    rows = list(tx.execute(query).all())
    shown = rows[: req.max_results]
    more = len(rows) > req.max_results
    return shown, f"{shown[-1].deleted_at}-{shown[-1].id}" if more else None


def _position(token: str) -> tuple[int, int]:
    parts = token.split("-")
    if len(parts) != 2 or not all(one.isdecimal() and len(one) < 19 for one in parts):  # noqa: PLR2004 - digits of 2**63
        raise InvalidRequest("The page token is none of this list's.")
    return int(parts[0]), int(parts[1])
