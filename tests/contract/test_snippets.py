"""The two scripts that everybody starts with, in every way a client can be pointed at a server.

The first one is the article's, word for word; it runs through the plug-in, as does the second one. The
second one also runs with stock MLflow at plain addresses, with nothing of ours in the environment.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split

LAZWARD = Path(sys.executable).with_name("lazward")
TRAINING = Path(__file__).parent / "snippets" / "training.py"
ARTICLE = """
import mlflow
from azureml.core import Workspace
ws = Workspace.from_config()
mlflow.set_tracking_uri(ws.get_mlflow_tracking_uri())
mlflow.set_experiment("experiment_with_mlflow")
with mlflow.start_run():
    mlflow.log_metric("alpha", 0.03)
"""


def test_the_article_s_snippet_logs_one_finished_run(start_server, tmp_path):
    server = start_server()  # of its own, so that the run it counts is its own
    configure = [LAZWARD, "config", "--server", server.url, "--path", tmp_path]
    subprocess.run(configure, env=server.environment(), check=True, capture_output=True)
    deep = tmp_path / "notebooks" / "more"
    deep.mkdir(parents=True)
    printed = ran(["-c", ARTICLE], deep, server.environment())
    assert server.token not in printed
    (run,) = runs(server, "experiment_with_mlflow")
    assert run["info"]["status"] == "FINISHED"
    assert [(m["key"], m["value"]) for m in run["data"]["metrics"]] == [("alpha", 0.03)]


def plug_in(server) -> dict[str, str]:
    address = server.url.replace("http://", "lazward+http://")
    return server.environment(MLFLOW_TRACKING_URI=f"{address}/workspaces/default")


def stock(server) -> dict[str, str]:
    return bare() | {"MLFLOW_TRACKING_URI": server.url, "MLFLOW_TRACKING_TOKEN": server.token}


def stock_below_the_workspace(server) -> dict[str, str]:
    return stock(server) | {"MLFLOW_TRACKING_URI": f"{server.url}/workspaces/default"}


@pytest.mark.slow
@pytest.mark.parametrize("pointed", [stock, plug_in, stock_below_the_workspace])
def test_the_training_notebook_logs_and_finds_everything(server, tmp_path, pointed):
    printed = ran([TRAINING], tmp_path, pointed(server))
    told = json.loads(printed.splitlines()[-1])
    assert told["found"] in {run["info"]["run_id"] for run in runs(server, "experiment-with-mlflow")}
    assert told["metrics"] == pytest.approx({"alpha": 0.03, "mse": expected_error()})
    assert "actuals_vs_predictions.png" in told["files"]
    assert bytes.fromhex(told["plot"]) == b"\x89PNG"
    assert told["same"]


def expected_error() -> float:
    x, y = load_diabetes(return_X_y=True)
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.2, random_state=0)
    return mean_squared_error(Ridge(alpha=0.03).fit(x_train, y_train).predict(x_test), y_test)


def bare() -> dict[str, str]:
    """An environment in which nothing of ours can help."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_TRACKING", "LAZWARD_"))}


def ran(arguments: list, folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment | {"MLFLOW_DISABLE_TELEMETRY": "true"},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def runs(server, experiment: str) -> list[dict]:
    """The experiment's runs, by plain HTTP."""
    with server.client() as client:
        named = {"experiment_name": experiment}
        found = client.get("/api/2.0/mlflow/experiments/get-by-name", params=named).json()["experiment"]
        body = {"experiment_ids": [found["experiment_id"]]}
        return client.post("/api/2.0/mlflow/runs/search", json=body).json()["runs"]
