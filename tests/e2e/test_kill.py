"""The server is killed under load, again and again, and nothing that it acknowledged is ever missing.

Sixteen writers log points, batches, tags and params, make runs and upload files, each over a connection of
its own, and note every answer. SIGKILL ends all processes of the server at a random moment, sometimes again
while it starts. After each start the notes are compared with what the server and the disk hold.
"""

import hashlib
import json
import os
import random
import sqlite3
import threading
import time

import pytest
from tests.conftest import SQLITE_FIRST

API = "/api/2.0/mlflow/"
FILES = "/api/2.0/mlflow-artifacts/artifacts/kill"
WRITERS = 16
BATCH = 10


class Writer(threading.Thread):
    """One client: writes until the server is gone, and knows what was answered.

    Attributes:
        run_id: Its run, "" until the server has answered that it is there.
        points: Steps of the metric ``m`` that were acknowledged.
        batches: Number of each batch that was sent, and whether it was acknowledged.
        tags: Keys that were acknowledged.
        runs: Ids of runs that were acknowledged, beside its own.
        files: Names of files that were acknowledged; a name is the content's checksum.
        version: Of the file that it replaces again and again, the newest that was acknowledged.
        trouble: What went wrong before the server was killed.
    """

    def __init__(self, number, server, wire, experiment, killed):
        super().__init__(daemon=True)
        self.number, self.server, self.wire = number, server, wire
        self.experiment, self.killed = experiment, killed
        self.random = random.Random(f"{experiment} {number}")
        self.run_id = ""
        self.points, self.batches, self.tags, self.runs, self.files = set(), {}, set(), set(), set()
        self.version = 0
        self.trouble = []

    @property
    def folder(self):
        return f"{self.experiment}/{self.number}"

    def run(self):
        try:
            with self.wire.connect(self.server.url) as self.sock:
                self.run_id = self.make_run(0)
                acts = [self.log_point, self.log_batch, self.set_tag, self.make_another_run]
                if self.number % 2:  # who waits for files does not share many commits
                    acts += [self.upload, self.replace]
                for i in range(1, 1_000_000):
                    acts[(i + self.number) % len(acts)](i)
        except OSError as error:
            if not self.killed.is_set():
                self.trouble.append(error)

    def ask(self, method, path, body):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"authorization": f"Bearer {self.server.token}", "content_type": "application/json"}
        self.sock.sendall(self.wire.request(method, path, data, **headers))
        answer = self.wire.read_reply(self.sock)
        if answer.status != 200:
            self.trouble.append(answer)
            raise ConnectionError(answer)
        return answer.body

    def make_run(self, i):
        tags = [{"key": f"tag{j}", "value": f"{i}"} for j in range(5)]
        body = {"experiment_id": self.experiment, "tags": tags}
        return json.loads(self.ask("POST", f"{API}runs/create", body))["run"]["info"]["run_id"]

    def make_another_run(self, i):
        self.runs.add(self.make_run(i))

    def log_point(self, i):
        self.ask("POST", f"{API}runs/log-metric", {"run_id": self.run_id, **point("m", i)})
        self.points.add(i)

    def log_batch(self, i):
        metrics = [point("batch", step) for step in range(i * BATCH, (i + 1) * BATCH)]
        params = [{"key": f"{i}.{j}", "value": str(j)} for j in range(BATCH)]
        self.batches[i] = False
        self.ask(
            "POST", f"{API}runs/log-batch", {"run_id": self.run_id, "metrics": metrics, "params": params}
        )
        self.batches[i] = True

    def set_tag(self, i):
        self.ask("POST", f"{API}runs/set-tag", {"run_id": self.run_id, "key": f"set{i}", "value": str(i)})
        self.tags.add(f"set{i}")

    def upload(self, _i):
        content = self.random.randbytes(self.random.randrange(300_000))
        name = hashlib.sha256(content).hexdigest()
        self.ask("PUT", f"{FILES}/{self.folder}/{name}", content)
        self.files.add(name)

    def replace(self, i):
        content = f"{i} ".encode() + self.random.randbytes(self.random.randrange(100_000))
        self.ask("PUT", f"{FILES}/{self.folder}/latest", hashlib.sha256(content).digest() + content)
        self.version = i


def point(key, step):
    return {"key": key, "value": float(step), "timestamp": step, "step": step}


# ---------------------------------------------------------------- what must hold afterwards


def check_run(send, writer):
    data = send.json("GET", f"{API}runs/get?run_id={writer.run_id}")["run"]["data"]
    params = {param["key"]: param["value"] for param in data.get("params", [])}
    tags = {tag["key"]: tag["value"] for tag in data["tags"]}
    points, batched = history(send, writer, "m"), history(send, writer, "batch")
    assert points >= writer.points
    assert {tag for tag in tags if tag.startswith("set")} >= writer.tags
    assert all(tags[f"set{i}"] == i for i in (tag[3:] for tag in writer.tags))
    for i, acknowledged in writer.batches.items():
        there = [step in batched for step in range(i * BATCH, (i + 1) * BATCH)]
        there += [params.get(f"{i}.{j}") == str(j) for j in range(BATCH)]
        assert all(there) or not (acknowledged or any(there)), f"batch {i} is there in part: {there}"
    for metric in data.get("metrics", []):
        assert metric["step"] == max(points if metric["key"] == "m" else batched)
    assert (len(points) > 0) + (len(batched) > 0) == len(data.get("metrics", []))


def history(send, writer, key):
    found = send.json("GET", f"{API}metrics/get-history?run_id={writer.run_id}&metric_key={key}")
    points = found.get("metrics", [])
    assert all(p["value"] == p["step"] == p["timestamp"] for p in points)
    assert len({p["step"] for p in points}) == len(points)
    return {p["step"] for p in points}


def check_runs(send, experiment, writers):
    """Each run is there with all its tags, or not at all."""
    found, token = {}, ""
    while True:
        body = {"experiment_ids": [experiment], "max_results": 1000, "page_token": token}
        page = send.json("POST", f"{API}runs/search", body)
        found |= {run["info"]["run_id"]: run["data"]["tags"] for run in page.get("runs", [])}
        token = page.get("next_page_token", "")
        if not token:
            break
    for tags in found.values():
        assert {tag["key"] for tag in tags} >= {"mlflow.runName", *(f"tag{j}" for j in range(5))}
    for writer in writers:
        assert found.keys() >= writer.runs | {writer.run_id} - {""}


def check_files(server, writer):
    """What is visible is whole; what was acknowledged is visible."""
    folder = server.home / "artifacts" / "default" / "kill" / writer.folder
    names = set(os.listdir(folder)) if folder.exists() else set()
    assert names - {"latest"} >= writer.files
    for name in names - {"latest"}:
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == name
    if "latest" in names:
        content = (folder / "latest").read_bytes()
        assert hashlib.sha256(content[32:]).digest() == content[:32]
        assert int(content[32:].split(b" ")[0]) >= writer.version
    else:
        assert not writer.version


def check_staging(server, processes):
    folders = [path for path in (server.home / "artifacts" / ".staging").iterdir() if path.is_dir()]
    assert 1 <= len(folders) <= processes
    assert {path.name for folder in folders for path in folder.iterdir()} <= {"lock"}


def check_database(server):
    if (server.home / "lazward.db").exists():
        with sqlite3.connect(f"file:{server.home}/lazward.db?mode=ro", uri=True) as db:
            assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
            assert db.execute("pragma foreign_key_check").fetchall() == []


# ---------------------------------------------------------------- the rounds


class Rounds:
    """Starts, loads, kills, and starts again."""

    def __init__(self, start_server, wire, sender, tree, options):
        self.begin, self.wire, self.sender, self.tree, self.options = (
            start_server,
            wire,
            sender,
            tree,
            options,
        )
        self.processes = 2 if options else 1
        self.random = random.Random(len(options))
        self.server = start_server(*options)
        self.past = []

    def one(self, number):
        send = self.sender(self.server)
        name = {"name": f"round {number} {time.time()}"}
        experiment = send.json("POST", f"{API}experiments/create", name)["experiment_id"]
        killed = threading.Event()
        writers = [Writer(i, self.server, self.wire, experiment, killed) for i in range(WRITERS)]
        for writer in writers:
            writer.start()
        time.sleep(self.random.uniform(0.1, 0.7))
        killed.set()
        self.tree.kill(self.server.process.pid)
        for writer in writers:
            writer.join(30)
        assert not [writer.trouble for writer in writers if writer.trouble]
        self.restart(number)
        self.past.append((experiment, writers))
        self.check(experiment, writers)
        check_staging(self.server, self.processes)

    def restart(self, number):
        if number % 4 == 3:  # killed while it starts, too
            begun = self.begin(*self.options, home=self.server.home, wait=False)
            time.sleep(self.random.uniform(0.05, 1.5))
            self.tree.kill(begun.process.pid)
        self.server = self.begin(*self.options, home=self.server.home)

    def check(self, experiment, writers):
        send = self.sender(self.server)
        check_runs(send, experiment, writers)
        for writer in writers:
            check_files(self.server, writer)
            if writer.run_id:
                check_run(send, writer)
        send.close()


LONG = pytest.param(
    int(os.environ.get("LAZWARD_KILL_ROUNDS", "200")), marks=[pytest.mark.slow, pytest.mark.timeout(3600)]
)


@pytest.mark.parametrize("rounds", [2, LONG])
@pytest.mark.parametrize("engine", SQLITE_FIRST)
def test_nothing_acknowledged_is_lost(start_server, wire, sender, tree, request, engine, rounds):
    options = ()
    if engine == "postgresql":
        url = request.getfixturevalue("postgres").database()
        options = ("--database", url, "--workers", "2")
    test = Rounds(start_server, wire, sender, tree, options)
    for number in range(rounds):
        test.one(number)
        if number < 4 or number % 20 == 0:
            check_database(test.server)
    for experiment, writers in test.past:
        test.check(experiment, writers)
    check_database(test.server)
    everything = [writer for _, writers in test.past for writer in writers]
    for kind in ("points", "tags", "runs", "files"):
        assert sum(len(getattr(writer, kind)) for writer in everything) >= rounds, (
            f"there was no load of {kind}"
        )


@pytest.mark.parametrize("engine", SQLITE_FIRST)
def test_a_kill_of_one_process_alone_lets_the_next_start_serve(
    start_server, request, tree, eventually, engine
):
    """Nobody kills a whole tree by hand: what the parent leaves behind ends by itself."""
    options = ()
    if engine == "postgresql":
        options = ("--database", request.getfixturevalue("postgres").database(), "--workers", "2")
    server = start_server(*options)
    children = tree.children(server.process.pid)
    server.kill()
    eventually(lambda: not tree.alive(children))
    again = start_server(*options, home=server.home, port=int(server.url.rpartition(":")[2]))
    assert again.token == server.token
