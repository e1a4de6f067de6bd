"""PostgreSQL hangs up under load: a write is acknowledged and there, or answered 503, and all goes on."""

import contextlib
import json
import threading
import time

import psycopg
import pytest

API = "/api/2.0/mlflow/"
END_OTHERS = (
    "select pg_terminate_backend(pid) from pg_stat_activity"
    " where datname = current_database() and pid <> pg_backend_pid()"
)


@pytest.fixture
def database(postgres):
    return postgres.database()


@pytest.fixture
def server(start_server, database):
    return start_server("--database", database, "--workers", "2")


class Writer(threading.Thread):
    """Sets tags of a run until told to stop, and knows which were acknowledged."""

    def __init__(self, send, run, done):
        super().__init__()
        self.send, self.run_id, self.done = send, run, done
        self.acknowledged, self.odd = set(), []

    def run(self):
        for i in range(100_000):
            if self.done.is_set():
                break
            body = {"run_id": self.run_id, "key": f"k{i}", "value": "v"}
            answer = self.send("POST", f"{API}runs/set-tag", json.dumps(body))
            if answer.status == 200:
                self.acknowledged.add(f"k{i}")
            seen = self.send("GET", f"{API}runs/get?run_id={self.run_id}")
            self.odd += [one for one in (answer, seen) if one.status not in (200, 503)]


def test_lost_connections_lose_nothing_acknowledged(server, database, sender):
    send = sender(server)
    done = threading.Event()
    writers = []
    for _ in range(8):
        made = send.json("POST", f"{API}runs/create", {"experiment_id": "0"})
        writers.append(Writer(sender(server), made["run"]["info"]["run_id"], done))
        writers[-1].start()
    with psycopg.connect(database, autocommit=True) as enemy:
        for _ in range(10):
            time.sleep(0.1)
            enemy.execute(END_OTHERS)
    time.sleep(0.5)
    done.set()
    for writer in writers:
        writer.join(30)
        assert not writer.odd
        assert len(writer.acknowledged) > 3
        data = send.json("GET", f"{API}runs/get?run_id={writer.run_id}")["run"]["data"]
        assert {tag["key"] for tag in data["tags"]} >= writer.acknowledged


def test_a_database_that_is_gone_is_told_and_found_again(server, database, sender):
    send = sender(server)
    name = database.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(database.replace(f"/{name}?", "/postgres?"), autocommit=True) as administrator:
        administrator.execute(f"alter database {name} allow_connections false")
        administrator.execute(END_OTHERS.replace("current_database()", f"'{name}'"))
        for method, path, body in (
            ("POST", "experiments/create", {"name": "gone"}),
            ("POST", "experiments/search", {"max_results": 1}),
            ("POST", "runs/set-tag", {"run_id": "x", "key": "k", "value": "v"}),
        ):
            answer = send(method, API + path, json.dumps(body))
            assert (answer.status, answer.error[0]) == (503, "TEMPORARILY_UNAVAILABLE")
            assert "host=" not in answer.error[1]
        assert send("GET", "/health").body == b"OK"
        administrator.execute(f"alter database {name} allow_connections true")
    with contextlib.closing(send):
        assert send.json("POST", f"{API}experiments/create", {"name": "back"})["experiment_id"]
    assert "Traceback" not in server.log.read_text()
