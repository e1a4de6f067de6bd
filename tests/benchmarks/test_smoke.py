"""The suite itself works: at the smallest size, on our server alone."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from suite.plan import WORKLOADS
from suite.recipe import RECIPES
from suite.usage import tree

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "against_peers.py"
SMOKE = [sys.executable, str(SCRIPT), "--size", "smoke", "--servers", "ours,null"]

pytestmark = pytest.mark.slow


def command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0").split("\0")
    except OSError:
        return []


def test_every_workload_yields_figures_on_our_server(tmp_path):
    file = tmp_path / "figures.json"
    done = subprocess.run([*SMOKE, "--json", file], capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    document = json.loads(file.read_text())
    assert document["errors"] == []
    for workload in WORKLOADS:
        ours = [name for name in workload.on if RECIPES[name].product in ("ours", "null")]
        assert ours
        for name in ours:
            figures = document["figures"][workload.name][name]
            assert all(figure["median"] > 0 for key, figure in figures.items() if "growth" not in key)


def test_an_interrupted_run_leaves_nothing_behind(tmp_path):
    run = subprocess.Popen([*SMOKE, "--only", "log_batch", "--scratch", tmp_path], stderr=subprocess.PIPE)
    while not (servers := [pid for pid in tree(run.pid) if "up" in command(pid)]):
        time.sleep(0.1)
    run.send_signal(signal.SIGINT)
    assert run.wait(60) == 130
    assert not any(command(pid) for pid in servers)
    assert list(tmp_path.iterdir()) == []
