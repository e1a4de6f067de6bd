"""Removing runs, logged models and experiments for good.

What is removed moves out of sight first, in one step, to the workspace that nobody sees
(``schema.PURGED``): its names are free from then on, and no request finds it any more. Its rows are then
removed in slices of a few milliseconds each, whatever their number, from there or from a workspace that is
being deleted as a whole. Names of metrics (``metric_keys``) are shared by all workspaces and stay.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.db.drain import ROWS, Portion
from lazward_server.db.schema import (
    PURGED,
    datasets,
    experiment_tags,
    experiments,
    inbox,
    jobs,
    latest,
    logged_model_metrics,
    logged_model_params,
    logged_model_tags,
    logged_models,
    params,
    points,
    properties,
    purged_artifacts,
    records,
    run_dataset_tags,
    run_datasets,
    run_documents,
    run_models,
    run_writes,
    runs,
    tags,
)
from lazward_server.tracking import changes, metrics

_AT_ONCE = 50
"""Runs, models or experiments of one slice."""


def hide_runs(tx: Tx, workspace_id: int, numbers: Sequence[int]) -> None:
    """Move deleted runs of a workspace, with the models they made, to where nobody sees them."""
    if not numbers:
        return
    hidden = _hidden_experiment(tx, workspace_id)
    deleted = runs.c.id.in_(numbers) & runs.c.deleted_at.is_not(None)
    moved = tx.execute(sa.update(runs).where(deleted).values(experiment_id=hidden).returning(runs.c.id))
    gone = list(moved.scalars())
    changes.note(tx, gone)
    made = _models_of(workspace_id, gone)
    tx.execute(sa.update(logged_models).where(made).values(experiment_id=hidden))


def hide_experiment(tx: Tx, workspace_id: int, number: int, *, folder: str = "") -> None:
    """Move a deleted experiment with all that is in it to where nobody sees it.

    Args:
        tx: The transaction.
        workspace_id: Its workspace.
        number: Its id.
        folder: The URI of all its files, where no other experiment has any; without it they go with each run.
    """
    values: dict[str, int | str] = {"workspace_id": PURGED, "purged_from": workspace_id}
    values["name"] = f"experiment {number}"
    if folder:
        values["artifact_location"] = ""
    deleted = (experiments.c.id == number) & experiments.c.deleted_at.is_not(None)
    moved = tx.execute(sa.update(experiments).where(deleted).values(**values)).rowcount
    if moved and folder:
        tx.execute(sa.insert(purged_artifacts).values(workspace_id=workspace_id, uri=folder))


def models_of(tx: Tx, workspace_id: int, numbers: Sequence[int]) -> list[tuple[str, str, str]]:
    """The (model id, source run id, artifact URI) of the models that runs of a workspace made."""
    m = logged_models.c
    query = sa.select(m.model_id, m.source_run_id, m.artifact_uri).where(_models_of(workspace_id, numbers))
    return [tuple(row) for row in tx.execute(query)]


def remove_slice(tx: Tx, workspace_id: int, rows: int = ROWS) -> bool:
    """Remove some of a workspace's experiments, runs and logged models; whether there may be more."""
    there = sa.select(experiments.c.id).where(experiments.c.workspace_id == workspace_id)
    numbers = _some(tx, runs, runs.c.experiment_id.in_(there))
    if numbers:
        remove_runs(tx, numbers, rows)
        return True
    numbers = _some(tx, logged_models, logged_models.c.experiment_id.in_(there))
    if numbers:
        remove_logged_models(tx, numbers, rows)
        return True
    numbers = _some(tx, experiments, (experiments.c.workspace_id == workspace_id) & _may_go())
    if numbers:
        _remove_experiments(tx, numbers, rows)
    return bool(numbers)


def remove_runs(tx: Tx, numbers: Sequence[int], rows: int = ROWS) -> bool:
    """Remove what runs logged as far as one portion goes, then the runs; whether they are gone.

    Call it again, in another transaction, until they are.
    """
    _fold(tx, numbers)
    portion = Portion(rows)
    of_them = sa.select(runs.c.run_id).where(runs.c.id.in_(numbers)).scalar_subquery()
    logged = [
        (table, table.c.run.in_(numbers))
        for table in (points, latest, params, tags, properties, records, run_documents, run_writes)
    ]
    clean = portion.drain_all(tx, *logged, (logged_model_metrics, logged_model_metrics.c.run_id.in_(of_them)))
    if not clean or not _detach(tx, portion, numbers):
        return False
    _leave_files(tx, runs, numbers)
    tx.execute(sa.delete(jobs).where(jobs.c.run.in_(numbers)))
    tx.execute(sa.delete(runs).where(runs.c.id.in_(numbers)))
    return True


def remove_logged_models(tx: Tx, numbers: Sequence[int], rows: int = ROWS) -> bool:
    """Remove what logged models hold as far as one portion goes, then the models; whether they are gone."""
    tables = (logged_model_metrics, logged_model_params, logged_model_tags)
    clean = Portion(rows).drain_all(tx, *((table, table.c.model.in_(numbers)) for table in tables))
    if clean:
        _leave_files(tx, logged_models, numbers)
        tx.execute(sa.delete(logged_models).where(logged_models.c.id.in_(numbers)))
    return clean


def release(tx: Tx, workspace_id: int) -> None:
    """Let go of what of a workspace that is gone has moved out of sight before."""
    theirs = experiments.c.purged_from == workspace_id
    tx.execute(sa.update(experiments).where(theirs).values(deleted_at=now()))


def waiting(tx: Tx) -> bool:
    """Whether anything out of sight is still to be removed."""
    held = [sa.exists().where(table.c.experiment_id == experiments.c.id) for table in (runs, logged_models)]
    there = sa.select(experiments.c.id).where(experiments.c.workspace_id == PURGED, sa.or_(_may_go(), *held))
    return tx.execute(there.limit(1)).first() is not None


def _remove_experiments(tx: Tx, numbers: Sequence[int], rows: int) -> None:
    """Remove experiments that have no runs or models left."""
    portion = Portion(rows)
    for table in (experiment_tags, datasets):
        if not portion.drain(tx, table, table.c.experiment_id.in_(numbers)):
            return
    tx.execute(sa.delete(experiments).where(experiments.c.id.in_(numbers)))


def _leave_files(tx: Tx, table: sa.Table, numbers: Sequence[int]) -> None:
    """Note where the files of runs or models lie, unless they go with a whole experiment or workspace."""
    joined = table.join(experiments, experiments.c.id == table.c.experiment_id)
    own = experiments.c.purged_from.is_not(None) & (experiments.c.artifact_location != "")
    query = sa.select(experiments.c.purged_from, table.c.artifact_uri).select_from(joined)
    rows = query.where(table.c.id.in_(numbers), own)
    tx.execute(sa.insert(purged_artifacts).from_select(["workspace_id", "uri"], rows))


def _some(tx: Tx, table: sa.Table, match: sa.ColumnElement[bool]) -> list[int]:
    """The ids of some rows, which nobody writes below before the transaction ends."""
    query = sa.select(table.c.id).where(match).order_by(table.c.id).limit(_AT_ONCE).with_for_update()
    return list(tx.execute(query).scalars())


def _may_go() -> sa.ColumnElement[bool]:
    """All experiments of a workspace that is being deleted; of those out of sight, not what collects runs."""
    return (experiments.c.workspace_id != PURGED) | experiments.c.deleted_at.is_not(None)


def _hidden_experiment(tx: Tx, workspace_id: int) -> int:
    """The experiment out of sight that collects runs of a workspace."""
    name = f"runs of {workspace_id}"
    found = sa.select(experiments.c.id).where(
        experiments.c.workspace_id == PURGED, experiments.c.name == name
    )
    number = tx.execute(found).scalar()
    if number is not None:
        return number
    time = now()
    row = sa.insert(experiments).values(
        workspace_id=PURGED,
        name=name,
        artifact_location="mlflow-artifacts:/",
        created_at=time,
        updated_at=time,
        purged_from=workspace_id,
    )
    return tx.execute(row.returning(experiments.c.id)).scalar_one()


def _models_of(workspace_id: int, numbers: Sequence[int]) -> sa.ColumnElement[bool]:
    run_ids = sa.select(runs.c.run_id).where(runs.c.id.in_(numbers)).scalar_subquery()
    there = sa.select(experiments.c.id).where(experiments.c.workspace_id == workspace_id).scalar_subquery()
    return logged_models.c.source_run_id.in_(run_ids) & logged_models.c.experiment_id.in_(there)


def _fold(tx: Tx, numbers: Sequence[int]) -> None:
    """Points in the inbox are not removed one by one (``metrics.unfolded``)."""
    if not tx.postgres and tx.execute(sa.select(inbox.c.id).where(inbox.c.run.in_(numbers)).limit(1)).first():
        metrics.fold(tx)


def _detach(tx: Tx, portion: Portion, numbers: Sequence[int]) -> bool:
    """Remove what links runs to datasets and models, and datasets that nobody reads any more."""
    links = sa.select(run_datasets.c.id).where(run_datasets.c.run.in_(numbers))
    read = list(
        tx.execute(sa.select(run_datasets.c.dataset).where(run_datasets.c.run.in_(numbers))).scalars()
    )
    clean = portion.drain_all(
        tx,
        (run_dataset_tags, run_dataset_tags.c.input.in_(links.scalar_subquery())),
        (run_models, run_models.c.run.in_(numbers)),
    )
    if clean:
        tx.execute(sa.delete(run_datasets).where(run_datasets.c.run.in_(numbers)))
        unread = ~sa.exists().where(run_datasets.c.dataset == datasets.c.id)
        for start in range(0, len(read), 1000):
            tx.execute(sa.delete(datasets).where(datasets.c.id.in_(read[start : start + 1000]), unread))
    return clean
