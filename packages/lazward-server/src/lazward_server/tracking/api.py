"""The tracking endpoints: experiments, runs, what they log, and the search for them."""

from collections.abc import Callable
from typing import TypeVar

from lazward.errors import StorageFull, Unavailable
from lazward.wire import datasets as dataset_wire
from lazward.wire import experiments as experiment_wire
from lazward.wire import metrics as metric_wire
from lazward.wire import runs as run_wire
from lazward.wire.base import Empty, KeyValue
from lazward_server.db.database import Batched, Tx
from lazward_server.http.endpoint import V1, Context, Endpoint
from lazward_server.http.permission import Permission
from lazward_server.tracking import (
    chart,
    datasets,
    documents,
    experiments,
    history,
    keys,
    log,
    metrics,
    runs,
    search,
    tags,
)

Answered = TypeVar("Answered")

_EMPTY = b"{}"
_LOG = Batched(log.log)
_CREATE_RUN = Batched(runs.create_many)


async def create_experiment(ctx: Context, req: experiment_wire.CreateExperiment) -> experiment_wire.Created:
    """Make an experiment."""
    args = (ctx.workspace_id, req.name, req.artifact_location, req.tags)
    return experiment_wire.Created(await ctx.db.write(experiments.create, *args))


async def get_experiment(ctx: Context, req: experiment_wire.GetExperiment) -> experiment_wire.Found:
    """One experiment by id."""
    return experiment_wire.Found(await ctx.db.read(experiments.get, ctx.workspace_id, req.experiment_id))


async def get_experiment_by_name(
    ctx: Context, req: experiment_wire.GetExperimentByName
) -> experiment_wire.Found:
    """One experiment by name."""
    found = await ctx.db.read(experiments.get_by_name, ctx.workspace_id, req.experiment_name)
    return experiment_wire.Found(found)


async def update_experiment(ctx: Context, req: experiment_wire.UpdateExperiment) -> Empty:
    """Rename an experiment."""
    await ctx.db.write(experiments.rename, ctx.workspace_id, req.experiment_id, req.new_name)
    return Empty()


async def delete_experiment(ctx: Context, req: experiment_wire.DeleteExperiment) -> Empty:
    """Mark an experiment and its runs deleted."""
    await ctx.db.write(experiments.delete, ctx.workspace_id, req.experiment_id)
    return Empty()


async def restore_experiment(ctx: Context, req: experiment_wire.RestoreExperiment) -> Empty:
    """Make a deleted experiment active again."""
    await ctx.db.write(experiments.restore, ctx.workspace_id, req.experiment_id)
    return Empty()


async def set_experiment_tag(ctx: Context, req: experiment_wire.SetExperimentTag) -> Empty:
    """Set a tag of an experiment."""
    await ctx.db.write(experiments.set_tag, ctx.workspace_id, req.experiment_id, req.key, req.value)
    return Empty()


async def delete_experiment_tag(ctx: Context, req: experiment_wire.DeleteExperimentTag) -> Empty:
    """Remove a tag of an experiment."""
    await ctx.db.write(experiments.delete_tag, ctx.workspace_id, req.experiment_id, req.key)
    return Empty()


def _search_experiments(
    tx: Tx, workspace_id: int, req: experiment_wire.SearchExperiments
) -> experiment_wire.Experiments:
    numbers, token = search.find_experiments(
        tx, workspace_id, req.filter, req.order_by, req.view_type, req.max_results, req.page_token
    )
    return experiment_wire.Experiments(experiments.load(tx, numbers), token or None)


async def search_experiments(
    ctx: Context, req: experiment_wire.SearchExperiments
) -> experiment_wire.Experiments:
    """Experiments by a filter."""
    return await ctx.db.read(_search_experiments, ctx.workspace_id, req)


async def list_experiments(ctx: Context, req: experiment_wire.ListExperiments) -> experiment_wire.Experiments:
    """All experiments of a stage, as old clients ask for them."""
    query = experiment_wire.SearchExperiments(
        max_results=req.max_results, page_token=req.page_token, view_type=req.view_type
    )
    return await ctx.db.read(_search_experiments, ctx.workspace_id, query)


async def create_run(ctx: Context, req: run_wire.CreateRun) -> run_wire.Found:
    """Make a run."""
    return run_wire.Found(await ctx.db.write_batched(_CREATE_RUN, (ctx.workspace_id, req, ctx.job)))


async def get_run(ctx: Context, req: run_wire.GetRun) -> run_wire.Found:
    """One run with what it logged."""
    return run_wire.Found(await ctx.db.read(documents.one, ctx.workspace_id, req.run_id))


async def update_run(ctx: Context, req: run_wire.UpdateRun) -> run_wire.Updated:
    """Change a run's status, end time or name."""
    return run_wire.Updated(await ctx.db.write(runs.update, ctx.workspace_id, req))


async def delete_run(ctx: Context, req: run_wire.DeleteRun) -> Empty:
    """Mark a run deleted."""
    await ctx.db.write(runs.delete, ctx.workspace_id, req.run_id)
    return Empty()


async def restore_run(ctx: Context, req: run_wire.RestoreRun) -> Empty:
    """Make a deleted run active again."""
    await ctx.db.write(runs.restore, ctx.workspace_id, req.run_id)
    return Empty()


def _search_runs(tx: Tx, workspace_id: int, req: run_wire.SearchRuns) -> run_wire.Runs:
    numbers, token = search.find_runs(
        tx,
        workspace_id,
        req.experiment_ids,
        req.filter,
        req.order_by,
        req.run_view_type,
        req.max_results,
        req.page_token,
    )
    return run_wire.Runs(documents.fetch(tx, numbers), token or None)


async def search_runs(ctx: Context, req: run_wire.SearchRuns) -> run_wire.Runs:
    """Runs by a filter, in an order."""
    return await ctx.db.read(_search_runs, ctx.workspace_id, req)


async def log_metric(ctx: Context, req: metric_wire.LogMetric) -> bytes:
    """Log one point."""
    keys.check(req.key, "name")
    await ctx.db.write_batched(_LOG, log.Batch(ctx.workspace_id, req.run_id, (req,), {}, {}))
    return _EMPTY


async def log_param(ctx: Context, req: metric_wire.LogParam) -> bytes:
    """Log one param."""
    given = dict([keys.param(KeyValue(req.key, req.value), "key")])
    batch = log.Batch(ctx.workspace_id, req.run_id, (), given, {}, single=True)
    await ctx.db.write_batched(_LOG, batch)
    return _EMPTY


async def set_tag(ctx: Context, req: metric_wire.SetTag) -> bytes:
    """Set one tag."""
    given = dict([keys.tag(KeyValue(req.key, req.value), "key")])
    await ctx.db.write_batched(_LOG, log.Batch(ctx.workspace_id, req.run_id, (), {}, given))
    return _EMPTY


def _delete_tag(tx: Tx, workspace_id: int, req: metric_wire.DeleteTag) -> None:
    tags.delete(tx, runs.active(tx, workspace_id, req.run_id).id, req.run_id, req.key)


async def delete_tag(ctx: Context, req: metric_wire.DeleteTag) -> Empty:
    """Remove one tag."""
    await ctx.db.write(_delete_tag, ctx.workspace_id, req)
    return Empty()


async def log_batch(ctx: Context, req: metric_wire.LogBatch) -> bytes:
    """Log metrics, params and tags, all of them or nothing."""
    batch = log.batch(ctx.workspace_id, req.run_id, req.metrics, req.params, req.tags)
    await ctx.db.write_batched(_LOG, batch)
    return _EMPTY


async def log_inputs(ctx: Context, req: dataset_wire.LogInputs) -> Empty:
    """Attach what a run reads."""
    await ctx.db.write(datasets.log_inputs, ctx.workspace_id, req.run_id, req.datasets, req.models)
    return Empty()


async def log_outputs(ctx: Context, req: dataset_wire.LogOutputs) -> Empty:
    """Attach the models a run makes."""
    await ctx.db.write(datasets.log_outputs, ctx.workspace_id, req.run_id, req.models)
    return Empty()


async def search_datasets(ctx: Context, req: dataset_wire.SearchDatasets) -> dataset_wire.DatasetSummaries:
    """The datasets that the runs of some experiments read."""
    found = await ctx.db.read(datasets.summaries, ctx.workspace_id, req.experiment_ids)
    return dataset_wire.DatasetSummaries(found)


async def _read_history(ctx: Context, read: Callable[..., Answered], *args: object) -> Answered:
    """Read histories, with the points that wait in the inbox put where they are read from first."""
    if await ctx.db.read(metrics.unfolded):
        try:
            await ctx.db.write(metrics.fold)
        except (StorageFull, Unavailable):  # where nothing can be written, reading goes on
            return await ctx.db.read(metrics.read_unfolded, read, ctx.workspace_id, *args)
    return await ctx.db.read(read, ctx.workspace_id, *args)


async def get_history(ctx: Context, req: metric_wire.GetHistory) -> metric_wire.History:
    """A page of a metric's history."""
    args = (req.run_id, req.metric_key, req.max_results, req.page_token)
    return metric_wire.History(*await _read_history(ctx, history.page, *args))


async def get_history_bulk(ctx: Context, req: metric_wire.GetHistoryBulk) -> metric_wire.RunHistory:
    """A metric's history in several runs."""
    args = (req.run_id, req.metric_key, req.max_results)
    return metric_wire.RunHistory(await _read_history(ctx, history.bulk, *args))


async def get_history_interval(ctx: Context, req: metric_wire.GetHistoryInterval) -> metric_wire.RunHistory:
    """A metric's history in several runs, thinned out."""
    steps = (req.start_step, req.end_step)
    args = (req.run_ids, req.metric_key, steps, req.max_results)
    return metric_wire.RunHistory(await _read_history(ctx, history.interval, *args))


async def get_chart(ctx: Context, req: metric_wire.GetChart, run_id: str) -> metric_wire.Chart:
    """What a chart of a metric draws: of each part of its x axis the lowest and the highest point."""
    return await _read_history(ctx, chart.chart, run_id, req)


def tidy(tx: Tx) -> bool:
    """What is done when no write has come for a while; whether there is more to do."""
    metrics.fold(tx)
    return documents.make(tx)


ENDPOINTS = [
    Endpoint("POST", "experiments/create", create_experiment, needs=Permission.EXPERIMENT_WRITE),
    Endpoint("GET", "experiments/get", get_experiment, needs=Permission.EXPERIMENT_READ),
    Endpoint("GET", "experiments/get-by-name", get_experiment_by_name, needs=Permission.EXPERIMENT_READ),
    Endpoint("POST", "experiments/update", update_experiment, needs=Permission.EXPERIMENT_WRITE),
    Endpoint("POST", "experiments/delete", delete_experiment, needs=Permission.EXPERIMENT_WRITE),
    Endpoint("POST", "experiments/restore", restore_experiment, needs=Permission.EXPERIMENT_WRITE),
    Endpoint("POST", "experiments/set-experiment-tag", set_experiment_tag, needs=Permission.EXPERIMENT_WRITE),
    Endpoint(
        "POST", "experiments/delete-experiment-tag", delete_experiment_tag, needs=Permission.EXPERIMENT_WRITE
    ),
    Endpoint(
        "POST", "experiments/search", search_experiments, needs=Permission.EXPERIMENT_READ, audited=False
    ),
    Endpoint("GET", "experiments/search", search_experiments, needs=Permission.EXPERIMENT_READ),
    Endpoint("GET", "experiments/list", list_experiments, needs=Permission.EXPERIMENT_READ),
    Endpoint(
        "POST", "experiments/search-datasets", search_datasets, needs=Permission.RUN_READ, audited=False
    ),
    Endpoint("POST", "runs/create", create_run, needs=Permission.RUN_WRITE),
    Endpoint("GET", "runs/get", get_run, needs=Permission.RUN_READ),
    Endpoint("POST", "runs/update", update_run, needs=Permission.RUN_WRITE),
    Endpoint("POST", "runs/delete", delete_run, needs=Permission.RUN_WRITE),
    Endpoint("POST", "runs/restore", restore_run, needs=Permission.RUN_WRITE),
    Endpoint("POST", "runs/search", search_runs, needs=Permission.RUN_READ, audited=False),
    Endpoint("POST", "runs/log-metric", log_metric, needs=Permission.RUN_WRITE, audited=False),
    Endpoint("POST", "runs/log-parameter", log_param, needs=Permission.RUN_WRITE, audited=False),
    Endpoint("POST", "runs/set-tag", set_tag, needs=Permission.RUN_WRITE, audited=False),
    Endpoint("POST", "runs/delete-tag", delete_tag, needs=Permission.RUN_WRITE, audited=False),
    Endpoint("POST", "runs/log-batch", log_batch, needs=Permission.RUN_WRITE, audited=False),
    Endpoint("POST", "runs/log-inputs", log_inputs, needs=Permission.RUN_WRITE, audited=False),
    Endpoint("POST", "runs/outputs", log_outputs, needs=Permission.RUN_WRITE, audited=False),
    Endpoint("GET", "metrics/get-history", get_history, needs=Permission.RUN_READ),
    Endpoint("GET", "metrics/get-history-bulk", get_history_bulk, needs=Permission.RUN_READ),
    Endpoint("GET", "metrics/get-history-bulk-interval", get_history_interval, needs=Permission.RUN_READ),
    Endpoint("GET", "runs/{run_id}/chart", get_chart, needs=Permission.RUN_READ, under=V1),
]
