"""Nothing of one workspace ever shows in another, or is changed from there, by any route.

Two workspaces hold the same kinds of things. Every text in the other one carries a word of its own, and so
does every file. Requests are sent to this one, with the ids of this one, of the other one, and of both.
"""

import secrets
from enum import Enum
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lazward_server.app import ENDPOINTS
from lazward_server.http.decode import _bare, _hints
from lazward_server.http.permission import Permission

pytestmark = pytest.mark.slow
"""``tests/security`` crosses quicker; this walks with more kinds of questions."""

MLFLOW = "/api/2.0/mlflow/"
FILES = "/api/2.0/mlflow-artifacts/artifacts/"


class World:
    """A workspace with something of everything in it.

    ``inside`` is a word in all that it holds and in no name that a request may repeat.
    """

    def __init__(self, client, kind):
        self.name = f"{kind}-{secrets.token_hex(4)}"
        self.client, self.base = client, f"/workspaces/{self.name}"
        self.inside = f"inside{secrets.token_hex(8)}"
        self.made = self.make()

    def call(self, method, path, **options):
        answer = self.client.request(method, self.base + path, **options)
        assert answer.is_success, (path, answer.text)
        return answer.json() if answer.content else {}

    def post(self, path, **body):
        return self.call("POST", MLFLOW + path, json=body)

    def make(self):
        description = {"description": self.inside, "tags": {"k": self.inside}}
        answer = self.client.post("/api/v1/workspaces", json={"name": self.name, **description})
        assert answer.is_success, answer.text
        tags = [{"key": "k", "value": self.inside}]
        name = f"named{secrets.token_hex(8)}"
        experiment = self.post("experiments/create", name=name, tags=tags)["experiment_id"]
        run = self.post("runs/create", experiment_id=experiment, tags=tags, run_name=self.inside)["run"][
            "info"
        ]
        run_id, folder = run["run_id"], run["artifact_uri"].removeprefix("mlflow-artifacts:/")
        metrics = [{"key": self.inside, "value": 1, "timestamp": step, "step": step} for step in range(3)]
        self.post("runs/log-batch", run_id=run_id, metrics=metrics, params=tags)
        dataset = {"name": self.inside, "digest": "d", "source_type": "t", "source": self.inside}
        self.post("runs/log-inputs", run_id=run_id, datasets=[{"dataset": dataset, "tags": tags}])
        model = self.post(
            "logged-models", experiment_id=experiment, name="m", source_run_id=run_id, tags=tags
        )
        self.call("PUT", f"{FILES}{folder}/{self.inside}.txt", content=self.inside.encode())
        self.call("PUT", f"{FILES}{folder}/f.txt", content=self.inside.encode())
        self.post("registered-models/create", name=name, tags=tags, description=self.inside)
        source = f"mlflow-artifacts:/{folder}"
        self.post("model-versions/create", name=name, source=source, run_id=run_id, tags=tags)
        self.post("registered-models/alias", name=name, alias="a", version="1")
        return {
            "experiment_id": experiment, "experiment_name": name, "run_id": run_id, "run_uuid": run_id,
            "model_id": model["model"]["info"]["model_id"], "source_run_id": run_id, "name": name,
            "path": f"{folder}/f.txt", "source": source, "metric_key": self.inside,
        }  # fmt: skip

    def everything(self):
        """All that can be seen from within."""
        made = self.made
        everywhere = {"experiment_ids": [made["experiment_id"]]}
        return [
            self.client.get(f"/api/v1/workspaces/{self.name}").json(),
            self.post("experiments/search", max_results=100),
            self.post("runs/search", run_view_type="ALL", **everywhere),
            self.post("logged-models/search", **everywhere),
            self.call("GET", MLFLOW + "registered-models/search"),
            self.call("GET", MLFLOW + "model-versions/search"),
            self.call("GET", f"{MLFLOW}metrics/get-history?run_id={made['run_id']}&metric_key={self.inside}"),
            self.call("GET", f"{MLFLOW}artifacts/list?run_id={made['run_id']}"),
            self.client.get(self.base + FILES + made["path"]).text,
        ]


_FIXED = {
    "version": "1", "alias": "a", "key": "k", "tag_key": "k", "max_results": 10, "filter": "", "order_by": [],
    "page_token": "", "model_json": "{}", "stage": "Staging", "workspace_id": "1",
}  # fmt: skip


def value(kind, field, worlds):
    """A value for a field, out of what the worlds hold."""
    made = [world.made for world in worlds]
    if getattr(kind, "__origin__", None) is list:
        inner = _bare(kind.__args__[0])
        if field in _FIXED:
            return _FIXED[field]
        if issubclass(inner, msgspec.Struct):
            return [value(inner, "", worlds)]
        singular = {"run_ids": "run_id", "experiment_ids": "experiment_id"}.get(field, field)
        return [one.get(singular, "x") for one in made]
    if getattr(kind, "__origin__", None) is dict:
        return {}
    if field in made[0]:
        return made[-1][field]
    if field in _FIXED:
        return _FIXED[field]
    if kind is Any:
        return "x"
    if issubclass(kind, msgspec.Struct):
        fields = msgspec.structs.fields(kind)
        return {one.name: value(_bare(_hints(kind)[one.name]), one.name, worlds) for one in fields}
    return (
        next(iter(kind)).value if issubclass(kind, Enum) else {str: "x", int: 1, float: 1.0, bool: True}[kind]
    )


def path_of(endpoint, prefix, worlds):
    path = prefix + endpoint.path
    for name in ("path", "model_id", "tag_key", "name", "group", "workspace"):
        known = worlds[-1].made.get(name, "default" if name == "group" else _FIXED.get(name, "x"))
        path = path.replace(f"{{{name}:path}}", known).replace(f"{{{name}}}", known)
    return path


ROUTES = [
    (endpoint, endpoint.under[0])
    for endpoint in ENDPOINTS
    if endpoint.needs is not Permission.PUBLIC
    and "{workspace}" not in endpoint.path
    and endpoint.path != "logout"  # the token is needed further on
]


@pytest.fixture(scope="module")
def worlds(walked_server):
    with walked_server.client() as client:
        yield World(client, "this"), World(client, "other")


@pytest.fixture(scope="module")
def member(walked_server, worlds):
    """A client of somebody who owns this workspace and has no role on the other one."""
    from lazward_server.auth import roles, tokens, users
    from lazward_server.db.database import Database
    from lazward_server.http.workspace import find_workspace

    def run(tx):
        user = users.create(tx, f"u{secrets.token_hex(6)}")
        roles.assign(tx, user.id, find_workspace(tx, worlds[0].name).id, roles.Role.OWNER)
        return tokens.create(tx, user.id, "test")

    options = [str(option) for option in walked_server.process.args]
    url = options[options.index("--database") + 1] if "--database" in options else None
    db = Database(url or f"sqlite:///{walked_server.home / 'lazward.db'}")
    token = db.write_now(run)
    db.close()
    with walked_server.client() as client:
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


def ask(client, base, endpoint, prefix, chosen):
    """Ask a route for what the chosen worlds hold."""
    path = base + path_of(endpoint, prefix, chosen)
    if endpoint.message is not None:
        message = value(endpoint.message, "", chosen)
        if "experiment_ids" in message:
            message["datasets"] = []  # they would narrow the search
    else:
        message = {name: chosen[-1].made[name] for name in ("run_id", "run_uuid", "name", "path")} | {
            "version": "1"
        }
    if endpoint.method in ("GET", "DELETE"):
        query = {
            name: one for name, one in message.items() if isinstance(one, str | int | list) and one != []
        }
        return client.request(endpoint.method, path, params=query)
    return client.request(endpoint.method, path, json=message)


def check(answer, other, chosen):
    assert answer.status_code < 500 or answer.status_code == 501, answer.text
    if answer.request.url.params.get("metric_key") != other.inside and other.inside not in str(
        answer.request.content
    ):
        assert other.inside not in answer.text, answer.request.url
    if other not in chosen:
        for name in ("run_id", "model_id"):
            assert other.made[name] not in answer.text, answer.request.url


def name_of(route):
    return f"{route[0].method} {route[1]}{route[0].path}"


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
def test_no_route_shows_or_changes_anything_of_another_workspace(route, worlds, member):
    this, other = worlds
    before = other.everything()
    for chosen in ([other], [this, other]):
        check(ask(member, this.base, *route, chosen), other, chosen)
        named = {"X-MLFLOW-WORKSPACE": this.name}
        member.headers.update(named)
        check(ask(member, "", *route, chosen), other, chosen)
        del member.headers["X-MLFLOW-WORKSPACE"]
        closed = ask(member, other.base, *route, chosen)
        assert closed.status_code == 403 or route[0].needs.of_oneself
        check(closed, other, chosen)
    assert other.everything() == before


_LOOKING = [route for route in ROUTES if route[0].method == "GET" or "search" in route[0].path]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_search_or_list_shows_it_whatever_is_asked_for(data, worlds, member):
    this, other = worlds
    endpoint, prefix = data.draw(st.sampled_from(_LOOKING))
    chosen = data.draw(st.sampled_from([[this], [other], [this, other], [other, this]]))
    check(ask(member, this.base, endpoint, prefix, chosen), other, chosen)


def test_what_is_asked_for_is_found_where_it_is(worlds):
    """So that the tests above look at answers with something in them."""
    this, _ = worlds
    assert this.inside in str(this.everything())


def test_the_administration_of_another_workspace_is_closed(worlds, member):
    _, other = worlds
    rows = [row for row in ENDPOINTS if "{workspace}" in row.path]
    assert rows
    for row in rows:
        for prefix in row.under:
            path = prefix + row.path.replace("{workspace}", other.name)
            answer = member.request(row.method, path.replace("{user}", "x"), json={"mode": "CASCADE"})
            assert answer.status_code == 403, (row.method, path)
    assert other.inside not in member.get("/api/v1/workspaces").text
    assert other.everything()
