"""What a real server writes down: whoever does it, by whichever way the request comes in."""

import json
import secrets
import sqlite3
import time

import pytest
from tests.people import People

from lazward_server.auth.roles import Role

API = "/api/2.0/mlflow/"
AUDIT = "/api/v1/audit"


@pytest.fixture
def people(each_server):
    people = People(each_server)
    yield people
    people.db.close()


@pytest.fixture
def send(each_server, sender):
    return sender(each_server)


@pytest.fixture
def logged(send):
    """Entries of the log that match, waited for until there are some, the oldest first."""

    def look(path=AUDIT, count=1, sender=None, **asked):
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        end = time.monotonic() + 20
        while True:
            found = (sender or send).json("GET", f"{path}?{query}")["entries"]
            if len(found) >= count or time.monotonic() > end:
                return found[::-1]
            time.sleep(0.02)

    return look


def create_run(send, below="", **fields):
    body = {"experiment_id": "0", **fields}
    return send.json("POST", f"{below}{API}runs/create", body)["run"]["info"]["run_id"]


def test_what_is_done_to_a_run_is_told_with_who_from_where_and_when(send, logged):
    before = int(time.time() * 1000)
    run = create_run(send)
    send.json("POST", f"{API}runs/delete", {"run_id": run})
    created, deleted = logged(text=run, count=2)
    assert (created["action"], deleted["action"]) == ("runs.create", "runs.delete")
    assert created["target"]["experiment_id"] == "0"
    assert deleted["target"] == {"run_id": run}
    assert before - 1000 <= deleted["asked_at"] <= time.time() * 1000 + 1000
    for entry in (created, deleted):
        assert (entry["user"], entry["address"]) == ("administrator", "127.0.0.1")
        assert (entry["workspace"], entry["status"], entry["count"]) == ("default", 200, 1)
        assert entry["token_id"] >= 1
        assert entry["code"] is None


def test_known_heads_are_told_of_like_new_ones(send, logged):
    """The short way past the parser ends in the same place."""
    runs = [create_run(send) for _ in range(5)]
    for run in runs:
        send.json("POST", f"{API}runs/delete", {"run_id": run})
    for run in runs:
        assert [entry["action"] for entry in logged(text=run, count=2)] == ["runs.create", "runs.delete"]


def test_what_fails_is_told_with_its_error(send, logged):
    run = secrets.token_hex(16)
    assert send("POST", f"{API}runs/delete", json.dumps({"run_id": run})).status == 404
    (entry,) = logged(text=run)
    assert (entry["status"], entry["code"]) == (404, "RESOURCE_DOES_NOT_EXIST")


def test_handlers_of_raw_requests_are_told_of(send, logged):
    path = f"0/{secrets.token_hex(8)}.txt"
    assert send("PUT", f"/api/2.0/mlflow-artifacts/artifacts/{path}", b"x").status == 200
    assert send("DELETE", f"/api/2.0/mlflow-artifacts/artifacts/{path}").status == 200
    (entry,) = logged(text=path)
    assert (entry["action"], entry["target"], entry["status"]) == ("artifacts.delete", {"path": path}, 200)


def test_logging_and_searching_leave_no_entries(send, logged):
    run = create_run(send)
    point = {"run_id": run, "key": "m", "value": 1, "timestamp": 1}
    send.json("POST", f"{API}runs/log-metric", point)
    send.json("POST", f"{API}runs/log-batch", {"run_id": run})
    send.json("POST", f"{API}runs/search", {"experiment_ids": ["0"], "max_results": 1})
    send.json("GET", f"{API}runs/get?run_id={run}")
    send.json("POST", f"{API}runs/delete", {"run_id": run})
    assert [e["action"] for e in logged(text=run, count=2)] == ["runs.create", "runs.delete"]


def test_refusals_are_told_whatever_was_asked(people, each_server, sender, logged):
    workspace_id, workspace = people.workspace()
    name, token = people.member(workspace_id, Role.READER)
    reader = sender(each_server, token)
    run = secrets.token_hex(16)
    point = json.dumps({"run_id": run, "key": "m", "value": 1, "timestamp": 1})
    assert reader("POST", f"/workspaces/{workspace}{API}runs/log-metric", point).status == 403
    assert reader("GET", f"{API}runs/get?run_id={run}").status == 403
    elsewhere, here = sorted(logged(user=name, count=2), key=lambda entry: entry["action"], reverse=True)
    assert (here["action"], here["workspace"]) == ("runs.get", "default")
    assert here["target"] == {"run_id": run}
    assert (elsewhere["action"], elsewhere["workspace"]) == ("runs.log-metric", workspace)
    assert {entry["code"] for entry in (here, elsewhere)} == {"PERMISSION_DENIED"}


def test_a_flood_of_refusals_is_one_entry_at_once_and_a_count_at_the_end(start_server, sender, eventually):
    server = start_server()
    stranger = sender(server, "lzw_wrong")
    for _ in range(300):
        assert stranger("GET", f"{API}runs/get?run_id=x").status == 401
    with sqlite3.connect(server.home / "lazward.db") as db:
        rows = "select user_name, action, status, times from audit"
        eventually(lambda: db.execute(rows).fetchall() == [("", "runs.get", 401, 1)])
        server.stop()
        assert db.execute(rows).fetchall() == [("", "runs.get", 401, 1), ("", "runs.get", 401, 299)]


def test_a_page_of_another_site_that_is_refused_is_told(send, logged):
    answer = send("POST", f"{API}experiments/restore", "{}", Origin="http://evil.example")
    assert answer.status == 403
    (entry,) = logged(action="experiments.restore", status=403)
    assert (entry["user"], entry["address"]) == ("", "127.0.0.1")


def test_an_owner_sees_the_log_of_their_workspace_and_of_no_other(people, each_server, sender, logged):
    (one_id, one), (two_id, two) = people.workspace(), people.workspace()
    (_, owner), (_, other) = people.member(one_id, Role.OWNER), people.member(two_id, Role.OWNER)
    mine, theirs = sender(each_server, owner), sender(each_server, other)
    for send, workspace in ((mine, one), (theirs, two)):
        body = {"name": f"made in {workspace}"}
        send.json("POST", f"/workspaces/{workspace}{API}experiments/create", body)
    seen = logged(f"/api/v1/workspaces/{one}/audit", sender=mine, action="experiments.create")
    assert {entry["workspace"] for entry in seen} == {one}
    assert mine("GET", f"/api/v1/workspaces/{two}/audit").status == 403
    assert mine("GET", AUDIT).status == 403


def test_nobody_below_an_owner_sees_the_log(people, each_server, sender):
    workspace_id, workspace = people.workspace()
    for role in (Role.READER, Role.DATA_SCIENTIST, Role.CONTRIBUTOR):
        _, token = people.member(workspace_id, role)
        assert sender(each_server, token)("GET", f"/api/v1/workspaces/{workspace}/audit").status == 403


def test_hostile_text_is_kept_as_text(send, logged):
    mark = secrets.token_hex(4)
    for text in (
        f"{mark}'; drop table audit; --",
        f"{mark}\u202e\U0001f600",
        f"{mark}%00",
        f"{mark}" + "x" * 5000,
    ):
        send("POST", f"{API}registered-models/create", json.dumps({"name": text}))
    send("DELETE", f"/api/2.0/mlflow-artifacts/artifacts/{mark}%00%ff%0a")
    entries = logged(text=mark, count=5)
    assert len(entries) == 5
    assert all(len(value) <= 200 for entry in entries for value in entry["target"].values())


def test_no_secret_is_in_the_log(send, logged, each_server):
    create_run(send)
    send("GET", f"{API}runs/get?run_id=x", Authorization=f"Bearer {each_server.token}x")
    whole = json.dumps(logged(action="runs"))
    assert each_server.token not in whole


def test_signing_in_and_failing_to_are_told(send, logged, each_server, sender):
    name = f"u{secrets.token_hex(4)}"
    send.json("POST", "/api/v1/users", {"name": name, "password": "a long password"})
    anybody = sender(each_server, "")
    for password in ("wrong", "wrong", "a long password"):
        anybody("POST", "/api/v1/login", json.dumps({"name": name, "password": password}))
    created, failed, signed_in = logged(text=name, count=3)
    assert (created["action"], created["user"]) == ("users.create", "administrator")
    assert (failed["action"], failed["status"], failed["target"]) == ("login", 401, {"name": name})
    assert failed["user"] == "anonymous"
    assert (signed_in["action"], signed_in["status"], signed_in["user"]) == ("login", 200, name)
    assert "password" not in json.dumps([created, failed, signed_in])


def test_changes_of_roles_are_told_before_they_are_answered(people, send):
    _, workspace = people.workspace()
    _, name = people.user()
    send.json("PUT", f"/api/v1/workspaces/{workspace}/members/{name}", {"role": "reader"})
    (entry,) = send.json("GET", f"{AUDIT}?text={name}")["entries"]
    assert entry["action"] == "workspaces.members.set"
    assert entry["target"] == {"user": name, "role": "reader"}
    assert entry["workspace"] == workspace


def test_more_requests_than_a_workspace_takes_are_refused_and_told(people, each_server, sender, logged):
    workspace_id, workspace = people.workspace(most_requests=5)
    name, token = people.member(workspace_id, Role.DATA_SCIENTIST)
    run = sender(each_server, token)
    answers = [run("GET", f"/workspaces/{workspace}{API}experiments/get?experiment_id=1") for _ in range(60)]
    statuses = [answer.status for answer in answers]
    assert statuses[:15] == [404] * 15
    assert 429 in statuses
    refused = answers[statuses.index(429)]
    assert refused.error[0] == "REQUEST_LIMIT_EXCEEDED"
    assert "takes 5 requests a second" in refused.error[1]
    assert int(refused.headers["retry-after"]) >= 1
    (entry,) = logged(user=name)
    assert (entry["status"], entry["code"], entry["workspace"]) == (429, "REQUEST_LIMIT_EXCEEDED", workspace)
