"""What runs read and make: datasets, and logged models as inputs and outputs."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from lazward.errors import InvalidRequest
from lazward.wire.datasets import (
    CONTEXT,
    Dataset,
    DatasetInput,
    DatasetSummary,
    Inputs,
    InputTag,
    ModelInput,
    ModelOutput,
    Outputs,
)
from lazward_server.db.database import Tx
from lazward_server.db.schema import datasets, experiments, run_dataset_tags, run_datasets, run_models, runs
from lazward_server.tracking.experiments import numbers as experiment_numbers
from lazward_server.tracking.runs import active

_INPUT, _OUTPUT = 0, 1
MAX_EXPERIMENTS = 20
MAX_SUMMARIES = 1000
MAX_DIGITS = 18
"""Decimal numbers up to this length fit the databases' integers."""


def log_inputs(
    tx: Tx, workspace_id: int, run_id: str, given: Sequence[DatasetInput], models: Sequence[ModelInput]
) -> None:
    """Attach datasets and models to a run; what is attached already stays as it is."""
    run = active(tx, workspace_id, run_id).id
    experiment = tx.execute(sa.select(runs.c.experiment_id).where(runs.c.id == run)).scalar_one()
    for item in given:
        _attach(tx, run, _dataset(tx, experiment, item.dataset), item.tags)
    for model in models:
        _attach_model(tx, run, _INPUT, model.model_id, 0)


def log_outputs(tx: Tx, workspace_id: int, run_id: str, models: Sequence[ModelOutput]) -> None:
    """Attach the models that a run made."""
    run = active(tx, workspace_id, run_id).id
    for model in models:
        _attach_model(tx, run, _OUTPUT, model.model_id, model.step)


def inputs_of(tx: Tx, numbers: list[int]) -> dict[int, Inputs]:
    """The inputs of these runs, by run; only of those that have any."""
    found: dict[int, Inputs] = {}
    tags = _tags_of(tx, numbers)
    joined = run_datasets.join(datasets, datasets.c.id == run_datasets.c.dataset)
    query = sa.select(run_datasets.c.id.label("input"), run_datasets.c.run, datasets).select_from(joined)
    for row in tx.execute(query.where(run_datasets.c.run.in_(numbers)).order_by(run_datasets.c.id)):
        dataset = Dataset(row.name, row.digest, row.source_type, row.source, row.schema, row.profile)
        inputs = found.setdefault(row.run, Inputs(dataset_inputs=[], model_inputs=[]))
        inputs.dataset_inputs.append(DatasetInput(dataset, tags.get(row.input, [])))
    for row in _models(tx, numbers, _INPUT):
        inputs = found.setdefault(row.run, Inputs(dataset_inputs=[], model_inputs=[]))
        inputs.model_inputs.append(ModelInput(row.model_id))
    return found


def outputs_of(tx: Tx, numbers: list[int]) -> dict[int, Outputs]:
    """The models these runs made, by run; only of those that made any."""
    found: dict[int, Outputs] = {}
    for row in _models(tx, numbers, _OUTPUT):
        outputs = found.setdefault(row.run, Outputs(model_outputs=[]))
        outputs.model_outputs.append(ModelOutput(row.model_id, row.step))
    return found


def summaries(tx: Tx, workspace_id: int, experiment_ids: list[str]) -> list[DatasetSummary]:
    """The distinct (experiment, name, digest, context) among the inputs of active experiments' runs."""
    if not experiment_ids:
        raise InvalidRequest("SearchDatasets request must specify at least one experiment_id.")
    if len(experiment_ids) > MAX_EXPERIMENTS:
        raise InvalidRequest(
            f"SearchDatasets request cannot specify more than {MAX_EXPERIMENTS} experiment_ids."
            f" Received {len(experiment_ids)} experiment_ids."
        )
    numbers = [int(text) for text in experiment_ids if text.isdecimal() and len(text) <= MAX_DIGITS]
    context = run_dataset_tags.alias("context")
    joined = (
        datasets.join(experiments, experiments.c.id == datasets.c.experiment_id)
        .join(run_datasets, run_datasets.c.dataset == datasets.c.id)
        .outerjoin(context, (context.c.input == run_datasets.c.id) & (context.c.key == CONTEXT))
    )
    columns = (datasets.c.experiment_id, datasets.c.name, datasets.c.digest, context.c.value)
    wanted = (
        experiments.c.id.in_(experiment_numbers(tx, workspace_id, numbers)),
        experiments.c.deleted_at.is_(None),
    )
    query = sa.select(*columns).distinct().select_from(joined).where(*wanted)
    rows = tx.execute(query.order_by(*columns).limit(MAX_SUMMARIES))
    return [DatasetSummary(str(row.experiment_id), row.name, row.digest, row.value) for row in rows]


def _dataset(tx: Tx, experiment: int, given: Dataset) -> int:
    """The id of a dataset of the experiment, made if it is new."""
    match = (
        (datasets.c.experiment_id == experiment)
        & (datasets.c.name == given.name)
        & (datasets.c.digest == given.digest)
    )
    found = tx.execute(sa.select(datasets.c.id).where(match)).scalar()
    if found is not None:
        return found
    row = sa.insert(datasets).values(
        experiment_id=experiment,
        name=given.name,
        digest=given.digest,
        source_type=given.source_type,
        source=given.source,
        schema=given.schema,
        profile=given.profile,
    )
    return tx.execute(row.returning(datasets.c.id)).scalar_one()


def _attach(tx: Tx, run: int, dataset: int, tags: Sequence[InputTag]) -> None:
    match = (run_datasets.c.run == run) & (run_datasets.c.dataset == dataset)
    if tx.execute(sa.select(run_datasets.c.id).where(match)).first():
        return
    link = sa.insert(run_datasets).values(run=run, dataset=dataset).returning(run_datasets.c.id)
    number = tx.execute(link).scalar_one()
    for position, tag in enumerate(tags):
        row = {"input": number, "position": position, "key": tag.key, "value": tag.value}
        tx.execute(sa.insert(run_dataset_tags), row)


def _attach_model(tx: Tx, run: int, direction: int, model_id: str, step: int) -> None:
    match = (
        (run_models.c.run == run)
        & (run_models.c.direction == direction)
        & (run_models.c.model_id == model_id)
    )
    if tx.execute(sa.select(run_models.c.run).where(match)).first() is None:
        row = {"run": run, "direction": direction, "model_id": model_id, "step": step}
        tx.execute(sa.insert(run_models), row)


def _tags_of(tx: Tx, numbers: list[int]) -> dict[int, list[InputTag]]:
    joined = run_dataset_tags.join(run_datasets, run_datasets.c.id == run_dataset_tags.c.input)
    query = sa.select(run_dataset_tags).select_from(joined).where(run_datasets.c.run.in_(numbers))
    found: dict[int, list[InputTag]] = {}
    for row in tx.execute(query.order_by(run_dataset_tags.c.input, run_dataset_tags.c.position)):
        found.setdefault(row.input, []).append(InputTag(row.key, row.value))
    return found


def _models(tx: Tx, numbers: list[int], direction: int) -> sa.CursorResult[Any]:
    match = run_models.c.run.in_(numbers) & (run_models.c.direction == direction)
    return tx.execute(sa.select(run_models).where(match).order_by(run_models.c.run, run_models.c.model_id))
