"""The routes of compute targets on a real server: what is answered, and what bad input comes to."""

import secrets

import pytest

from lazward_server.auth import roles, tokens, users
from lazward_server.db.database import Database
from lazward_server.http.workspace import find_workspace

V1 = "/api/v1/"
NO_TEXT = [
    "cpu\n",
    "cpu\0",
    "<script>alert(1)</script>",
    "a b",
    "a/b",
    "../x",
    "-cpu",
    "9cpu",
    "ü1",
    "c" * 25,
    "c",
    "",
]


class Desk:
    """One workspace."""

    def __init__(self, client, workspace="default"):
        self.client, self.base = client, f"/workspaces/{workspace}{V1}compute"

    def make(self, name, **fields):
        return self.client.post(self.base, json={"name": name, **fields})

    def ask(self, verb, name, **options):
        return self.client.request(verb, f"{self.base}/{name}", **options)

    def names(self):
        return [one["name"] for one in self.client.get(self.base).json()["compute"]]


@pytest.fixture
def client(each_server):
    with each_server.client() as client:
        yield client


@pytest.fixture
def desk(client):
    return Desk(client)


@pytest.fixture
def name():
    return f"c-{secrets.token_hex(5)}"


def refused(answer, status=400):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/json")
    return answer.json()["message"]


def test_made_changed_and_deleted(desk, name):
    made = desk.make(name, max_nodes=2, tags={"a": "<b>"})
    assert made.status_code == 200, made.text
    assert made.json()["size"] == {"name": "STANDARD_D2_V2", "cpus": 2, "memory_bytes": 7 * 2**30, "gpus": 0}
    assert desk.ask("GET", name).json() == made.json()
    assert name in desk.names()
    assert desk.ask("PATCH", name, json={"min_nodes": 1}).json()["nodes"]["idle"] == 1
    (node,) = desk.ask("GET", f"{name}/nodes").json()["nodes"]
    assert (node["number"], node["state"]) == (0, "idle")
    assert desk.ask("DELETE", name).json() == {}
    for verb, path in (("GET", name), ("GET", f"{name}/nodes"), ("DELETE", name), ("PATCH", name)):
        assert name in refused(desk.ask(verb, path, json={} if verb == "PATCH" else None), 404)


def test_sizes(client):
    found = client.get(f"{V1}compute-sizes").json()["sizes"]
    assert {"name": "STANDARD_NC6", "cpus": 6, "memory_bytes": 56 * 2**30, "gpus": 1} in found


@pytest.mark.parametrize("wrong", NO_TEXT)
def test_names_that_are_not_possible(desk, wrong):
    assert "name" in refused(desk.make(wrong))
    assert wrong not in desk.names()


@pytest.mark.parametrize("wrong", ["%3Cscript%3E", "%00", "x%0A", "%E2%80%AE", "c" * 5000, "'%20or%201=1"])
def test_names_that_nothing_has(desk, wrong):
    for verb in ("GET", "DELETE"):
        answer = desk.ask(verb, wrong)
        assert answer.status_code in (400, 404), answer.text
        assert "<script>" not in answer.text or answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "fields",
    [
        {"max_nodes": 0},
        {"max_nodes": 10**9},
        {"max_nodes": 2**70},
        {"min_nodes": -1},
        {"min_nodes": 10**9},
        {"min_nodes": 3, "max_nodes": 2},
        {"min_nodes": "one"},
        {"max_nodes": 1.5},
        {"idle_seconds": -1},
        {"idle_seconds": 10**12},
        {"kind": "abacus"},
        {"kind": ""},
        {"kind": "cluster\0"},
        {"kind": ["cluster"]},
        {"tags": ["a"]},
        {"tags": {"a": 1}},
        {"tags": {"a": "\0"}},
        {"description": "\0"},
        {"description": 7},
        {"size": "\0"},
        {"size": {"name": "x"}},
    ],
)
def test_a_target_that_is_not_possible(desk, name, fields):
    assert refused(desk.make(name, **fields))
    assert name not in desk.names()


@pytest.mark.parametrize(
    "fields", [{"max_nodes": 0}, {"max_nodes": 10**9}, {"min_nodes": 5}, {"idle_seconds": "x"}, {"tags": 1}]
)
def test_a_change_that_is_not_possible(desk, name, fields):
    made = desk.make(name, min_nodes=1, max_nodes=2).json()
    assert refused(desk.ask("PATCH", name, json=fields))
    assert desk.ask("GET", name).json() == made


def test_an_unknown_kind_is_told_which_there_are(desk, name):
    assert "there are cluster" in refused(desk.make(name, kind="abacus"))


def test_a_name_that_is_taken_in_other_letters(desk, name):
    desk.make(name)
    answer = desk.make(name.upper())
    assert f"'{name}' already" in refused(answer)
    assert answer.json()["error_code"] == "RESOURCE_ALREADY_EXISTS"
    assert desk.ask("GET", name.upper()).json()["name"] == name


def test_local_is_reserved(desk):
    for name in ("local", "Local"):
        assert "machine that submits" in refused(desk.make(name))
        assert refused(desk.ask("GET", name), 404)


def test_any_size_is_accepted_and_markup_is_only_text(desk, name):
    made = desk.make(name, size="<b>Standard_X</b>", description="<script>").json()
    assert (made["size"]["name"], made["size_known"], made["size"]["cpus"]) == ("<b>Standard_X</b>", False, 2)
    answer = desk.ask("GET", name)
    assert answer.headers["content-type"].startswith("application/json")


def test_a_size_of_any_length_is_not(desk, name):
    assert "size" in refused(desk.make(name, size="x" * 65))


def test_one_that_is_being_deleted(desk, name, client, eventually):
    desk.make(name)
    # It outlives being asked to end for a while, and as long there is something to look at.
    job = {
        "experiment": name,
        "compute": name,
        "spec": {"command": "trap '' TERM; while :; do sleep 1; done"},
    }
    job["spec"]["environment"] = {"python": {"user_managed": True}}
    answer = client.post(f"{V1}jobs", json=job)
    assert answer.status_code == 200, answer.text
    run_id = answer.json()["job"]["run_id"]
    try:
        eventually(lambda: client.get(f"{V1}jobs/{run_id}").json()["state"] == "Running")
        for _ in range(2):
            assert desk.ask("DELETE", name).json() == {}
        assert desk.ask("GET", name).json()["state"] == "Deleting"
        assert "being deleted" in refused(desk.ask("PATCH", name, json={"max_nodes": 2}), 409)
        assert "being deleted" in refused(client.post(f"{V1}jobs", json=job))
        assert "already" in refused(desk.make(name))
    finally:
        client.post(f"{V1}jobs/{run_id}/cancel", json={})


def test_who_reads_makes_none_and_who_has_no_role_sees_none(each_server, desk, name, client):
    def person(role):
        def run(tx):
            user = users.create(tx, f"u{secrets.token_hex(6)}")
            if role:
                roles.assign(tx, user.id, find_workspace(tx, "default").id, roles.parse(role))
            return tokens.create(tx, user.id, "test")

        options = [str(option) for option in each_server.process.args]
        url = options[options.index("--database") + 1] if "--database" in options else None
        db = Database(url or f"sqlite:///{each_server.home / 'lazward.db'}")
        try:
            return {"Authorization": f"Bearer {db.write_now(run)}"}
        finally:
            db.close()

    desk.make(name)
    reader, stranger = person("reader"), person(None)
    assert desk.ask("GET", name, headers=reader).status_code == 200
    for headers in (reader, stranger):
        assert client.post(desk.base, json={"name": f"{name}x"}, headers=headers).status_code == 403
        for verb in ("PATCH", "DELETE"):
            assert desk.ask(verb, name, headers=headers, json={}).status_code == 403
    assert desk.ask("GET", name, headers=stranger).status_code == 403
    assert desk.ask("GET", name, headers={"Authorization": ""}).status_code == 401


def test_targets_of_another_workspace_are_not_seen(client, desk, name):
    client.post(f"{V1}workspaces", json={"name": f"compute-{name}"}).raise_for_status()
    other = Desk(client, f"compute-{name}")
    desk.make(name)
    assert other.names() == []
    for verb in ("GET", "DELETE"):
        assert refused(other.ask(verb, name), 404)
    assert other.make(name).status_code == 200
    client.delete(f"{V1}workspaces/compute-{name}").raise_for_status()
    assert name in desk.names()


def test_a_server_that_may_run_nothing(start_server, tmp_path):
    """Neither makes it targets nor runs it anything on those it has from when it might."""
    job = {"experiment": "e", "compute": "cpu", "spec": {"command": "true"}}
    before = start_server(home=tmp_path / "home")
    with before.client() as client:
        assert Desk(client).make("cpu").status_code == 200
    before.stop()
    with start_server("--jobs=off", home=tmp_path / "home").client() as client:
        assert "--jobs on" in refused(Desk(client).make("other"), 403)
        assert Desk(client).names() == ["cpu"]
        assert "--jobs on" in refused(client.post(f"{V1}jobs", json=job), 403)
        assert client.get(f"{V1}jobs").json()["jobs"] == []
        assert client.post(f"{V1}jobs", json=job | {"compute": "local"}).status_code == 200
