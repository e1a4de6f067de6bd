"""Runs: the fluent interface, nesting, batches, status, what may change and what may not."""

import time

import mlflow
from lab import feature, refused
from mlflow.entities import Metric, Param, RunTag, ViewType


@feature("fluent run")
def fluent_run(lab):
    with mlflow.start_run(experiment_id=lab.experiment(), run_name="first try") as active:
        mlflow.log_param("alpha", 0.03)
        mlflow.log_params({"solver": "svd", "note": "naïve ✓"})
        mlflow.log_metric("rmse", 0.5)
        mlflow.log_metrics({"r2": 0.25, "val/mae": -1.5e-9})
        mlflow.set_tag("team", "kettle")
        mlflow.set_tags({"empty": "", "with space": "a b"})
    run = lab.client.get_run(active.info.run_id)
    assert run.info.status == "FINISHED", run.info.status
    assert run.info.end_time >= run.info.start_time > 1.5e12
    assert run.data.params == {"alpha": "0.03", "solver": "svd", "note": "naïve ✓"}
    assert run.data.metrics == {"rmse": 0.5, "r2": 0.25, "val/mae": -1.5e-9}
    assert run.data.tags["team"] == "kettle"
    assert run.data.tags["empty"] == ""
    assert run.data.tags["with space"] == "a b"
    assert run.data.tags["mlflow.runName"] == "first try"
    assert run.data.tags["mlflow.source.name"]


@feature("resumed run")
def resumed_run(lab):
    name = lab.name("resumed")
    run_id = lab.run(lab.client.create_experiment(name), params={"a": "1"})
    mlflow.set_experiment(name)
    with mlflow.start_run(run_id=run_id):
        mlflow.log_param("b", "2")
    run = lab.client.get_run(run_id)
    assert run.data.params == {"a": "1", "b": "2"}
    assert run.info.status == "FINISHED"


@feature("failed run")
def failed_run(lab):
    try:
        with mlflow.start_run(experiment_id=lab.experiment()) as active:
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    assert lab.client.get_run(active.info.run_id).info.status == "FAILED"


@feature("nested runs")
def nested_runs(lab):
    experiment = lab.experiment()
    with mlflow.start_run(experiment_id=experiment) as parent:
        children = []
        for depth in range(3):
            with mlflow.start_run(experiment_id=experiment, nested=True, run_name="child") as child:
                mlflow.log_metric("depth", depth)
            children.append(child.info.run_id)
    where = f"tags.mlflow.parentRunId = '{parent.info.run_id}'"
    found = lab.client.search_runs([experiment], where)
    assert sorted(r.info.run_id for r in found) == sorted(children)
    assert sorted(r.data.metrics["depth"] for r in found) == [0, 1, 2]


@feature("batch")
def batch(lab):
    run_id = lab.client.create_run(lab.experiment()).info.run_id
    now = int(time.time() * 1000)
    lab.client.log_batch(
        run_id,
        metrics=[Metric(f"m{i % 5}", i, now + i, i) for i in range(800)],
        params=[Param(f"p{i}", "v" * i) for i in range(1, 100)],
        tags=[RunTag(f"t{i}", str(i)) for i in range(100)],
    )
    data = lab.client.get_run(run_id).data
    assert data.metrics == {f"m{i}": 795 + i for i in range(5)}
    assert data.params == {f"p{i}": "v" * i for i in range(1, 100)}
    assert {k: v for k, v in data.tags.items() if k[0] == "t"} == {f"t{i}": str(i) for i in range(100)}
    assert [m.value for m in lab.client.get_metric_history(run_id, "m3")] == list(range(3, 800, 5))


@feature("params cannot change")
def params_cannot_change(lab):
    run_id = lab.run(params={"alpha": "1"})
    lab.client.log_param(run_id, "alpha", "1")
    error = refused("INVALID_PARAMETER_VALUE", lab.client.log_param, run_id, "alpha", "2")
    assert "alpha" in str(error)
    assert lab.client.get_run(run_id).data.params == {"alpha": "1"}


@feature("bad input is refused at once")
def bad_input(lab):
    run_id = lab.run()
    started = time.time()
    refused("RESOURCE_DOES_NOT_EXIST", lab.client.get_run, "0" * 32)
    refused("INVALID_PARAMETER_VALUE", lab.client.search_runs, ["0"], "metrics.a ? 1")
    too_long = "k" * 251
    refused("INVALID_PARAMETER_VALUE", lab.client.log_metric, run_id, too_long, 1.0)
    assert time.time() - started < 10


@feature("delete and restore a run")
def delete_and_restore(lab):
    experiment = lab.experiment()
    kept, gone = lab.run(experiment), lab.run(experiment, metrics={"m": 1})
    lab.client.delete_run(gone)
    assert lab.client.get_run(gone).info.lifecycle_stage == "deleted"
    assert _found(lab, experiment, ViewType.ACTIVE_ONLY) == {kept}
    assert _found(lab, experiment, ViewType.DELETED_ONLY) == {gone}
    assert _found(lab, experiment, ViewType.ALL) == {kept, gone}
    refused("INVALID_PARAMETER_VALUE", lab.client.log_metric, gone, "m", 2)
    lab.client.restore_run(gone)
    lab.client.log_metric(gone, "m", 3)
    assert lab.client.get_run(gone).data.metrics == {"m": 3}
    assert _found(lab, experiment, ViewType.ACTIVE_ONLY) == {kept, gone}


@feature("tags change and go", "MlflowClient.delete_tag")
def tags_change(lab):
    run_id = lab.run(tags={"stay": "1", "go": "1"})
    lab.client.set_tag(run_id, "stay", "2")
    lab.client.delete_tag(run_id, "go")
    tags = lab.client.get_run(run_id).data.tags
    assert tags["stay"] == "2"
    assert "go" not in tags
    refused("RESOURCE_DOES_NOT_EXIST", lab.client.delete_tag, run_id, "go")


@feature("a run is renamed", "MlflowClient.update_run")
def renamed(lab):
    run_id = lab.run()
    lab.client.update_run(run_id, name="better name")
    run = lab.client.get_run(run_id)
    assert run.info.run_name == "better name"
    assert run.data.tags["mlflow.runName"] == "better name"
    assert run.info.status == "FINISHED"
    lab.client.set_tag(run_id, "mlflow.runName", "best name")
    assert lab.client.get_run(run_id).info.run_name == "best name"


def _found(lab, experiment, view):
    return {r.info.run_id for r in lab.client.search_runs([experiment], "", run_view_type=view)}
