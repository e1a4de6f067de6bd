"""The article itself: local runs, remote runs, what fails, and what each of its tables' ticks promises."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.acceptance.conftest import as_script, metrics, until
from tests.conftest import LAZWARD

_PACKAGES = Path(__file__).parents[2] / "packages"
CLUSTER = "my-remote-compute"


@pytest.fixture
def cluster(rest):
    """A compute target of the name that the article has."""
    rest.post("/api/v1/compute", {"name": CLUSTER, "max_nodes": 2})
    return CLUSTER


@pytest.fixture
def cli(surroundings):
    """Runs a command in the working folder, and returns what it tells as JSON."""

    def run(*words):
        done = subprocess.run(
            [LAZWARD, *words, "-o", "json"], capture_output=True, text=True, cwd=surroundings
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


def test_a1_a_local_run(rest, play, server):
    played = play("a1_local")
    assert len(set(played.facts["uris"])) == 1
    assert server.token not in played.printed + played.facts["uris"][0]
    (run,) = rest.runs("experiment_with_mlflow")
    assert run["info"]["status"] == "FINISHED"
    assert metrics(run) == {"alpha": 0.03}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a1_in_an_environment_of_its_own(rest, surroundings, tmp_path):
    """With our distributions alone, of which none is the original's."""
    uv, python = Path(sys.executable).with_name("uv"), tmp_path / "own" / "bin" / "python"
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, tmp_path / "own"], check=True)
    ours = [_PACKAGES / "lazward", f"lazward-azureml[mlflow] @ {(_PACKAGES / 'lazward-azureml').as_uri()}"]
    subprocess.run([uv, "pip", "install", "-q", "--python", python, *ours, "mlflow"], check=True)
    subprocess.run([uv, "pip", "check", "-q", "--python", python], check=True)
    listed = subprocess.run(
        [uv, "pip", "freeze", "--python", python], check=True, capture_output=True, text=True
    ).stdout
    assert [line.split()[0] for line in listed.splitlines() if "azureml" in line] == ["lazward-azureml"]
    played = as_script("a1_local", surroundings, python)
    assert len(set(played.facts["uris"])) == 1
    (run,) = rest.runs("experiment_with_mlflow")
    assert (run["info"]["status"], metrics(run)) == ("FINISHED", {"alpha": 0.03})


@pytest.mark.usefixtures("cluster")
def test_a2_a_remote_run(rest, play, surroundings):
    played = play("a2_remote")
    (run,) = rest.runs("my_experiment")
    assert run["info"]["run_id"] == played.facts["run"]
    assert (played.facts["status"], run["info"]["status"]) == ("Completed", "FINISHED")
    assert metrics(run) == {"example": 1.23}
    assert rest.get(f"/api/v1/jobs/{played.facts['run']}")["compute"] == CLUSTER
    script = (surroundings / "my_script_location" / "my_training_script.py").read_text()
    assert "tracking" not in script


def test_a4_what_fails(rest, play):
    facts = play("a4_failing").facts
    kind, text = facts["unknown"]
    assert kind == "ExperimentExecutionException"
    assert "no-such-compute" in text
    assert facts["after unknown"] == []
    (run,) = rest.runs("failing")
    assert (run["info"]["run_id"], run["info"]["status"]) == (facts["run"], "FAILED")
    kind, text = facts["failed"]
    assert (kind, facts["status"]) == ("ActivityFailedException", "Failed")
    for told in (
        text,
        json.dumps(facts["error"]),
        json.dumps(rest.get(f"/api/v1/jobs/{facts['run']}")["error"]),
    ):
        assert "the last line of it" in told
        assert "exit code 3" in told


@pytest.mark.usefixtures("cluster")
def test_a6_the_table(rest, play, cli, surroundings):
    """What the table ticks is the same by all ways; models and datastores are for later."""
    run = play("a2_remote").facts["run"]
    shown = cli("run", "show", run)
    assert (shown["run_id"], shown["status"]) == (run, "FINISHED")
    assert [one["run_id"] for one in cli("run", "list", "--experiment-name", "my_experiment")] == [run]
    found = {key: value for key, value in shown["metrics"].items() if not key.startswith("system/")}
    assert found == metrics(rest.run(run)) == {"example": 1.23}
    job = cli("job", "show", run)
    assert (job["state"], job["compute"]) == ("Completed", CLUSTER)
    assert cli("compute", "show", CLUSTER)["max_nodes"] == rest.get(f"/api/v1/compute/{CLUSTER}")["max_nodes"]
    assert cli("workspace", "show", rest.name)["name"] == rest.name
    log = "user_logs/std_log.txt"
    until(lambda: log in rest.files(run))
    words = [LAZWARD, "job", "download", run, "-p", "down"]
    subprocess.run(words, check=True, cwd=surroundings, capture_output=True)
    kept = rest.content(run, log)
    assert (surroundings / "down" / log).read_bytes() == kept
    assert kept.endswith(b"trained\n")
    assert (surroundings / "down" / "outputs" / "model.txt").read_bytes() == b"a model"
