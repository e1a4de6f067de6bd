"""Models: logged, loaded, and from 3.0 on entities of their own."""

import mlflow
import mlflow.pyfunc
import mlflow.sklearn
from lab import feature, refused, version

REQUIREMENTS = {"pip_requirements": ["scikit-learn"]}
"""Given, so that the client need not find them out in a process of its own, which takes seconds."""


@feature("log_model and load_model")
def log_and_load(lab):
    model, x = fitted()
    with mlflow.start_run(experiment_id=lab.experiment()) as run:
        mlflow.sklearn.log_model(model, **named("model"))
    uri = f"runs:/{run.info.run_id}/model"
    assert (mlflow.sklearn.load_model(uri).predict(x) == model.predict(x)).all()
    loaded = mlflow.pyfunc.load_pyfunc(uri) if version() < (1, 2) else mlflow.pyfunc.load_model(uri)
    assert (loaded.predict(x) == model.predict(x)).all()
    if version() >= (1, 30):
        assert mlflow.models.get_model_info(uri).run_id == run.info.run_id


@feature("the run's files show the model", "mlflow>=1.0")
def files(lab):
    model, _ = fitted()
    with mlflow.start_run(experiment_id=lab.experiment()) as run:
        mlflow.sklearn.log_model(model, **named("model"))
    if version() < (3, 0):
        assert [f.path for f in lab.client.list_artifacts(run.info.run_id)] == ["model"]
        assert "model/MLmodel" in [f.path for f in lab.client.list_artifacts(run.info.run_id, "model")]
    else:
        (output,) = lab.client.get_run(run.info.run_id).outputs.model_outputs
        names = [f.path for f in lab.client.list_logged_model_artifacts(output.model_id)]
        assert "MLmodel" in names


@feature("logged models", "MlflowClient.create_logged_model")
def logged_models(lab):
    experiment = lab.experiment()
    model, x = fitted()
    with mlflow.start_run(experiment_id=experiment) as run:
        more = {"params": {"alpha": 0.1}, "tags": {"team": "kettle"}}
        info = mlflow.sklearn.log_model(model, **dict(more, **named("first")))
        mlflow.log_metric("rmse", 0.5, model_id=info.model_id)
    got = lab.client.get_logged_model(info.model_id)
    assert (got.name, got.status, got.source_run_id) == ("first", "READY", run.info.run_id)
    assert got.params == {"alpha": "0.1"}
    assert got.tags["team"] == "kettle"
    assert [(m.key, m.value, m.run_id) for m in got.metrics] == [("rmse", 0.5, run.info.run_id)]
    assert (mlflow.sklearn.load_model("models:/" + info.model_id).predict(x) == model.predict(x)).all()
    lab.client.set_logged_model_tags(info.model_id, {"a": "1", "b": "2"})
    lab.client.delete_logged_model_tag(info.model_id, "a")
    assert "a" not in lab.client.get_logged_model(info.model_id).tags


@feature("search logged models", "MlflowClient.search_logged_models")
def search_logged_models(lab):
    experiment = lab.experiment()
    made = []
    with mlflow.start_run(experiment_id=experiment):
        for alpha in (3, 1, 2):
            model = lab.client.create_logged_model(experiment, name=f"m{alpha}", params={"alpha": str(alpha)})
            mlflow.log_metric("alpha", alpha, model_id=model.model_id)
            made.append(model.model_id)

    def found(text=None, **more):
        hits = lab.client.search_logged_models([experiment], filter_string=text, **more)
        return [made.index(m.model_id) for m in hits]

    by_alpha = [{"field_name": "metrics.alpha", "ascending": False}]
    assert found() == [2, 1, 0]
    assert found(order_by=by_alpha) == [0, 2, 1]
    assert found("metrics.alpha >= 2", order_by=by_alpha) == [0, 2]
    assert found("params.alpha = '1'") == [1]
    assert found("name = 'm2'") == [2]
    page = lab.client.search_logged_models([experiment], max_results=2, order_by=by_alpha)
    rest = lab.client.search_logged_models(
        [experiment], max_results=2, order_by=by_alpha, page_token=page.token
    )
    assert [made.index(m.model_id) for m in list(page) + list(rest)] == [0, 2, 1]
    lab.client.finalize_logged_model(made[0], "FAILED")
    assert lab.client.get_logged_model(made[0]).status == "FAILED"
    lab.client.delete_logged_model(made[0])
    refused("RESOURCE_DOES_NOT_EXIST", lab.client.get_logged_model, made[0])


def fitted():
    """A small model and the rows it has learnt from."""
    from sklearn.datasets import load_diabetes
    from sklearn.linear_model import Ridge

    x, y = load_diabetes(return_X_y=True)
    return Ridge(alpha=0.03).fit(x[:50], y[:50]), x[:50]


def named(name):
    """How this client is told the name of a model."""
    if version() >= (3, 0):
        return dict(REQUIREMENTS, name=name)
    return dict(REQUIREMENTS if version() >= (1, 30) else {}, artifact_path=name)
