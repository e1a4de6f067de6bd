"""A real server, a project folder that is configured for it, and nothing of who runs the tests."""

import contextlib
import os
import subprocess
import sys
import uuid

import pytest

from lazward.client import access, compute, config, tokens
from lazward.client.config import WorkspaceConfig
from lazward.errors import AlreadyExists
from lazward.wire.compute import CreateCompute

_OURS = ("LAZWARD_", "MLFLOW_TRACKING_", "MLFLOW_REGISTRY_", "AZUREML_")


@pytest.fixture(autouse=True)
def surroundings(monkeypatch, tmp_path, server):
    """The server's credentials, an empty working folder, no variables that name another server."""
    for name in [name for name in os.environ if name.startswith(_OURS)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(server.config))
    monkeypatch.setattr(tokens, "_bound", {})
    monkeypatch.setattr(tokens, "_given", {})
    monkeypatch.setattr(access, "_held", {})
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return work


@pytest.fixture
def project(surroundings, server):
    """The working folder, configured as ``lazward config`` does it."""
    config.write(WorkspaceConfig("default", server.url), surroundings)
    return surroundings


@pytest.fixture
def ws(project):
    from azureml.core import Workspace

    return Workspace.from_config(str(project))


@pytest.fixture
def experiment(ws):
    """A new experiment."""
    from azureml.core import Experiment

    return Experiment(ws, f"e-{uuid.uuid4().hex}")


@pytest.fixture
def here():
    """An environment that is the interpreter which runs the tests, so that nothing is built."""
    from azureml.core import Environment

    made = Environment("here")
    made.python.user_managed_dependencies = True
    return made


@pytest.fixture
def cluster(ws):
    """The name of a cluster."""
    with contextlib.suppress(AlreadyExists):
        compute.create(ws.connection, CreateCompute(name="cpu-cluster", max_nodes=2))
    return "cpu-cluster"


@pytest.fixture
def scripted(tmp_path, here):
    """Makes what is submitted of the text of a script."""
    from azureml.core import ScriptRunConfig

    def make(text, *arguments, **more):
        folder = tmp_path / "code"
        folder.mkdir(exist_ok=True)
        (folder / "train.py").write_text(text)
        given = {"source_directory": folder, "script": "train.py", "environment": here} | more
        return ScriptRunConfig(arguments=list(arguments), **given)

    return make


@pytest.fixture
def python():
    """Run a program in a Python of its own and return what it prints."""

    def run(program, **env):
        done = subprocess.run(
            [sys.executable, "-c", program], env=os.environ | env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run
