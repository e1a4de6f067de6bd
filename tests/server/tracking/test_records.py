"""Records over HTTP: what runs log and is no metric."""

import sqlite3
import time
import uuid

import pytest


@pytest.fixture
def client(each_server):
    with each_server.client() as client:
        yield client


@pytest.fixture
def run_id(client):
    made = client.post("/api/2.0/mlflow/runs/create", json={"experiment_id": "0"})
    return made.json()["run"]["info"]["run_id"]


def record(name="n", kind="text", value="v", uid=None):
    return {"uid": uid or uuid.uuid4().hex, "name": name, "kind": kind, "value": value}


def log(client, run_id, *records):
    return client.post(f"/api/v1/runs/{run_id}/records", json={"records": list(records)})


def read(client, run_id, **params):
    return client.get(f"/api/v1/runs/{run_id}/records", params=params).json()


def test_what_was_logged_comes_back_in_order(client, run_id):
    values = ["text", 1, 2.5, None, True, [1, "ä"], {"a": [1, 2]}]
    given = [record(f"n{i}", "some_kind", value) for i, value in enumerate(values)]
    assert log(client, run_id, *given[:3]).json() == {}
    log(client, run_id, *given[3:])
    assert read(client, run_id) == {"records": given, "next": None}


def test_pages_and_names(client, run_id):
    given = [record("a" if i % 2 else "b", value=i) for i in range(10)]
    log(client, run_id, *given)
    first = read(client, run_id, max_results=4)
    assert first["records"] == given[:4]
    second = read(client, run_id, max_results=6, after=first["next"])
    assert (second["records"], second["next"]) == (given[4:], None)
    assert [one["value"] for one in read(client, run_id, name="a")["records"]] == [1, 3, 5, 7, 9]


def test_large_values_make_a_page_shorter(client, run_id):
    for i in range(9):
        log(client, run_id, record(f"n{i}", value="x" * 990_000))
    first = read(client, run_id)
    assert len(first["records"]) == 8
    assert [one["name"] for one in read(client, run_id, after=first["next"])["records"]] == ["n8"]


def test_what_is_sent_again_is_kept_once(client, run_id):
    one = record()
    log(client, run_id, one, one)
    log(client, run_id, one)
    assert read(client, run_id)["records"] == [one]


def test_nothing_of_a_wrong_request_is_kept(client, run_id):
    wrong = [
        record(kind="With Spaces"), record(kind=""), record(name=""), record(uid="u" * 65),
        record(value="x" * 1_000_001), {"name": "no uid", "kind": "text"},
    ]  # fmt: skip
    for one in wrong:
        answer = log(client, run_id, record(), one)
        assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE"), one
    assert log(client, run_id, *[record() for _ in range(1001)]).status_code == 400
    assert read(client, run_id)["records"] == []


ODD = {
    "digits": "1" + "0" * 400,
    "deep": "[" * 5000 + "]" * 5000,
    "less": "[" * 900 + "]" * 900,
    "large": "1e999",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_json_is_kept_or_refused(client, run_id, text):
    content = f'{{"records": [{{"uid": "u", "name": "n", "kind": "k", "value": {text}}}]}}'
    headers = {"content-type": "application/json"}
    answer = client.post(f"/api/v1/runs/{run_id}/records", content=content, headers=headers)
    assert answer.status_code in (200, 400)
    assert len(read(client, run_id)["records"]) == (answer.status_code == 200)


def test_the_text_says_what_to_do_with_too_large_a_value(client, run_id):
    assert "in pieces" in log(client, run_id, record(value="x" * 1_000_001)).json()["message"]


def test_unknown_and_deleted_runs(client, run_id):
    assert log(client, "0" * 32, record()).status_code == 404
    assert client.get(f"/api/v1/runs/{'0' * 32}/records").status_code == 404
    log(client, run_id, record(value="before"))
    client.post("/api/2.0/mlflow/runs/delete", json={"run_id": run_id})
    assert log(client, run_id, record()).status_code == 400
    assert [one["value"] for one in read(client, run_id)["records"]] == ["before"]


def test_they_go_with_their_run(server):
    def left(number):
        with sqlite3.connect(next(server.home.glob("*.db"))) as rows:
            return rows.execute("select count(*) from records where run = ?", (number,)).fetchone()[0]

    with server.client() as client:
        made = client.post("/api/2.0/mlflow/runs/create", json={"experiment_id": "0"})
        run_id = made.json()["run"]["info"]["run_id"]
        log(client, run_id, *[record() for _ in range(10)])
        with sqlite3.connect(next(server.home.glob("*.db"))) as rows:
            (number,) = rows.execute("select id from runs where run_id = ?", (run_id,)).fetchone()
        assert left(number) == 10
        client.post("/api/2.0/mlflow/runs/delete", json={"run_id": run_id})
        purged = client.post("/api/v1/workspaces/default/runs/purge", json={"run_ids": [run_id]})
        assert purged.status_code == 200
    end = time.monotonic() + 60
    while left(number):
        assert time.monotonic() < end
        time.sleep(0.2)
