"""Stock MLflow clients of seven years pass the same scenario against a real server process."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "clients"))

from environments import CLIENTS, HERE, NEWEST_LACKS, Client, Unavailable, python_with

_LINE = re.compile(r"^(ok|absent|FAILED) +\S+: (.+) \([^)]*\)$", re.MULTILINE)


def test_the_newest_client_passes_the_scenario(server):
    passes(Path(sys.executable), server.url, NEWEST_LACKS, MLFLOW_TRACKING_TOKEN=server.token)


@pytest.mark.slow
def test_it_passes_below_the_workspace_s_address(server):
    address = f"{server.url}/workspaces/default"
    passes(Path(sys.executable), address, NEWEST_LACKS, MLFLOW_TRACKING_TOKEN=server.token)


@pytest.mark.slow
def test_it_passes_through_the_plug_in(server):
    passes(Path(sys.executable), plug_in(server), NEWEST_LACKS, **through(server))


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("client", CLIENTS, ids=[c.name for c in CLIENTS])
def test_another_client_passes_the_scenario(server, client: Client):
    try:
        python = python_with(client)
    except Unavailable as reason:
        pytest.skip(str(reason))
    if client.plug_in:
        passes(python, plug_in(server), client.lacks, **through(server))
    else:
        passes(python, server.url, client.lacks, MLFLOW_TRACKING_TOKEN=server.token)


def plug_in(server) -> str:
    return server.url.replace("http://", "lazward+http://") + "/workspaces/default"


def through(server) -> dict[str, str]:
    """The environment of the plug-in. The scenario wants what is refused to be refused at once."""
    return {"LAZWARD_CONFIG_DIR": str(server.config), "LAZWARD_SPOOL": "off"}


def passes(python: Path, url: str, lacks: frozenset[str], **environment: str) -> None:
    """Run the scenario and hold the client to every feature it has."""
    ours = ("MLFLOW_", "LAZWARD_", "PYTHON", "VIRTUAL")
    keep = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    done = subprocess.run(
        [python, HERE / "scenario.py", url],
        env=keep | environment | {"GIT_PYTHON_REFRESH": "quiet", "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=900,
        check=False,
    )
    outcomes = {name: outcome for outcome, name in _LINE.findall(done.stdout)}
    assert done.returncode == 0, done.stdout
    assert {name for name, outcome in outcomes.items() if outcome == "absent"} == lacks
    assert len(outcomes) > 35
