"""Who belongs to one workspace asks for all of another, by every route: nothing is shown or changed."""

import json
import re
import secrets

import pytest
from tests.e2e.test_every_route import World, as_query, filled, plausible

from lazward_server.app import ENDPOINTS
from lazward_server.auth.roles import Role
from lazward_server.http.permission import Permission

API = "/api/2.0/mlflow/"
CANARY = "canary27182818"


class Below:
    """A sender whose paths are below a workspace's address."""

    def __init__(self, send, workspace):
        self.send = send
        self.workspace = workspace

    def __call__(self, method, path, *args, **headers):
        return self.send(method, f"/workspaces/{self.workspace}{path}", *args, **headers)

    def json(self, method, path, body=None):
        return self.send.json(method, f"/workspaces/{self.workspace}{path}", body)


class Theirs(World):
    """Things of the other workspace, each with the canary in what is not its id."""

    def __init__(self, send):
        super().__init__(send)
        mark = {"key": "mark", "value": CANARY}
        self.path = f"{self.experiment}/{self.run}/artifacts/dir/file.txt"
        send.json("POST", f"{API}experiments/set-experiment-tag", {"experiment_id": self.experiment, **mark})
        batch = {"run_id": self.run, "tags": [mark], "params": [mark]}
        point = {"key": CANARY, "value": 1, "timestamp": 1}
        send.json("POST", f"{API}runs/log-batch", batch | {"metrics": [point, point | {"key": "k"}]})
        data = {"name": CANARY, "digest": "d", "source_type": CANARY, "source": "s"}
        send.json("POST", f"{API}runs/log-inputs", {"run_id": self.run, "datasets": [{"dataset": data}]})
        send.json("POST", f"{API}registered-models/set-tag", {"name": self.name, **mark})
        send.json("POST", f"{API}model-versions/set-tag", {"name": self.name, "version": "1", **mark})
        send.json("PATCH", f"{API}logged-models/{self.model}/tags", {"tags": [mark]})
        for path in (self.path, "dir/file.txt"):
            answer = send("PUT", f"/api/2.0/mlflow-artifacts/artifacts/{path}", CANARY.encode())
            assert answer.status == 200

    def known(self, field):
        named = {"experiment_name": self.name, "user": "administrator", "metric_key": "k", "digest": "d"}
        return named.get(field) or super().known(field)

    def state(self, send):
        """All there is to see of it."""
        asked = {"experiment_ids": [self.experiment]}
        return [
            send.json("POST", f"{API}experiments/search", {"max_results": 100, "view_type": "ALL"}),
            send.json("POST", f"{API}runs/search", asked | {"run_view_type": "ALL"}),
            send.json("GET", f"{API}registered-models/get?name={self.name.replace(' ', '+')}"),
            send.json("GET", f"{API}logged-models/{self.model}"),
            send("GET", f"/api/2.0/mlflow-artifacts/artifacts/{self.path}").body.decode(),
            send("GET", "/api/2.0/mlflow-artifacts/artifacts/dir/file.txt").body.decode(),
            send("GET", f"{API}artifacts/list?run_id={self.run}").body.decode(),
        ]


@pytest.fixture(scope="module")
def two(walked_server, sender, people):
    """Their things, as they see them; and we, who own another workspace."""
    theirs_id, theirs = people.workspace()
    ours_id, ours = people.workspace()
    owner = Below(sender(walked_server, people.member(theirs_id, Role.OWNER)[1]), theirs)
    user, _ = people.user()
    people.assign(user, ours_id, Role.OWNER)
    us = Below(sender(walked_server, people.token(user)), ours)
    owner.json("POST", f"{API}experiments/create", {"name": "first"})  # so that numbers differ
    return Theirs(owner), owner, us


def ours_to_ask(endpoint):
    """Whether a route is about things of a workspace."""
    return not (endpoint.needs is Permission.PUBLIC or endpoint.needs.on_server or endpoint.needs.of_oneself)


ROUTES = [endpoint for endpoint in ENDPOINTS if ours_to_ask(endpoint) and "{workspace}" not in endpoint.path]


@pytest.mark.parametrize("endpoint", ROUTES, ids=lambda e: f"{e.method} {e.under[0]}{e.path}")
def test_no_route_shows_or_changes_what_is_anothers(endpoint, two):
    world, owner, us = two
    before = world.state(owner)
    for prefix in endpoint.under:
        url = filled(prefix + endpoint.path, world)
        body = json.dumps(plausible(endpoint.message, world)) if endpoint.message else ""
        queries = [as_query(body)] if body else odd_queries(world)
        for query in queries:
            sent = f"{url}?{query}" if endpoint.method == "GET" or not body else url
            answer = us(endpoint.method, sent, body or b"x")
            assert CANARY.encode() not in answer.body, (sent, answer)
            assert answer.status < 500 or answer.status == 501, (sent, answer)
    assert world.state(owner) == before


def odd_queries(world):
    """What raw handlers read."""
    names = ("run_id", "run_uuid", "name", "version", "artifact_file_path")
    known = {name: world.known(name.replace("uuid", "id")) or "dir/file.txt" for name in names}
    for path in ("dir/file.txt", f"../../../{world.path}", world.path, f"../{world.path}"):
        yield as_query(json.dumps(known | {"path": path, "artifact_file_path": path}))
    yield ""


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("experiments/search", {"max_results": 1000, "view_type": "ALL"}),
        ("runs/search", {"experiment_ids": ["0", "1", "2", "3"], "run_view_type": "ALL"}),
        ("logged-models/search", {"experiment_ids": ["0", "1", "2"]}),
        ("experiments/search-datasets", {"experiment_ids": ["0", "1", "2"]}),
    ],
)
def test_searches_find_only_what_is_ones_own(two, path, body):
    world, _, us = two
    body = body | ({"experiment_ids": [world.experiment, "0", "1"]} if "experiment_ids" in body else {})
    answer = us("POST", API + path, json.dumps(body))
    assert CANARY.encode() not in answer.body
    assert world.run.encode() not in answer.body
    assert world.model.encode() not in answer.body


@pytest.mark.parametrize(
    "path", ["registered-models/search", "model-versions/search", "registered-models/list"]
)
def test_the_registry_shows_only_ones_own(two, path):
    world, owner, us = two
    for query in ("", f"?filter=name%3D'{world.name.replace(' ', '%20')}'", "?filter=name%20LIKE%20'%25'"):
        shown = owner("GET", f"{API}{path}{query}")
        assert (shown.status, CANARY.encode() in shown.body) == (200, True), (
            query
        )  # else it would prove nothing
        answer = us("GET", f"{API}{path}{query}")
        # Not the name: the walk above may have made a model of ours that is called the same.
        assert (answer.status, CANARY.encode() in answer.body) == (200, False)


def test_page_tokens_of_another_workspace_lead_nowhere(two):
    world, owner, us = two
    for _ in range(3):
        owner.json("POST", f"{API}experiments/create", {"name": secrets.token_hex(6)})
    page = owner.json("POST", f"{API}experiments/search", {"max_results": 1})
    body = {"max_results": 100, "page_token": page["next_page_token"]}
    answer = us("POST", f"{API}experiments/search", json.dumps(body))
    assert CANARY.encode() not in answer.body
    assert not re.search(rf'"experiment_id":"{world.experiment}"'.encode(), answer.body)


@pytest.mark.parametrize(
    "location",
    [
        "mlflow-artifacts:/../{theirs}/{path}",
        "mlflow-artifacts:/%2e%2e/{theirs}/{path}",
        "mlflow-artifacts:/%252e%252e/{theirs}/{path}",
        "mlflow-artifacts:///../{theirs}/{path}",
        "mlflow-artifacts://{theirs}/{path}",
        "mlflow-artifacts://host/../{theirs}/{path}",
        "MLFLOW-ARTIFACTS:/../{theirs}/{path}",
        "http://h/workspaces/{theirs}/api/2.0/mlflow-artifacts/artifacts/{path}",
        "http://h/api/2.0/mlflow-artifacts/artifacts/../{theirs}/{path}",
        "http://h/workspaces/{ours}/workspaces/{theirs}/api/2.0/mlflow-artifacts/artifacts/{path}",
        "HTTP://h/WORKSPACES/{theirs}/api/2.0/mlflow-artifacts/artifacts/{path}",
        "{root}/{theirs}/{path}",
        "{root}/{ours}/../{theirs}/{path}",
        "{root}/{ours}/%2e%2e/{theirs}/{path}",
        "{root}/{ours}{theirs}/{path}",
        "{root}//{theirs}/{path}",
        "{root}/./{theirs}/{path}",
        "{root}/{THEIRS}/{path}",
        "{plain}/{theirs}/{path}",
        "file://localhost{plain}/{theirs}/{path}",
        "FILE://{plain}/{theirs}/{path}",
        "file:{plain}/{theirs}/{path}",
        "{plain}/{ours}/../{theirs}/{path}",
        "{plain}/{ours}/\u2024\u2024/{theirs}/{path}",
    ],
)
def test_no_artifact_location_or_source_leads_into_another_workspace(two, walked_server, location):
    world, owner, us = two
    before = world.state(owner)
    folder = f"{world.experiment}/{world.run}/artifacts"
    plain = walked_server.home / "artifacts"
    uri = location.format(
        theirs=owner.workspace, THEIRS=owner.workspace.upper(), ours=us.workspace, path=folder,
        root=plain.as_uri(), plain=plain,
    )  # fmt: skip
    reached = [*below_an_experiment(us, uri, folder), *below_a_version(us, uri)]
    for answer in reached:
        assert CANARY.encode() not in answer.body, uri
        assert answer.status in (200, 400, 404), (uri, answer)
    assert world.state(owner) == before


def below_an_experiment(us, uri, folder):
    """Answers of the routes of a run whose artifacts are said to lie there."""
    made = us("POST", f"{API}experiments/create", json.dumps({"name": uri, "artifact_location": uri}))
    if made.status != 200:
        return
    experiment = json.loads(made.body)["experiment_id"]
    run = us.json("POST", f"{API}runs/create", {"experiment_id": experiment})["run"]["info"]["run_id"]
    for path in ("dir/file.txt", "../../dir/file.txt", f"../../../{folder}/dir/file.txt"):
        yield us("GET", f"/get-artifact?run_id={run}&path={path}")
    yield us("GET", f"{API}artifacts/list?run_id={run}")
    yield us("POST", f"/ajax-api/2.0/mlflow/upload-artifact?run_uuid={run}&path=dir/file.txt", "x")


def below_a_version(us, uri):
    """Answers of the routes of a model version whose files are said to lie there."""
    us("POST", f"{API}registered-models/create", json.dumps({"name": "located"}))
    version = us("POST", f"{API}model-versions/create", json.dumps({"name": "located", "source": uri}))
    if version.status != 200:
        return
    number = json.loads(version.body)["model_version"]["version"]
    for path in ("dir/file.txt", "file.txt"):
        yield us("GET", f"/model-versions/get-artifact?name=located&version={number}&path={path}")


def test_its_owner_is_shown_all_of_it_by_the_same_requests(two):
    """Else the tests above would prove nothing."""
    world, owner, _ = two
    showing = set()
    for endpoint in ROUTES:
        if endpoint.method != "GET":
            continue
        url = filled(endpoint.under[0] + endpoint.path, world)
        body = json.dumps(plausible(endpoint.message, world)) if endpoint.message else ""
        for query in [as_query(body)] if body else odd_queries(world):
            if CANARY.encode() in owner("GET", f"{url}?{query}").body:
                showing.add(endpoint.path)
    assert {
        "experiments/get", "experiments/get-by-name", "runs/get", "registered-models/get", "get-artifact",
        "model-versions/get", "logged-models/{model_id}", "artifacts/{path:path}", "registered-models/alias",
    } <= showing  # fmt: skip
