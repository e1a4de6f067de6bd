"""A real server, a project folder that is configured for it, and nothing of who runs the tests."""

import os
import subprocess
import sys

import pytest

from lazward.client import access, config, tokens
from lazward.client.config import WorkspaceConfig

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
def python():
    """Run a program in a Python of its own and return what it prints."""

    def run(program, **env):
        done = subprocess.run(
            [sys.executable, "-c", program], env=os.environ | env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run
