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
    passes(Path(sys.executable), server, NEWEST_LACKS)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("client", CLIENTS, ids=[c.version for c in CLIENTS])
def test_an_old_client_passes_the_scenario(server, client: Client):
    try:
        python = python_with(client)
    except Unavailable as reason:
        pytest.skip(str(reason))
    passes(python, server, client.lacks)


def passes(python: Path, server, lacks: frozenset[str]) -> None:
    """Run the scenario and hold the client to every feature it has."""
    keep = {
        k: v for k, v in os.environ.items() if not k.startswith(("MLFLOW_", "LAZWARD_", "PYTHON", "VIRTUAL"))
    }
    done = subprocess.run(
        [python, HERE / "scenario.py", server.url],
        env=keep | {"MLFLOW_TRACKING_TOKEN": server.token, "GIT_PYTHON_REFRESH": "quiet", "PYTHONUTF8": "1"},
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
