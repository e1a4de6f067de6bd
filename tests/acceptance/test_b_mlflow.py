"""MLflow's own calls, on this machine, on a cluster, as projects and from the command line."""

import csv
import hashlib
import io
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sklearn.datasets import load_diabetes, load_wine
from sklearn.linear_model import ElasticNet, Ridge
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score
from sklearn.model_selection import train_test_split
from tests.acceptance.conftest import as_script, is_page, links, metrics, opens, params, tags
from tests.conftest import LAZWARD

sys.path.insert(0, str(Path(__file__).parents[1] / "contract" / "clients"))

from environments import CLIENTS, Unavailable, python_with

_AZUREML = Path(__file__).parents[2] / "packages" / "lazward-azureml"


def expected_mse(alpha=0.03):
    features, target = load_diabetes(return_X_y=True)
    before, after, wanted, truth = train_test_split(features, target, test_size=0.2, random_state=0)
    return mean_squared_error(truth, Ridge(alpha=alpha).fit(before, wanted).predict(after))


def own(urls, rest):
    """Those on our server."""
    return [url for url in urls if url.startswith(rest.server.url)]


@pytest.mark.slow
def test_b1_training_here(rest, play):
    played = play("b1_train_local")
    (run,) = rest.runs("train-local")
    assert run["info"]["run_id"] == played.facts["run"]
    found = metrics(run)
    assert found["alpha"] == 0.03
    assert math.isclose(found["mse"], expected_mse(), rel_tol=1e-12)
    assert rest.content(played.facts["run"], "actuals_vs_predictions.png").startswith(b"\x89PNG")
    assert {"actuals_vs_predictions.png", "model/MLmodel"} <= {*played.facts["files"]}
    (page,) = own(links(played.facts["page"]), rest)
    assert page.endswith(f"/experiments/{run['info']['experiment_id']}")
    assert is_page(page)
    assert played.pages == ([played.facts["page"]] if play.notebook else [])


def test_b2_training_on_a_cluster(rest, play):
    played = play("b2_train_remote")
    facts = played.facts
    assert played.printed.count("Creating new cpu-cluster") == 1
    assert played.printed.index("Creating new") < played.printed.index("Found existing cpu-cluster")
    assert "Mean Squared Error is" in played.printed
    mse = expected_mse()
    assert facts["metrics"].pop("mse") == pytest.approx(mse, rel=1e-12)
    assert facts["metrics"] == {"Training samples": 353, "Test samples": 89, "alpha": 0.03}
    (run,) = rest.runs("train-remote")
    assert metrics(run) == facts["metrics"] | {"mse": pytest.approx(mse, rel=1e-12)}
    details = facts["details"]
    assert {
        "runId", "target", "status", "startTimeUtc", "endTimeUtc", "runDefinition", "logFiles",
        "submittedBy", "properties",
    } <= {*details}  # fmt: skip
    assert (details["runId"], details["target"], details["status"]) == (
        facts["run"],
        "cpu-cluster",
        "Completed",
    )
    assert details["startTimeUtc"] < details["endTimeUtc"]
    assert details["runDefinition"]["script"] == "train_diabetes.py"
    assert {"user_logs/std_log.txt", "azureml-logs/70_driver_log.txt"} <= {*details["logFiles"]}
    assert {*details["logFiles"], "model/MLmodel"} <= {*facts["files"]}
    for name, url in details["logFiles"].items():
        assert opens(url) == facts["texts"][name], name
    assert f"Mean Squared Error is {mse:.5f}"[:-1] in facts["texts"]["user_logs/std_log.txt"]
    (page,) = own(links(facts["page"]), rest)
    assert page.endswith(f"/runs/{facts['run']}")
    assert is_page(page)
    assert any(facts["run"] in shown for shown in played.pages) == play.notebook


TRAIN = """
import csv
import sys

import mlflow
from sklearn.linear_model import ElasticNet
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score

alpha = float(sys.argv[1])
with open("wine-quality.csv") as file:
    rows = [[float(one) for one in row] for row in csv.reader(file)]
x, y = [row[:-1] for row in rows], [row[-1] for row in rows]
with mlflow.start_run():
    model = ElasticNet(alpha=alpha, l1_ratio=0.1, random_state=42).fit(x[:100], y[:100])
    found = model.predict(x[100:])
    mlflow.log_param("alpha", alpha)
    mlflow.log_metric("rmse", mean_squared_error(y[100:], found) ** 0.5)
    mlflow.log_metric("r2", r2_score(y[100:], found))
    mlflow.log_metric("mae", mean_absolute_error(y[100:], found))
"""
MLPROJECT = """
name: wines
entry_points:
  main:
    parameters:
      alpha: float
    command: "python train.py {alpha}"
"""


def wines():
    features, kinds = load_wine(return_X_y=True)
    return [[*map(float, row), float(kind)] for row, kind in zip(features[::-1], kinds, strict=True)]


@pytest.fixture
def project(surroundings):
    folder = surroundings / "project"
    folder.mkdir()
    text = io.StringIO()
    csv.writer(text).writerows(wines())
    (folder / "MLproject").write_text(MLPROJECT)
    (folder / "train.py").write_text(TRAIN)
    (folder / "wine-quality.csv").write_text(text.getvalue())
    return folder


def check_project(rest, folder, played):
    x, y = [row[:-1] for row in wines()], [row[-1] for row in wines()]
    model = ElasticNet(alpha=0.3, l1_ratio=0.1, random_state=42).fit(x[:100], y[:100])
    found, truth = model.predict(x[100:]), y[100:]
    (run,) = rest.runs("train-projects-local")
    assert (run["info"]["run_id"], run["info"]["status"]) == (played.facts["run"], "FINISHED")
    assert played.facts["waited"] is True
    assert params(run)["alpha"] == "0.3"
    assert metrics(run) == {
        "rmse": pytest.approx(mean_squared_error(truth, found) ** 0.5),
        "r2": pytest.approx(r2_score(truth, found)),
        "mae": pytest.approx(mean_absolute_error(truth, found)),
    }
    job = rest.get(f"/api/v1/jobs/{played.facts['run']}")
    kept = rest.get(f"/api/v1/snapshots/{job['spec']['snapshot_id']}")["files"]
    assert {one["path"]: one["sha256"] for one in kept} == {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()
    }
    assert tags(run)["mlflow.source.type"] == "PROJECT"


def test_b4_a_project(rest, play, project):
    check_project(rest, project, play("b4_projects"))


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_b4_a_project_of_an_old_client(rest, project, surroundings):
    old = next(one for one in CLIENTS if one.version == "1.30.1" and one.plug_in)
    try:
        python = python_with(old)
    except Unavailable as reason:
        pytest.skip(str(reason))
    beside = surroundings.parent / "azureml"  # installed, since MLflow asks what is for the backend's name
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([uv, "pip", "install", "-q", "--no-deps", "--target", beside, _AZUREML], check=True)
    path = os.pathsep.join((str(python.parent), os.environ["PATH"]))
    played = as_script("b4_projects", surroundings, python, PYTHONPATH=str(beside), PATH=path)
    assert played.facts["version"] == "1.30.1"
    check_project(rest, project, played)


HELLO = """
import os

import mlflow

mlflow.log_param("hello_param", "world")
mlflow.log_metric("hello_metric", 3.5)
os.system("echo 'hello world' > helloworld.txt")
mlflow.log_artifact("helloworld.txt")
"""


def test_b9_a_job_from_a_file(rest, surroundings):
    (surroundings / "src").mkdir()
    (surroundings / "src" / "hello-mlflow.py").write_text(HELLO)
    (surroundings / "hello-mlflow.yml").write_text(
        "$schema: https://azuremlschemas.azureedge.net/latest/commandJob.schema.json\n"
        "command: python hello-mlflow.py\ncode: src\nenvironment: {interpreter: python}\n"
        "display_name: hello-mlflow\nexperiment_name: hello\n"
    )
    done = subprocess.run(
        [LAZWARD, "job", "create", "-f", "hello-mlflow.yml", "--stream"],
        capture_output=True, text=True, cwd=surroundings,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    (run,) = rest.runs("hello")
    assert run["info"]["run_name"] == "hello-mlflow"
    assert params(run) == {"hello_param": "world"}
    assert metrics(run) == {"hello_metric": 3.5}
    run_id = run["info"]["run_id"]
    assert rest.content(run_id, "helloworld.txt") == b"hello world\n"
    assert rest.get(f"/api/v1/jobs/{run_id}")["state"] == "Completed"
