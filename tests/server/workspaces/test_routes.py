"""The routes of workspaces and groups, with people of every kind, on a real server."""

import itertools
import secrets

import pytest
import sqlalchemy as sa

from lazward_server.auth import roles, tokens, users
from lazward_server.db.database import Database
from lazward_server.db.schema import workspaces as table
from lazward_server.http.workspace import find_workspace

V1 = "/api/v1/"
MLFLOW = "/api/2.0/mlflow/"
_numbers = itertools.count()


@pytest.fixture(scope="module")
def db(each_server):
    """The server's own database, for what has no route here."""
    options = [str(option) for option in each_server.process.args]
    url = options[options.index("--database") + 1] if "--database" in options else None
    database = Database(url or f"sqlite:///{each_server.home / 'lazward.db'}")
    yield database
    database.close()


@pytest.fixture
def root(each_server):
    with each_server.client() as client:
        yield client


@pytest.fixture
def name(root):
    """A new workspace."""
    given = f"w{next(_numbers)}-{secrets.token_hex(3)}"
    assert root.post(V1 + "workspaces", json={"name": given}).status_code == 200
    return given


@pytest.fixture
def as_role(each_server, db):
    """Clients of new users with a role on a workspace."""
    opened = []

    def make(role, workspace, *, only=None):
        def run(tx):
            user = users.create(tx, f"u{secrets.token_hex(6)}")
            found = find_workspace(tx, workspace)
            if role:
                roles.assign(tx, user.id, found.id, roles.parse(role))
            scope = tokens.Scope(workspace_id=found.id) if only else tokens.WHOLE
            return tokens.create(tx, user.id, "test", scope=scope)

        client = each_server.client()
        client.headers["Authorization"] = f"Bearer {db.write_now(run)}"
        opened.append(client)
        return client

    yield make
    for client in opened:
        client.close()


def error(answer, status):
    assert answer.status_code == status, answer.text
    return answer.json()["error_code"]


class TestWorkspaces:
    def test_create_get_update(self, root):
        given = {"name": f"w{next(_numbers)}-c", "description": "d", "tags": {"a": "b"}}
        made = root.post(V1 + "workspaces", json=given).json()
        assert made["role"] == "owner"
        assert root.get(V1 + f"workspaces/{made['name']}").json() == made
        changed = root.patch(
            V1 + f"workspaces/{made['name']}", json={"tags": {}, "friendly_name": "F"}
        ).json()
        assert (changed["tags"], changed["friendly_name"], changed["description"]) == ({}, "F", "d")
        assert made["name"] in [one["name"] for one in root.get(V1 + "workspaces").json()["workspaces"]]
        assert error(root.post(V1 + "workspaces", json=given), 400) == "RESOURCE_ALREADY_EXISTS"

    @pytest.mark.parametrize(
        "body",
        [
            {}, {"name": ""}, {"name": "a b"}, {"name": 1}, {"name": "ok1", "tags": []},
            {"name": "ok1", "tags": {"a": 1}}, {"name": "ok1", "tags": {"a": "\0"}},
            {"name": "ok1", "description": "x" * 3000},
        ],
    )  # fmt: skip
    def test_what_makes_no_sense_is_refused(self, root, body):
        assert error(root.post(V1 + "workspaces", json=body), 400) == "INVALID_PARAMETER_VALUE"

    def test_half_a_surrogate_pair_in_a_tag_is_refused(self, root):
        body = b'{"name": "ok1", "tags": {"a": "\\ud800"}}'
        answer = root.post(V1 + "workspaces", content=body, headers={"content-type": "application/json"})
        assert error(answer, 400) == "INVALID_PARAMETER_VALUE"

    def test_limits_are_the_administrators_and_members_see_them(self, root, name, as_role):
        path = V1 + f"workspaces/{name}"
        assert root.put(path + "/limits", json={"most_runs": 7}).json()["most_runs"] == 7
        owner = as_role("owner", name)
        assert error(owner.put(path + "/limits", json={}), 403) == "PERMISSION_DENIED"
        assert as_role("reader", name).get(path).json()["most_runs"] == 7
        assert root.put(path + "/limits", json={}).json()["most_runs"] is None

    def test_limits_of_one_that_is_not_there_are_nobody_elses(self, root):
        before = root.get(V1 + "workspaces/default").json()
        assert error(root.put(V1 + "workspaces/nowhere/limits", json={"most_runs": 1}), 404)
        assert root.get(V1 + "workspaces/default").json() == before

    def test_each_role_may_what_the_matrix_says(self, name, as_role):
        path = V1 + f"workspaces/{name}"
        reader, contributor = as_role("reader", name), as_role("contributor", name)
        assert reader.get(path).status_code == 200
        assert error(reader.patch(path, json={"description": "x"}), 403) == "PERMISSION_DENIED"
        assert contributor.patch(path, json={"description": "x"}).status_code == 200
        for client in (reader, contributor):
            for options in ("", "?dry_run=true"):
                assert error(client.delete(path + options), 403) == "PERMISSION_DENIED"
            assert error(client.post(V1 + "workspaces", json={"name": "mine1"}), 403) == "PERMISSION_DENIED"
            assert error(client.post(V1 + "groups", json={"name": "mine1"}), 403) == "PERMISSION_DENIED"

    def test_strangers_cannot_tell_what_exists(self, name, as_role):
        stranger = as_role(None, name)
        told = [stranger.get(V1 + f"workspaces/{one}").text.replace(one, "?") for one in (name, "nowhere")]
        assert told[0] == told[1]
        assert stranger.get(V1 + "workspaces").json() == {"workspaces": []}
        assert stranger.get(V1 + "groups").json() == {"groups": []}

    def test_a_token_for_one_workspace_shows_that_one(self, name, as_role):
        client = as_role("owner", name, only=True)
        assert [one["name"] for one in client.get(V1 + "workspaces").json()["workspaces"]] == [name]
        assert error(client.get(V1 + "workspaces/default"), 403) == "PERMISSION_DENIED"


class TestDelete:
    def test_a_dry_run_tells_and_deletes_nothing(self, root, name):
        base = f"/workspaces/{name}"
        run = root.post(base + MLFLOW + "runs/create", json={"experiment_id": "0"}).json()["run"]["info"]
        put = "/api/2.0/mlflow-artifacts/artifacts/" + run["artifact_uri"].partition(":/")[2] + "/f"
        assert root.put(base + put, content=b"12345").status_code == 200
        root.post(base + MLFLOW + "registered-models/create", json={"name": "m"})
        told = root.delete(V1 + f"workspaces/{name}?dry_run=true").json()
        assert told.pop("ids") == [root.get(V1 + f"workspaces/{name}").json()["id"]]
        assert told == {
            "dry_run": True, "workspaces": [name], "experiments": 1, "runs": 1, "logged_models": 0,
            "registered_models": 1, "model_versions": 0, "files": 1, "bytes": 5,
        }  # fmt: skip
        assert root.get(V1 + f"workspaces/{name}").status_code == 200
        assert root.get(base + put).content == b"12345"

    def test_it_is_invisible_at_once_everywhere(self, root, name, as_role):
        base = f"/workspaces/{name}"
        run = root.post(base + MLFLOW + "runs/create", json={"experiment_id": "0"}).json()["run"]["info"]
        put = "/api/2.0/mlflow-artifacts/artifacts/" + run["artifact_uri"].partition(":/")[2] + "/f"
        root.put(base + put, content=b"12345")
        reader = as_role("reader", name)
        asked = [
            f"{base}{MLFLOW}runs/get?run_id={run['run_id']}",
            f"{base}{MLFLOW}experiments/search?max_results=5",
            f"{base}{MLFLOW}registered-models/search",
            f"{base}{put}",
            f"{V1}workspaces/{name}",
        ]
        assert [reader.get(path).status_code for path in asked] == [200] * 5
        deleted = root.delete(V1 + f"workspaces/{name}").json()
        assert (deleted["dry_run"], deleted["runs"], deleted["bytes"]) == (False, 1, 5)
        assert [root.get(path).status_code for path in asked] == [404] * 5
        assert [reader.get(path).status_code for path in asked] == [403] * 5
        for path in (f"{MLFLOW}runs/get?run_id={run['run_id']}", put):
            assert root.get(path).status_code == 404
        log = {"run_id": run["run_id"], "key": "m", "value": 1, "timestamp": 1}
        assert root.post(base + MLFLOW + "runs/log-metric", json=log).status_code == 404
        assert root.post(V1 + "workspaces", json={"name": name}).status_code == 200
        assert root.get(f"{base}{MLFLOW}runs/get?run_id={run['run_id']}").status_code == 404
        assert root.get(base + put).status_code == 404

    def test_its_owner_sees_it_go(self, db, name, as_role):
        owner = as_role("owner", name)
        owner.delete(V1 + f"workspaces/{name}")
        going = owner.get(V1 + "deletions").json()["workspaces"]
        rows = db.read_now(lambda tx: list(tx.execute(sa.select(table.c.name))))
        assert name not in [row.name for row in rows]
        assert [one["name"] for one in going] in ([name], [])  # where it is removed in the meantime

    def test_the_one_at_the_root_stays(self, root):
        for path in ("workspaces/default", "groups/default"):
            for options in ("", "?dry_run=true"):
                assert error(root.delete(V1 + path + options), 409) == "RESOURCE_CONFLICT"
        assert root.get(V1 + "workspaces/default").status_code == 200


class TestGroups:
    def test_all_of_it(self, root):
        group = f"g{next(_numbers)}-{secrets.token_hex(3)}"
        inside = [f"w{next(_numbers)}-{secrets.token_hex(3)}" for _ in range(2)]
        for one in inside:
            given = {"name": one, "group": group, "create_group": True}
            assert root.post(V1 + "workspaces", json=given).json()["group"] == group
        found = root.patch(V1 + f"groups/{group}", json={"tags": {"a": "b"}}).json()
        assert (found["tags"], found["workspaces"]) == ({"a": "b"}, sorted(inside))
        assert root.get(V1 + f"groups/{group}").json() == found
        assert found in root.get(V1 + "groups").json()["groups"]
        assert root.delete(V1 + f"groups/{group}?dry_run=true").json()["workspaces"] == sorted(inside)
        assert root.get(V1 + f"groups/{group}").status_code == 200
        assert root.delete(V1 + f"groups/{group}").json()["experiments"] == 2
        assert error(root.get(V1 + f"groups/{group}"), 404) == "RESOURCE_DOES_NOT_EXIST"
        assert [root.get(V1 + f"workspaces/{one}").status_code for one in inside] == [404, 404]
        assert error(root.delete(V1 + f"groups/{group}"), 404) == "RESOURCE_DOES_NOT_EXIST"

    def test_the_group_of_a_new_workspace_must_be_there(self, root):
        answer = root.post(V1 + "workspaces", json={"name": "w-nogroup", "group": "nowhere"})
        assert error(answer, 404) == "RESOURCE_DOES_NOT_EXIST"
        assert error(root.get(V1 + "workspaces/w-nogroup"), 404) == "RESOURCE_DOES_NOT_EXIST"


class TestExperimentZero:
    """Clients that were told of no experiment say "0"."""

    def test_it_is_the_workspaces_own(self, root, name):
        base = f"/workspaces/{name}{MLFLOW}"
        (own,) = root.get(base + "experiments/search?max_results=5").json()["experiments"]
        run = root.post(base + "runs/create", json={"experiment_id": "0"}).json()["run"]["info"]
        assert run["experiment_id"] == own["experiment_id"] != "0"
        assert root.get(base + "experiments/get?experiment_id=0").json()["experiment"] == own
        for ids in (["0"], [own["experiment_id"]], ["0", own["experiment_id"]]):
            found = root.post(base + "runs/search", json={"experiment_ids": ids}).json()
            assert [one["info"]["run_id"] for one in found["runs"]] == [run["run_id"]]
        tag = {"experiment_id": "0", "key": "k", "value": "v"}
        assert root.post(base + "experiments/set-experiment-tag", json=tag).status_code == 200
        model = root.post(base + "logged-models", json={"experiment_id": "0", "name": "m"}).json()["model"][
            "info"
        ]
        assert model["experiment_id"] == own["experiment_id"]
        found = root.post(base + "logged-models/search", json={"experiment_ids": ["0"]}).json()["models"]
        assert [one["info"]["model_id"] for one in found] == [model["model_id"]]

    def test_without_one_of_that_name_there_is_none(self, root, name):
        base = f"/workspaces/{name}{MLFLOW}"
        rename = {"experiment_id": "0", "new_name": "renamed"}
        assert root.post(base + "experiments/update", json=rename).status_code == 200
        assert error(root.get(base + "experiments/get?experiment_id=0"), 404) == "RESOURCE_DOES_NOT_EXIST"
        assert root.post(base + "runs/search", json={"experiment_ids": ["0"]}).json() == {}

    def test_the_first_workspaces_keeps_its_number_whatever_its_name(self, start_server):
        server = start_server()
        with server.client() as client:
            client.post(MLFLOW + "experiments/update", json={"experiment_id": "0", "new_name": "old"})
            client.post(MLFLOW + "experiments/create", json={"name": "Default"})
            found = client.get(MLFLOW + "experiments/get?experiment_id=0").json()["experiment"]
            assert (found["experiment_id"], found["name"]) == ("0", "old")
