"""Choosing the deleted runs to remove for good, and moving them out of sight."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from lazward.errors import InvalidState
from lazward.wire.deletion import PurgeRuns
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.db.schema import experiments, runs
from lazward_server.deletion.choice import Choice, Doomed, check
from lazward_server.deletion.held import Held, held
from lazward_server.tracking import purge
from lazward_server.tracking.runs import missing

_PAGE = 1000

Rows = Sequence[sa.Row[Any]]


def choose(tx: Tx, workspace_id: int, req: PurgeRuns) -> Choice:
    """The runs to remove.

    Raises:
        InvalidRequest: The request does not say which.
        NotFound: A run that is named does not exist.
        InvalidState: A run that is named is not deleted.
    """
    check(req.run_ids, req.older_than, "run_ids")
    choice, holders = Choice(), held(tx, workspace_id)
    before = now() - (req.older_than or 0)
    pages = _named(tx, workspace_id, req.run_ids, before) if req.run_ids else _old(tx, workspace_id, before)
    for page in pages:
        if not _judge(tx, workspace_id, page, holders, choice):
            break
    return choice


def hide(tx: Tx, workspace_id: int, req: PurgeRuns) -> Choice:
    """Choose, and move what was chosen out of sight."""
    choice = choose(tx, workspace_id, req)
    purge.hide_runs(tx, workspace_id, [doomed.number for doomed in choice.doomed])
    return choice


def _named(tx: Tx, workspace_id: int, run_ids: list[str], before: int) -> Iterator[Rows]:
    rows = {row.run_id: row for row in tx.execute(_rows(workspace_id).where(runs.c.run_id.in_(run_ids)))}
    for run_id in run_ids:
        if run_id not in rows:
            raise missing(run_id)
        if rows[run_id].deleted_at is None:
            raise InvalidState(f"Run {run_id} is active. Only what was deleted can be removed for good.")
    yield [row for row in rows.values() if row.deleted_at <= before]


def _old(tx: Tx, workspace_id: int, before: int) -> Iterator[Rows]:
    last = -1
    while page := tx.execute(
        _rows(workspace_id)
        .where(runs.c.deleted_at <= before, runs.c.id > last)
        .order_by(runs.c.id)
        .limit(_PAGE)
    ).all():
        yield page
        last = page[-1].id


def _rows(workspace_id: int) -> "sa.Select[int, str, int, str]":
    c = runs.c
    joined = runs.join(experiments, experiments.c.id == c.experiment_id)
    query = sa.select(c.id, c.run_id, c.deleted_at, c.artifact_uri).select_from(joined)
    return query.where(experiments.c.workspace_id == workspace_id)


def _judge(tx: Tx, workspace_id: int, page: Rows, holders: Held, choice: Choice) -> bool:
    """Add a page of runs to what goes or what stays; whether there is room for more."""
    made: dict[str, list[tuple[str, str]]] = {}
    for model_id, run_id, uri in purge.models_of(tx, workspace_id, [row.id for row in page]):
        made.setdefault(run_id, []).append((model_id, uri))
    for row in page:
        models = made.get(row.run_id, [])
        if holder := holders.of(row.run_id, *(model_id for model_id, _ in models)):
            choice.keep(row.run_id, holder)
        elif not choice.take(Doomed(row.id, [row.artifact_uri, *(uri for _, uri in models)], 1, len(models))):
            return False
    return True
