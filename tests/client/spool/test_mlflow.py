"""The spool as MLflow's users see it, with the real MLflow in processes of its own."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from lazward.spool import folder

SCRIPT = Path(__file__).parents[1] / "scripts" / "spooled.py"


@pytest.fixture
def spooled(server, root):
    """Runs a case of the script to its end; returns the lines it prints and what it tells."""

    def run(case, **env):
        done = subprocess.run(command(server, case), env=environment(server, root, **env), **captured)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines(), done.stderr

    captured = {"capture_output": True, "text": True, "check": False}
    return run


def command(server, case):
    uri = server.url.replace("http:", "lazward+http:") + "/workspaces/default"
    return [sys.executable, SCRIPT, uri, case]


def environment(server, root, **env):
    quiet = {"MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true", "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1"}
    return server.environment(**{"LAZWARD_SPOOL_DIR": str(root), **quiet, **env})


def test_refused_calls_are_told_at_the_next_flush_and_the_run_ends(spooled):
    printed, _ = spooled("refused")
    raised, found, code, params = printed
    assert raised.startswith("raised INVALID_PARAMETER_VALUE: log_metric('bad$') of run ")
    assert "Invalid value" in raised
    assert found == "FINISHED {'good': 3.0} {'p': '1'}"
    assert code.startswith("INVALID_PARAMETER_VALUE INVALID_PARAMETER_VALUE: log_param('p') of run")
    assert "was already logged with value='1'" in code
    assert params == "{'p': '1'}"


def test_without_the_spool_each_call_is_answered_at_once(spooled, root):
    printed, _ = spooled("refused", LAZWARD_SPOOL="off")
    assert "bad$" in printed[0]
    assert "log_metric('bad$')" not in printed[0]
    assert printed[1] == "FAILED {'good': 1.0} {}"
    assert not root.exists()


def test_wrong_types_are_refused_at_once_and_odd_numbers_arrive(spooled):
    printed, _ = spooled("at_once")
    assert len(printed) == 6, "both wrong values raise"
    assert printed[2:] == [
        "5.0",
        "[nan, nan]",
        "[1.7976931348623157e+308, -1.7976931348623157e+308]",
        "[2.0]",
    ]


def test_asynchronous_calls_arrive(spooled):
    assert spooled("asynchronous")[0] == ["5 {'a': '1'} 1"]


def test_nested_runs_arrive_and_nothing_is_left(spooled, root):
    assert spooled("children")[0] == ["3"]
    assert folder.paths(root) == []


def test_a_run_that_was_left_open_ends_with_its_process(spooled, server, root):
    (run_id,), told = spooled("left_open")
    with server.client() as http:
        found = http.get("/api/2.0/mlflow/runs/get", params={"run_id": run_id}).json()["run"]
    assert found["info"]["status"] == "FINISHED"
    assert found["data"]["metrics"][0]["value"] == 1
    assert "lazward" not in told
    assert folder.paths(root) == []


def test_a_spark_that_appears_later_is_still_asked_for_the_registry(spooled):
    assert spooled("spark")[0] == ["lazward.mlflow.quick", "None", "file:/registry"]


def test_a_folder_that_cannot_be_made_costs_only_the_spool(spooled, root):
    root.write_text("no folder")
    printed, told = spooled("left_open")
    assert len(printed) == 1
    assert told.count("no spool can be kept") == 1


def test_the_end_of_a_run_does_not_fail_without_the_server(start_server, root):
    server = start_server()
    env = environment(server, root, LAZWARD_FLUSH_TIMEOUT="1", MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT="false")
    pipe = subprocess.PIPE
    training = subprocess.Popen(
        command(server, "away"), env=env, stdin=pipe, stdout=pipe, stderr=pipe, text=True
    )
    run_id = training.stdout.readline().strip()
    server.stop()
    printed, told = training.communicate("go on\n", timeout=100)
    assert training.returncode == 0, told
    assert "ended" in printed
    assert f"View run away at: {server.url}/workspaces/default/#/experiments/" in printed
    left = re.search(r"(\d+) entries for \S+ are kept in \S+; the next process", told)[1]
    assert int(left) >= 50
    server = start_server(home=server.home, port=int(server.url.rpartition(":")[2]))
    done = subprocess.run(
        [Path(sys.executable).with_name("lazward"), "sync"],
        env=environment(server, root),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(f"Sent {left} entries to ")
    with server.client() as http:
        found = http.get("/api/2.0/mlflow/runs/get", params={"run_id": run_id}).json()["run"]
    assert found["info"]["status"] == "FINISHED"
    assert found["data"]["metrics"][0]["value"] == 49
