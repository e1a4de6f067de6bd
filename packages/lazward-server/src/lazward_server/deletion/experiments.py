"""Choosing the deleted experiments to remove for good, and moving them out of sight."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from lazward.errors import InvalidState
from lazward.wire.deletion import PurgeExperiments
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.db.schema import experiments, logged_models, runs
from lazward_server.deletion.choice import Choice, Doomed, check
from lazward_server.deletion.held import held
from lazward_server.tracking import purge
from lazward_server.tracking.datasets import MAX_DIGITS
from lazward_server.tracking.experiments import ROOT, missing


def choose(tx: Tx, workspace_id: int, req: PurgeExperiments) -> Choice:
    """The experiments to remove.

    Raises:
        InvalidRequest: The request does not say which.
        NotFound: An experiment that is named does not exist.
        InvalidState: An experiment that is named is not deleted.
    """
    check(req.experiment_ids, req.older_than, "experiment_ids")
    choice, holders = Choice(), held(tx, workspace_id)
    holding = holders.experiments(tx)
    for row in _candidates(tx, workspace_id, req):
        holder = holding.get(row.id) or holders.below(row.artifact_location)
        if holder:
            choice.keep(str(row.id), holder)
        elif not choice.take(_doomed(tx, workspace_id, row)):
            break
    return choice


def hide(tx: Tx, workspace_id: int, req: PurgeExperiments) -> Choice:
    """Choose, and move what was chosen out of sight."""
    choice = choose(tx, workspace_id, req)
    for doomed in choice.doomed:
        purge.hide_experiment(tx, workspace_id, doomed.number, folder=doomed.folder)
    return choice


def _candidates(tx: Tx, workspace_id: int, req: PurgeExperiments) -> Iterator[sa.Row[Any]]:
    c = experiments.c
    before = now() - (req.older_than or 0)
    query = sa.select(c.id, c.artifact_location, c.deleted_at).where(c.workspace_id == workspace_id)
    if not req.experiment_ids:
        yield from tx.execute(query.where(c.deleted_at <= before).order_by(c.id))
        return
    numbers = [int(id_) for id_ in req.experiment_ids if id_.isdecimal() and len(id_) <= MAX_DIGITS]
    rows = {str(row.id): row for row in tx.execute(query.where(c.id.in_(numbers)))}
    for id_ in req.experiment_ids:
        if id_ not in rows:
            raise missing(id_)
        if rows[id_].deleted_at is None:
            raise InvalidState(f"Experiment {id_} is active. Only what was deleted can be removed for good.")
    yield from (row for row in rows.values() if row.deleted_at <= before)


def _doomed(tx: Tx, workspace_id: int, row: sa.Row[Any]) -> Doomed:
    count = (_count(tx, runs, row.id), _count(tx, logged_models, row.id))
    if _alone(tx, workspace_id, row):
        return Doomed(row.id, [row.artifact_location], *count, folder=row.artifact_location)
    return Doomed(
        row.id, [uri for table in (runs, logged_models) for uri in _uris(tx, table, row.id)], *count
    )


def _count(tx: Tx, table: sa.Table, number: int) -> int:
    query = sa.select(sa.func.count()).select_from(table).where(table.c.experiment_id == number)
    return tx.execute(query).scalar_one()


def _uris(tx: Tx, table: sa.Table, number: int) -> list[str]:
    return list(tx.execute(sa.select(table.c.artifact_uri).where(table.c.experiment_id == number)).scalars())


def _alone(tx: Tx, workspace_id: int, row: sa.Row[Any]) -> bool:
    """Whether its files lie in a folder that is made for it and shared with no other experiment."""
    c = experiments.c
    location = f"{ROOT}{row.id}"
    shared = (c.artifact_location == location) | c.artifact_location.startswith(f"{location}/")
    others = sa.select(c.id).where(c.workspace_id == workspace_id, c.id != row.id, shared)
    return row.artifact_location == location and tx.execute(others.limit(1)).first() is None
