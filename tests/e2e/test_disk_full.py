"""A full or failing disk: writes are refused in words, reads go on, and so do writes once there is room."""

import contextlib
import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import time

import pytest
import sqlalchemy

from lazward_server.db import engines, migrate

API = "/api/2.0/mlflow/"
FILES = "/api/2.0/mlflow-artifacts/artifacts/"
MB = 2**20
REFUSED = {(507, "RESOURCE_EXHAUSTED"), (503, "TEMPORARILY_UNAVAILABLE")}


@pytest.fixture
def disk(tmp_path):
    """A disk of 24 MB of our own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m,mode=700", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(folder, leave=0):
    """Take all room but some."""
    ballast = folder / "ballast"
    # Closing writes what is still in the buffer, which fails as the last write did: it has to be in there.
    with contextlib.suppress(OSError), ballast.open("ab") as file:
        while True:
            file.write(b"x" * 65536)
            file.flush()
    taken = ballast.stat().st_size
    assert taken > leave, f"there was no room to begin with: {shutil.disk_usage(folder)}"
    os.truncate(ballast, taken - leave)
    return ballast


def told(answer):
    """What a refused write was told."""
    assert (answer.status, answer.error[0]) in REFUSED, answer
    return answer.error[1]


def write(send, run, i, length=100):
    """Everything a batch can hold, in one request."""
    body = {
        "run_id": run,
        "metrics": [{"key": f"m{j}", "value": i, "timestamp": i, "step": i} for j in range(length)],
        "params": [{"key": f"p{i}.{j}", "value": "x" * 500} for j in range(length)],
    }
    return send("POST", f"{API}runs/log-batch", json.dumps(body))


def write_until_refused(send, run):
    """Numbers of the batches that were taken."""
    for i in range(10_000):
        answer = write(send, run, i)
        if answer.status != 200:
            return i, told(answer)
    raise AssertionError("the disk never became full")


def check_batches(send, run, count):
    data = send.json("GET", f"{API}runs/get?run_id={run}")["run"]["data"]
    params = {param["key"] for param in data["params"]}
    assert params == {f"p{i}.{j}" for i in range(count) for j in range(100)}
    for j in (0, 99):
        history = send.json("GET", f"{API}metrics/get-history?run_id={run}&metric_key=m{j}")["metrics"]
        assert [point["step"] for point in history] == list(range(count))


def integrity(home):
    with sqlite3.connect(home / "lazward.db") as db:
        return db.execute("pragma integrity_check").fetchone()[0]


@pytest.fixture
def server(start_server, disk):
    return start_server(home=disk / "home")


@pytest.fixture
def send(server, sender):
    return sender(server)


@pytest.fixture
def run(send):
    return send.json("POST", f"{API}runs/create", {"experiment_id": "0"})["run"]["info"]["run_id"]


def test_a_full_disk_refuses_writes_and_goes_on_when_there_is_room(start_server, server, disk, send, run):
    ballast = fill(disk, leave=2 * MB)
    count, why = write_until_refused(send, run)
    assert "disk" in why
    assert "space" in why
    for path, body in (
        ("runs/log-metric", {"run_id": run, "key": "one", "value": 1, "timestamp": 1}),
        ("experiments/create", {"name": "no room" * 50}),
        ("runs/create", {"experiment_id": "0", "tags": [{"key": "k", "value": "v" * 5000}]}),
    ):
        answer = send("POST", API + path, json.dumps(body))
        assert answer.status == 200 or told(answer)
    assert send("GET", "/health").body == b"OK"
    assert send.json("POST", f"{API}experiments/search", {"max_results": 5})["experiments"]
    check_batches(send, run, count)
    ballast.unlink()
    for i in range(count, count + 5):
        assert write(send, run, i).status == 200
    check_batches(send, run, count + 5)
    assert server.stop() == 0
    assert integrity(server.home) == "ok"
    assert "Traceback" not in server.log.read_text()
    again = start_server(home=server.home)
    with again.client() as client:
        assert client.get(f"{API}runs/get?run_id={run}").status_code == 200


def test_a_connection_for_reading_is_opened_on_a_full_disk(disk):
    engine = engines.create(f"sqlite:///{disk / 'lazward.db'}")
    migrate.prepare(engine)
    with engines.writer(engine) as writer:  # keeps what it wrote in the log, where no checkpoint shortens it
        writer.exec_driver_sql("create table filler(text)")
        with contextlib.suppress(sqlalchemy.exc.OperationalError):
            while True:
                writer.exec_driver_sql("insert into filler values (?)", ("x" * 50_000,))
        with engines.reader(engine) as reader:
            assert reader.exec_driver_sql("select count(*) from filler").scalar() > 0


def test_a_full_disk_of_artifacts_keeps_no_half_file_and_goes_on_when_there_is_room(
    start_server, disk, sender, tmp_path
):
    server = start_server("--artifacts", str(disk / "artifacts"), home=tmp_path / "home")
    send = sender(server)
    kept = os.urandom(MB)
    assert send("PUT", f"{FILES}0/kept.bin", kept).status == 200
    ballast = fill(disk, leave=4 * MB)
    for content in (bytes(30 * MB), bytes(6 * MB)):
        for name in ("new.bin", "kept.bin"):
            assert "disk" in told(send("PUT", f"{FILES}0/{name}", content))
    assert send("GET", f"{FILES}0/new.bin").status == 404
    assert send("GET", f"{FILES}0/kept.bin").body == kept
    assert not [path for path in (disk / "artifacts/.staging").glob("*/*") if path.name != "lock"]
    assert shutil.disk_usage(disk).free > 3 * MB
    assert send.json("POST", f"{API}experiments/create", {"name": "the database has a disk of its own"})
    ballast.unlink()
    assert send("PUT", f"{FILES}0/new.bin", kept * 6).status == 200
    assert send("GET", f"{FILES}0/new.bin").body == kept * 6


def test_a_full_disk_at_the_start_is_told(disk, refused):
    (disk / "home").mkdir(mode=0o700)
    fill(disk)
    told = refused("--home", disk / "home")
    assert re.search(r"full|No space left", told)


def test_an_old_database_on_a_full_disk_is_told_at_the_start_and_unharmed(
    start_server, server, disk, send, run, sender, refused
):
    assert write(send, run, 0).status == 200
    assert server.stop() == 0
    ballast = fill(disk)
    assert "disk of the database is full" in refused("--home", server.home)
    ballast.unlink()
    check_batches(sender(start_server(home=server.home)), run, 1)


# ---------------------------------------------------------------- a disk that fails


@pytest.fixture
def failing(tmp_path):
    """Lets a server's calls of some kinds fail on one path, until the tracer that it returns is stopped."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    tracers = []

    def fail(server, path):
        calls = "fsync,fdatasync"
        options = ["-f", "-qq", "-P", path, "-e", f"trace={calls}", "-e", f"inject={calls}:error=EIO"]
        options += ["-p", str(server.process.pid), "-o", tmp_path / "strace.txt"]
        tracer = subprocess.Popen(["strace", *options], stderr=subprocess.PIPE)
        tracers.append(tracer)
        time.sleep(0.5)
        if tracer.poll() is not None:
            pytest.skip(f"strace may not attach: {tracer.stderr.read().decode()}")
        return tracer

    yield fail
    for tracer in tracers:
        tracer.terminate()
        tracer.wait(10)


def stop(tracer):
    tracer.terminate()
    tracer.wait(10)


def test_a_commit_whose_sync_fails_is_not_acknowledged(start_server, failing, sender):
    server = start_server()
    send = sender(server)
    run = send.json("POST", f"{API}runs/create", {"experiment_id": "0"})["run"]["info"]["run_id"]
    assert write(send, run, 0).status == 200
    tracer = failing(server, server.home / "lazward.db-wal")
    for _ in range(3):
        assert told(write(send, run, 1))
    assert send("GET", "/health").body == b"OK"
    check_batches(send, run, 1)
    stop(tracer)
    assert write(send, run, 1).status == 200
    check_batches(send, run, 2)
    server.kill()
    again = start_server(home=server.home)
    check_batches(sender(again), run, 2)
    assert integrity(server.home) == "ok"


def test_a_file_whose_sync_fails_is_not_acknowledged_and_not_visible(start_server, failing, sender):
    server = start_server()
    send = sender(server)
    content = hashlib.sha256(b"x").digest() * 10_000
    assert send("PUT", f"{FILES}0/a.bin", content).status == 200
    folder = server.home / "artifacts" / "default" / "0"
    tracer = failing(server, folder)
    for name in ("a.bin", "b.bin"):
        assert told(send("PUT", f"{FILES}0/{name}", b"new"))
    stop(tracer)
    assert send("PUT", f"{FILES}0/b.bin", b"newer").status == 200
    assert send("GET", f"{FILES}0/b.bin").body == b"newer"
