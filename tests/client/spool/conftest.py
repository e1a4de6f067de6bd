"""What tests of the spool share: a folder of their own, runs on a real server, processes that log."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lazward.client import tokens, uri
from lazward.spool import process
from lazward.spool.settings import Settings
from lazward.spool.spool import Spool

API = "/api/2.0/mlflow/"
SCRIPT = Path(__file__).parents[1] / "scripts" / "spooling.py"


class Run:
    """A run on a server, seen without the client under test."""

    def __init__(self, server):
        self.server = server
        with server.client() as http:
            experiment = http.post(API + "experiments/create", json={"name": f"spool {time.time_ns()}"})
            body = {"experiment_id": experiment.json()["experiment_id"]}
            made = http.post(API + "runs/create", json=body).json()["run"]
        self.id = made["info"]["run_id"]

    def get(self, path, **params):
        with self.server.client() as http:
            answer = http.get(API + path, params={"run_id": self.id, **params})
        assert answer.is_success, answer.text
        return answer.json()

    def steps(self, key="m"):
        """The steps of a metric's points, which hold their step as value and time too."""
        found, token = [], ""
        while True:
            page = self.get("metrics/get-history", metric_key=key, page_token=token)
            found += page.get("metrics", [])
            token = page.get("next_page_token", "")
            if not token:
                break
        assert all(p["value"] == p["step"] == p["timestamp"] for p in found)
        return [p["step"] for p in found]

    @property
    def status(self):
        return self.get("runs/get")["run"]["info"]["status"]

    @property
    def tags(self):
        return {t["key"]: t["value"] for t in self.get("runs/get")["run"]["data"].get("tags", [])}

    @property
    def params(self):
        return {p["key"]: p["value"] for p in self.get("runs/get")["run"]["data"].get("params", [])}


def point(step, key="m"):
    """The content of a record."""
    return json.dumps({"key": key, "value": step, "timestamp": step, "step": step}).encode()


@pytest.fixture
def root(tmp_path, monkeypatch):
    """The folder of the spools, for this process and those it starts."""
    folder = tmp_path / "spools"
    monkeypatch.setenv("LAZWARD_SPOOL_DIR", str(folder))
    return folder


@pytest.fixture
def make_run():
    """Makes runs on a server."""
    return Run


@pytest.fixture
def open_spool(root):
    """Opens spools that are closed with the test."""
    opened = []

    def begin(server, *, max_bytes=2**31, flush_timeout=20.0, token=None):
        where = uri.parse(server.url + "/workspaces/default")
        tokens.give(where.server, token or getattr(server, "token", ""))
        opened.append(Spool(where, Settings(root, max_bytes, flush_timeout)))
        return opened[-1]

    yield begin
    for spool in opened:
        if not spool.closed:
            spool._settings = Settings(root, flush_timeout=0.1)
            spool.close()


@pytest.fixture
def log_in_process(root, tmp_path):
    """Starts processes that log points into a run and note what they have logged."""
    started = []

    def begin(server, run_id, count, *options, **env):
        notes = tmp_path / f"notes{len(started)}"
        told = tmp_path / f"told{len(started)}"
        with told.open("wb") as out:
            running = subprocess.Popen(
                [sys.executable, SCRIPT, server.url, run_id, notes, str(count), *options],
                env=server.environment(LAZWARD_SPOOL_DIR=str(root), **env),
                stdout=out,
                stderr=out,
            )
        running.notes = lambda: int(notes.read_text().rpartition("\n")[0].rpartition("\n")[2] or 0)
        running.told = told.read_text
        started.append(running)
        return running

    yield begin
    for running in started:
        if running.poll() is None:
            running.kill()
        running.wait(30)


@pytest.fixture(autouse=True)
def _no_spools_of_others():
    process._spools.clear()
