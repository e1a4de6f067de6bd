"""What scripts find when they run as jobs: each is a real one, on the server's own cluster."""

import json
import shutil
import sys
import time
from pathlib import Path

import pytest
from tests import conftest

from lazward.client import compute, config, jobs, uri
from lazward.client.config import WorkspaceConfig
from lazward.client.http import API, Connection
from lazward.client.uri import WorkspaceUri
from lazward.errors import AlreadyExists
from lazward.snapshot import snapshot
from lazward.wire.compute import CreateCompute
from lazward.wire.environments import EnvironmentSpec, PythonSpec
from lazward.wire.jobs import ENDS, LOG, CreateJob, JobSpec

sys.path.insert(0, str(Path(__file__).parents[1] / "contract" / "clients"))

from environments import CLIENTS, Unavailable, python_with

_SCRIPTS = Path(__file__).with_name("inside")
_AZUREML = Path(__file__).parents[2] / "packages" / "lazward-azureml" / "src"
_CLUSTER = "inside-jobs"
_ENDS = {state.value for state in ENDS}


class Outcome:
    """A job that has ended."""

    def __init__(self, at, job):
        self._at = at
        self.job = job
        self.run_id = job.run_id
        self.log = b"".join(jobs.whole_log(at, job.run_id, LOG)).decode()
        self.run = self.get(job.run_id)

    @property
    def said(self):
        """What the script printed about itself."""
        return next(json.loads(line) for line in self.log.splitlines() if line.startswith("{"))

    def get(self, run_id):
        return self._at.send("GET", API + "runs/get", params={"run_id": run_id}).json()["run"]

    def metrics(self, run_id=None):
        run = self.run if run_id is None else self.get(run_id)
        return {one["key"]: one["value"] for one in run["data"].get("metrics", [])}

    def parent(self, run_id):
        tags = {one["key"]: one["value"] for one in self.get(run_id)["data"]["tags"]}
        return tags.get("mlflow.parentRunId")


def _interpreter(which):
    if which == "newest":
        return "python", {}
    old = next(client for client in CLIENTS if client.version == which and client.plug_in)
    try:
        return str(python_with(old)), {"PYTHONPATH": str(_AZUREML), "GIT_PYTHON_REFRESH": "quiet"}
    except Unavailable as reason:
        pytest.skip(str(reason))


def _configured(folder):
    """The same script with a configuration beside it, as it is on the laptop of who submits it."""
    shutil.copy(_SCRIPTS / "workspace.py", folder)
    config.write(WorkspaceConfig("default", "https://lazward.example", "a-subscription"), folder)
    return folder


@pytest.fixture(scope="module", params=["newest", pytest.param("1.30.1", marks=pytest.mark.slow)])
def ran(request, server, tmp_path_factory):
    """Runs a script of the folder as a job and waits for its end; all are queued at once."""
    interpreter, variables = _interpreter(request.param)
    with conftest.changed_environment(LAZWARD_CONFIG_DIR=str(server.config)):
        at = Connection(WorkspaceUri(uri.server(server.url), "default"), lambda _: server.token)
        try:
            compute.create(at, CreateCompute(name=_CLUSTER, size="STANDARD_D1", max_nodes=2))
        except AlreadyExists:
            pass
        kept = snapshot.take(at, _SCRIPTS)
        configured = snapshot.take(at, _configured(tmp_path_factory.mktemp("configured")))
    environment = EnvironmentSpec(python=PythonSpec(user_managed=True, interpreter=interpreter))
    files = {script.stem: (script.name, kept) for script in sorted(_SCRIPTS.glob("*.py"))}
    files["configured"] = ("workspace.py", configured)
    queued = {}
    for name, (script, files_id) in files.items():
        spec = JobSpec(script=script, snapshot_id=files_id, environment=environment, variables=variables)
        message = CreateJob(experiment=f"inside {request.param}", compute=_CLUSTER, spec=spec)
        queued[name] = jobs.create(at, message).job.run_id

    def wait(name):
        end = time.monotonic() + 110
        while (job := jobs.get(at, queued[name])).state not in _ENDS:
            assert time.monotonic() < end, job
            time.sleep(0.1)
        return Outcome(at, job)

    return wait


def test_the_first_block_is_the_job_s_run(ran):
    job = ran("block")
    assert job.job.state == "Completed", job.log
    assert job.said["run"] == job.said["told"] == job.run_id
    assert job.said["left"] is None
    assert job.metrics()["loss"] == 0.5


def test_the_end_of_a_block_is_not_the_end_of_the_job(ran):
    job = ran("block")
    assert job.said["status"] == "RUNNING"
    assert job.run["info"]["status"] == "FINISHED"  # now that the job is over


def test_a_second_block_is_a_child_of_the_job(ran):
    job = ran("second")
    assert job.job.state == "Completed", job.log
    assert job.said["first"] == job.run_id
    assert job.said["second"] != job.run_id
    assert job.parent(job.said["second"]) == job.run_id
    assert job.get(job.said["second"])["info"]["status"] == "FINISHED"
    assert job.metrics(job.said["second"]) == {"loss": 0.5}
    assert "loss" not in job.metrics()


def test_a_nested_block_is_a_child_too(ran):
    job = ran("nested")
    assert job.job.state == "Completed", job.log
    assert job.said["outer"] == job.run_id
    assert job.parent(job.said["inner"]) == job.run_id
    assert job.metrics(job.said["inner"]) == {"loss": 0.5}


def test_what_is_logged_outside_of_any_block_is_the_job_s(ran):
    job = ran("bare")
    assert job.job.state == "Completed", job.log
    assert job.metrics()["loss"] == 0.5
    assert {"key": "alpha", "value": "0.3"} in job.run["data"]["params"]


def test_the_job_s_own_experiment_may_be_set(ran):
    job = ran("same_experiment")
    assert job.job.state == "Completed", job.log
    assert job.said["run"] == job.run_id
    assert "left aside" not in job.log


def test_another_experiment_is_a_warning(ran):
    job = ran("other_experiment")
    assert job.job.state == "Completed", job.log
    assert job.said["run"] == job.run_id
    assert job.metrics()["loss"] == 0.5
    assert job.run["info"]["experiment_id"] == job.job.experiment_id
    assert "The experiment 'somewhere else' is left aside" in job.log
    assert "The experiment '0' is left aside" in job.log
    assert set(job.said["names"]) <= {job.job.experiment, None}


@pytest.mark.parametrize("script", ["workspace", pytest.param("configured", marks=pytest.mark.slow)])
def test_naming_the_job_s_own_workspace_changes_nothing(ran, server, script):
    job = ran(script)
    assert job.job.state == "Completed", job.log
    said = job.said
    assert said["workspace"] == "default"
    assert said["run"] == job.run_id
    assert said["given"].startswith("lazward+http:")
    assert said["before"] == said["after"] == f"{server.url}/workspaces/default"
    assert job.metrics()["loss"] == 0.5


def test_another_workspace_may_be_named(ran):
    said = ran("workspace").said
    assert said["own"] == "file:///tmp/runs-of-my-own"
    assert said["back"] == said["given"]


def test_an_exception_in_a_block_is_the_job_s_failure(ran):
    job = ran("raises")
    assert job.job.state == "Failed"
    assert job.job.error.code == "ExitCode"
    assert job.job.error.exit_code == 1
    assert "ValueError: the loss is too steep" in job.job.error.log_tail
    assert job.run["info"]["status"] == "FAILED"
    assert job.metrics()["loss"] == 0.5
