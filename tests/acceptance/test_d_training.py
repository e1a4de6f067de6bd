"""Training: here, in built environments, in containers, on clusters, in registered environments."""

import io
import sys

import joblib
import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split
from tests.acceptance.conftest import as_script, metrics, opens, until

COUNTS = {
    f"{state}NodeCount" for state in ("idle", "leaving", "preempted", "preparing", "running", "unusable")
}
STATUS = {
    "currentNodeCount", "targetNodeCount", "nodeStateCounts", "allocationState", "errors", "creationTime",
    "allocationStateTransitionTime", "modifiedTime", "provisioningState", "scaleSettings", "vmPriority",
    "provisioningStateTransitionTime", "vmSize",
}  # fmt: skip


def trained():
    """The alphas, and what is expected of each: the error, and what the model tells."""
    features, target = load_diabetes(return_X_y=True)
    before, after, wanted, truth = train_test_split(features, target, test_size=0.2, random_state=0)
    told = {
        alpha: Ridge(alpha=alpha).fit(before, wanted).predict(after) for alpha in np.arange(0.0, 1.0, 0.05)
    }
    return {alpha: (mean_squared_error(truth, found), found) for alpha, found in told.items()}, after


def test_d1_training_here(rest, play, surroundings):
    played = play("d1_train")
    facts = played.facts
    expected, features = trained()
    assert facts["metrics"] == {
        "alpha": pytest.approx([*expected]),
        "mse": pytest.approx([error for error, _ in expected.values()], rel=1e-12),
    }
    assert rest.history(facts["run"], "alpha") == facts["metrics"]["alpha"]
    assert rest.history(facts["run"], "mse") == facts["metrics"]["mse"]
    best = min(expected, key=lambda alpha: expected[alpha][0])
    assert facts["best"] == pytest.approx(best)
    assert f"interpreter {sys.executable}\n" in played.printed
    assert facts["interpreter"] == sys.executable
    outputs = {f"outputs/ridge_{alpha:.2f}.pkl" for alpha in expected}
    assert "outputs/ridge_0.40.pkl" in outputs <= {*facts["files"]}
    assert {"user_logs/std_log.txt", "azureml-logs/70_driver_log.txt"} <= {*facts["files"]}
    assert outputs <= {*rest.files(facts["run"])}
    name = f"ridge_{best:.2f}.pkl"
    kept = rest.content(facts["run"], f"outputs/{name}")
    assert (surroundings / name).read_bytes() == kept
    assert joblib.load(io.BytesIO(kept)).predict(features) == pytest.approx(expected[best][1])
    for version, model in enumerate(facts["models"], 1):
        assert model[:2] == ["best_model", version]
        assert model[2]
        assert model[3] == {"best": "yes"}
        known = rest.get("/api/2.0/mlflow/model-versions/get", name="best_model", version=version)[
            "model_version"
        ]
        assert known["run_id"] == facts["run"]
        assert known["source"].endswith(f"/outputs/{name}")


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_d1_an_environment_is_built_once(rest, play):
    facts = play("d1_system_managed").facts
    first, second = (rest.get(f"/api/v1/jobs/{run_id}") for run_id in facts["runs"])
    assert (first["state"], second["state"]) == ("Completed", "Completed")
    assert second["started_at"] - second["created_at"] < 5000
    prefixes = {opens(rest.server.url + one["log_links"]["user_logs/std_log.txt"]) for one in (first, second)}
    (prefix,) = prefixes
    assert prefix.startswith("prefix ")
    assert sys.prefix not in prefix
    assert facts["metrics"][0] == facts["metrics"][1]


def test_d2_without_docker(rest, surroundings, monkeypatch):
    monkeypatch.setenv("PATH", "")
    played = as_script("d2_docker", surroundings)
    image, said = [line for line in played.printed.splitlines() if line]
    assert "/" in image
    assert said == "Docker engine is not installed."
    kind, text = played.facts["refused"]
    assert kind == "UserErrorException"
    assert text.startswith("Docker engine is not installed.")
    assert rest.runs("train-on-local") == []


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_d2_with_docker(rest, surroundings, monkeypatch, docker):
    for name, value in docker.items():
        monkeypatch.setenv(name, value)
    played = as_script("d2_docker", surroundings)
    assert "not installed" not in played.printed
    assert "refused" not in played.facts
    states = [one["info"]["status"] for one in rest.runs("train-on-local")]
    assert states[-1] == "FINISHED"


def test_d3_a_cluster(rest, play, surroundings):
    played = play("d3_amlcompute")
    facts = played.facts
    assert isinstance(facts["sizes"], list)
    size = next(one for one in facts["sizes"] if one["name"].upper() == "STANDARD_D2_V2")
    assert (size["vCPUs"], size["memoryGB"]) == (2, 7)
    assert facts["metrics"] == metrics(rest.run(facts["run"])) == {"answer": 42}
    assert {*facts["status"]} == STATUS
    assert {*facts["status"]["nodeStateCounts"]} == COUNTS
    assert facts["status"]["vmSize"] == "STANDARD_D2_V2"
    assert facts["status"]["scaleSettings"]["maxNodeCount"] == 4
    assert facts["status"]["currentNodeCount"] >= 1
    assert facts["updated"]["scaleSettings"]["nodeIdleTimeBeforeScaleDown"] == "PT1200S"
    assert facts["listed"] == ["cpu-cluster"]
    told = rest.get("/api/v1/compute/cpu-cluster")
    assert (told["min_nodes"], told["max_nodes"], told["idle_seconds"]) == (0, 3, 1)
    until(lambda: rest.get("/api/v1/compute/cpu-cluster/nodes")["nodes"] == [])
    ended = as_script("d3_delete", surroundings)
    assert ended.facts["gone"].startswith("ComputeTargetNotFound")
    assert rest.get("/api/v1/compute")["compute"] == []


def test_d6_environments(rest, play):
    played = play("d6_environments")
    facts = played.facts
    name, version, packages = facts["minimal"]
    assert (name, bool(version)) == ("AzureML-Minimal", True)
    assert "azureml-defaults" in packages
    assert "AzureML-Minimal" in facts["curated"]
    assert played.printed.count("Name AzureML") == len(facts["curated"]) > 1
    assert facts["clone"] == ["customize_curated", None]
    assert facts["registered"] == ["myenv", "1"]
    assert facts["texts"][0] == facts["texts"][1]
    assert facts["packages"][0] == facts["packages"][1]
    assert facts["pip"][0] == facts["pip"][1]
    assert facts["variables"] == {"MESSAGE": "hello from Azure ML"}
    enabled, image, dockerfile = facts["docker"]
    assert enabled is False
    assert "/" in image
    assert dockerfile is None
    assert facts["second"] == "2"
    assert "message from env var: hello\n" in played.printed
    assert facts["of run"] == "here"
    one = rest.get("/api/v1/environments/myenv", version="1")
    assert one["spec"]["python"]["conda"]["packages"][-1] == "numpy==2.1.0"
    listed = {one["name"] for one in rest.get("/api/v1/environments")["environments"]}
    assert {"myenv", "AzureML-Minimal"} <= listed
    assert rest.get(f"/api/v1/jobs/{facts['run']}")["spec"]["environment_name"] == "here:1"
