"""Autologging of scikit-learn."""

import mlflow
from lab import feature, version

from features.models import fitted


@feature("autolog", "mlflow.sklearn.autolog")
def autolog(lab):
    run = _autologged(lab, fitted)
    assert run.data.params["alpha"] == "0.03"
    assert run.data.metrics["training_r2_score"] > 0.3
    assert run.data.tags["estimator_name"] == "Ridge"
    model, x = fitted()
    loaded = mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/model")
    assert abs(loaded.predict(x) - model.predict(x)).max() < 1e-9


@feature("autolog of a search over parameters", "mlflow.sklearn.autolog")
def autolog_search(lab):
    run = _autologged(lab, _searched)
    assert run.data.params["best_alpha"] in ("0.1", "1.0")
    where = f"tags.mlflow.parentRunId = '{run.info.run_id}'"
    children = lab.client.search_runs([run.info.experiment_id], where)
    assert {c.data.params["alpha"] for c in children} == {"0.1", "1.0"}
    assert all("mean_test_score" in c.data.metrics for c in children)


def _searched():
    from sklearn.datasets import load_diabetes
    from sklearn.linear_model import Ridge
    from sklearn.model_selection import GridSearchCV

    x, y = load_diabetes(return_X_y=True)
    return GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, cv=2).fit(x[:60], y[:60])


def _autologged(lab, train):
    quiet = {"disable": False, "silent": True} if version() >= (1, 30) else {}
    mlflow.sklearn.autolog(**quiet)
    try:
        with mlflow.start_run(experiment_id=lab.experiment()) as active:
            train()
    finally:
        mlflow.sklearn.autolog(disable=True)
    return lab.client.get_run(active.info.run_id)
