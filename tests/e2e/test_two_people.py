"""The article's local scenario for two people: each works in one workspace and may look into the other's.

All of it over TLS with a private authority, by the command line, the SDK and the stock client alone.
"""

import functools
import subprocess
import sys

import pytest
from tests import forked

WORK = """
import mlflow
from azureml.core import Workspace

ws = Workspace.from_config()
mlflow.set_tracking_uri(ws.get_mlflow_tracking_uri())
mlflow.set_experiment("experiment_with_mlflow")
with mlflow.start_run():
    mlflow.log_metric("alpha", 0.03)
    mlflow.log_text(ws.name, "workspace.txt")
"""
PASSWORD = "correct horse battery\n"
LOOK = """
import mlflow
from azureml.core import Workspace
from mlflow.exceptions import RestException

ws = Workspace.from_config()
mlflow.set_tracking_uri(ws.get_mlflow_tracking_uri())
[run] = mlflow.search_runs(experiment_names=["experiment_with_mlflow"], output_format="list")
print(run.data.metrics, mlflow.artifacts.load_text(run.info.artifact_uri + "/workspace.txt"))
for refused in (
    lambda: mlflow.create_experiment("mine"),
    lambda: mlflow.MlflowClient().create_run(run.info.experiment_id),
    lambda: mlflow.MlflowClient().delete_run(run.info.run_id),
):
    try:
        refused()
    except RestException as error:
        print(error.get_http_status_code(), error.error_code, error.message)
"""


@pytest.fixture
def secure(start_server, certificates):
    """A server that speaks TLS."""
    cert, key = certificates.issue()
    return start_server("--tls-cert", str(cert), "--tls-key", str(key), ca=certificates.ca)


@pytest.fixture
def administer(secure):
    """Runs ``lazward`` as the administrator."""
    return functools.partial(lazward, secure.environment(LAZWARD_SERVER=secure.url))


def lazward(environment, *words, told="", cwd=None):
    done = forked.lazward(*words, env=environment, stdin=told, cwd=cwd)
    assert done.returncode == 0, (words, done.stderr)


class Person:
    """Somebody who has signed in, with a configuration of their own and a folder for each workspace."""

    def __init__(self, name, server, folder):
        self.folder = folder / name
        self.folder.mkdir()
        own = {"LAZWARD_CONFIG_DIR": self.folder / "config", "LAZWARD_SPOOL_DIR": self.folder / "spool"}
        self.environment = server.environment(
            LAZWARD_SERVER=server.url, **{k: str(v) for k, v in own.items()}
        )
        lazward(self.environment, "login", "--user", name, told=PASSWORD)

    def runs(self, script, workspace):
        """Run a script in the folder of a workspace; returns what it printed."""
        there = self.folder / workspace
        there.mkdir(exist_ok=True)
        lazward(self.environment, "config", "--workspace", workspace, cwd=there)
        done = subprocess.run(
            [sys.executable, "-c", script], env=self.environment, cwd=there, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def test_each_works_in_their_own_workspace_and_only_looks_at_the_others(secure, administer, tmp_path):
    for workspace in ("vision", "speech"):
        administer("workspace", "create", workspace)
    for name, works_in, reads in (("ada", "vision", "speech"), ("grace", "speech", "vision")):
        administer("user", "create", name, "--password-stdin", told=PASSWORD)
        administer("role", "assign", "--user", name, "--workspace", works_in, "--role", "data-scientist")
        administer("role", "assign", "--user", name, "--workspace", reads, "--role", "reader")
    ada, grace = Person("ada", secure, tmp_path), Person("grace", secure, tmp_path)
    ada.runs(WORK, "vision")
    grace.runs(WORK, "speech")
    for person, name, workspace in ((ada, "ada", "speech"), (grace, "grace", "vision")):
        seen, *refusals = person.runs(LOOK, workspace).splitlines()
        assert seen == f"{{'alpha': 0.03}} {workspace}"
        told = f"403 PERMISSION_DENIED PERMISSION_DENIED: {name} is reader of workspace '{workspace}', which"
        needed = ("experiment:write", "run:write", "run:write")
        assert refusals == [f"{told} does not include {permission}." for permission in needed]
