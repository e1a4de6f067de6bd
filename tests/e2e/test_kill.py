"""The server is killed under load again and again; nothing acknowledged is missing, nothing is half there."""

import contextlib
import hashlib
import http.client
import json
import os
import random
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.conftest import Server

API = "/api/2.0/mlflow/"
WRITERS = 16
BATCH = 20


class Ledger:
    """What one writer sent, and what of it was acknowledged."""

    def __init__(self) -> None:
        self.run_id = ""
        self.points: list[int] = []
        self.batches: dict[int, bool] = {}
        self.tag = -1
        self.artifacts: list[str] = []
        self.folder = ""
        self.refusals: list[str] = []


class Writer(threading.Thread):
    """Logs to a run of its own until the server is gone."""

    def __init__(self, server: Server, experiment: str, seed: int) -> None:
        super().__init__(daemon=True)
        self.ledger = Ledger()
        self._server = server
        self._experiment = experiment
        self._random = random.Random(seed)
        self._connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=20)

    def run(self) -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            info = self._post("runs/create", experiment_id=self._experiment)["run"]["info"]
            self.ledger.run_id = info["run_id"]
            self.ledger.folder = f"{self._experiment}/{info['run_id']}/artifacts"
            number = 0
            while True:
                self._step(number)
                number += 1

    def _step(self, number: int) -> None:
        ledger, run_id = self.ledger, self.ledger.run_id
        match self._random.randrange(4):
            case 0:
                self._post(
                    "runs/log-metric", run_id=run_id, key="m", value=1.0, timestamp=number, step=number
                )
                ledger.points.append(number)
            case 1:
                ledger.batches[number] = False
                points = [
                    {"key": "b", "value": float(i), "timestamp": number, "step": number * BATCH + i}
                    for i in range(BATCH)
                ]
                params = [{"key": f"p{number}", "value": "v"}]
                self._post("runs/log-batch", run_id=run_id, metrics=points, params=params)
                ledger.batches[number] = True
            case 2:
                self._post("runs/set-tag", run_id=run_id, key="t", value=str(number))
                ledger.tag = number
            case _:
                body = self._random.randbytes(self._random.choice([10, 5_000, 400_000]))
                name = hashlib.sha256(body).hexdigest()
                self._send("PUT", f"/api/2.0/mlflow-artifacts/artifacts/{ledger.folder}/{name}", body)
                ledger.artifacts.append(name)

    def _post(self, path: str, **message: Any) -> Any:
        return self._send("POST", API + path, json.dumps(message).encode())

    def _send(self, method: str, path: str, body: bytes) -> Any:
        headers = {**self._server.headers, "Content-Type": "application/json"}
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        data = answer.read()
        if answer.status != 200:
            self.ledger.refusals.append(f"{path} {answer.status} {data[:200]!r}")
            raise http.client.HTTPException
        return json.loads(data or b"{}")


def kill_all(server: Server) -> None:
    """End the server and its children at the same moment, as a power cut would."""
    pids = [server.process.pid]
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            pids += [int(child) for child in task.read_text().split()]
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    server.process.wait(30)


def check(client: httpx.Client, ledger: Ledger) -> None:
    """Compare a run with what its writer knows."""
    assert not ledger.refusals
    if not ledger.run_id:
        return

    def get(url: str, **query: Any) -> Any:
        answer = client.get(url, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    data = get(API + "runs/get", run_id=ledger.run_id)["run"]["data"]
    tags = {tag["key"]: tag["value"] for tag in data["tags"]}
    assert int(tags.get("t", -1)) >= ledger.tag

    found = get(API + "metrics/get-history", run_id=ledger.run_id, metric_key="m").get("metrics", [])
    steps = {point["step"] for point in found}
    assert steps.issuperset(ledger.points)
    assert len(steps) <= len(ledger.points) + 1, "only the one in flight may be there besides"

    history = get(API + "metrics/get-history", run_id=ledger.run_id, metric_key="b").get("metrics", [])
    kept = {point["step"] for point in history}
    params = {param["key"] for param in data.get("params", [])}
    for number, acknowledged in ledger.batches.items():
        count = len(kept.intersection(range(number * BATCH, (number + 1) * BATCH)))
        assert count == BATCH if acknowledged else count in (0, BATCH)
        assert (f"p{number}" in params) is (count == BATCH), "a batch is all or nothing"

    listed = get("/api/2.0/mlflow-artifacts/artifacts", path=ledger.folder).get("files", [])
    names = {item["path"] for item in listed}
    assert names.issuperset(ledger.artifacts)
    for name in names:
        body = client.get(f"/api/2.0/mlflow-artifacts/artifacts/{ledger.folder}/{name}").content
        assert hashlib.sha256(body).hexdigest() == name, "half an artifact is visible"


def kill_rounds(begin: Callable[[], Server], rounds: int) -> int:
    """Kill and restart so many times; returns how many writes were acknowledged."""
    server = begin()
    with server.client() as client:
        answer = client.post(API + "experiments/create", json={"name": "killed"})
        experiment = answer.json()["experiment_id"]
    acknowledged = 0
    for round_ in range(rounds):
        writers = [Writer(server, experiment, round_ * WRITERS + i) for i in range(WRITERS)]
        for writer in writers:
            writer.start()
        time.sleep(random.Random(round_).uniform(0.05, 0.5))
        kill_all(server)
        for writer in writers:
            writer.join(30)
        server = begin()
        with server.client() as client:
            for writer in writers:
                check(client, writer.ledger)
        for writer in writers:
            acknowledged += len(writer.ledger.points) + sum(writer.ledger.batches.values())
            acknowledged += len(writer.ledger.artifacts)
    assert server.stop() == 0
    return acknowledged


@pytest.mark.parametrize("rounds", [4, pytest.param(200, marks=pytest.mark.slow)])
@pytest.mark.timeout(1500)
def test_sqlite_loses_nothing_acknowledged(
    start_server: Callable[..., Server], tmp_path: Path, rounds: int
) -> None:
    home = tmp_path / "killed"
    acknowledged = kill_rounds(lambda: start_server(home=home), rounds)
    print(f"{acknowledged} writes acknowledged in {rounds} rounds, all of them there")
    assert acknowledged > rounds
    with contextlib.closing(sqlite3.connect(home / "lazward.db")) as connection:
        assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("rounds", [4, pytest.param(200, marks=pytest.mark.slow)])
@pytest.mark.timeout(1500)
def test_postgresql_with_two_processes_loses_nothing_acknowledged(
    start_server: Callable[..., Server], postgres: Any, tmp_path: Path, rounds: int
) -> None:
    home, url = tmp_path / "killed", postgres.database()
    options = ("--database", url, "--workers", "2")
    acknowledged = kill_rounds(lambda: start_server(*options, home=home), rounds)
    print(f"{acknowledged} writes acknowledged in {rounds} rounds, all of them there")
    assert acknowledged > rounds
