"""The first snippet of the article, word for word, and the local training notebook."""

import math

import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split

LOCAL_RUN = """
import mlflow
from azureml.core import Workspace

ws = Workspace.from_config()

mlflow.set_tracking_uri(ws.get_mlflow_tracking_uri())
mlflow.set_experiment("experiment_with_mlflow")

with mlflow.start_run():
    mlflow.log_metric("alpha", 0.03)
"""


@pytest.mark.usefixtures("project")
def test_tracking_local_runs(server, python):
    printed = python(LOCAL_RUN)
    assert server.token not in printed
    with server.client() as client:
        found = client.get(
            "/api/2.0/mlflow/experiments/get-by-name?experiment_name=experiment_with_mlflow"
        ).json()
        search = {"experiment_ids": [found["experiment"]["experiment_id"]]}
        runs = client.post("/api/2.0/mlflow/runs/search", json=search).json()["runs"]
    assert [run["info"]["status"] for run in runs] == ["FINISHED"]
    assert [(metric["key"], metric["value"]) for metric in runs[0]["data"]["metrics"]] == [("alpha", 0.03)]


NOTEBOOK = """
import sys, os
import mlflow
import mlflow.sklearn
import azureml.core
from azureml.core import Workspace
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt

print("SDK version:", azureml.core.VERSION)
ws = Workspace.from_config()
print(ws.name, ws.resource_group, ws.location, ws.subscription_id, sep="\\n")
mlflow.set_tracking_uri(ws.get_mlflow_tracking_uri())
experiment_name = "experiment-with-mlflow"
mlflow.set_experiment(experiment_name)

import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split

X, y = load_diabetes(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=0)
with mlflow.start_run() as run:
    alpha = 0.03
    mlflow.log_metric("alpha", alpha)
    reg = Ridge(alpha=alpha).fit(X_train, y_train)
    preds = reg.predict(X_test)
    mlflow.log_metric("mse", mean_squared_error(y_test, preds))
    mlflow.sklearn.log_model(reg, name="model")
    fig = plt.figure(1)
    idx = np.argsort(y_test)
    plt.plot(y_test[idx], preds[idx])
    fig.savefig("actuals_vs_predictions.png")
    mlflow.log_artifact("actuals_vs_predictions.png")

print(ws.experiments[experiment_name]._repr_html_())
print(azureml.mlflow.get_portal_url(run))
loaded = mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/model")
assert (loaded.predict(X_test) == preds).all()
print(run.info.run_id)
"""


def expected_mse():
    features, target = load_diabetes(return_X_y=True)
    parts = train_test_split(features, target, test_size=0.2, random_state=0)
    model = Ridge(alpha=0.03).fit(parts[0], parts[2])
    return float(np.float64(mean_squared_error(parts[3], model.predict(parts[1]))))


@pytest.mark.usefixtures("project")
def test_training_locally(server, python):
    *_, shown, portal_url, run_id = python(NOTEBOOK).splitlines()
    with server.client() as client:
        run = client.get("/api/2.0/mlflow/runs/get", params={"run_id": run_id}).json()["run"]
        files = client.get("/api/2.0/mlflow/artifacts/list", params={"run_id": run_id}).json()["files"]
    metrics = {metric["key"]: metric["value"] for metric in run["data"]["metrics"]}
    assert metrics["alpha"] == 0.03
    assert math.isclose(metrics["mse"], expected_mse(), rel_tol=1e-12)
    assert "actuals_vs_predictions.png" in [file["path"] for file in files]
    experiment = f"{server.url}/workspaces/default/#/experiments/{run['info']['experiment_id']}"
    assert f'href="{experiment}"' in shown
    assert portal_url == f"{experiment}/runs/{run_id}"
