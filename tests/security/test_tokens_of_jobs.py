"""The token of a job reaches the job's own run and what its script makes, and dies with the job."""

import asyncio
import json
import re
import secrets
import time
from types import SimpleNamespace

import pytest

from lazward.errors import PermissionDenied
from lazward_server.app import ENDPOINTS
from lazward_server.auth.roles import Role
from lazward_server.auth.tokens import OfJob, Scope
from lazward_server.http.permission import Permission
from lazward_server.jobs import reach

V1 = "/api/v1/"
MLFLOW = "/api/2.0/mlflow/"
PROXY = "/api/2.0/mlflow-artifacts/artifacts/"
SHUT = (401, 403)


class Desk:
    """One workspace, as one caller reaches it."""

    def __init__(self, send, workspace):
        self.send, self.base = send, f"/workspaces/{workspace}"

    def ask(self, method, path, message=None):
        answer = self.send(method, self.base + path, "" if message is None else json.dumps(message))
        return SimpleNamespace(
            status=answer.status, told=json.loads(answer.body) if answer.body[:1] == b"{" else answer.body
        )

    def done(self, method, path, message=None):
        answer = self.ask(method, path, message)
        assert answer.status == 200, (method, path, answer.told)
        return answer.told


class House:
    """Two jobs of one person in one experiment, another run there, and one in another experiment."""

    def __init__(self, server, sender, people):
        number, name = people.workspace()
        _, token = people.member(number, Role.CONTRIBUTOR)
        self.name = name
        self.desk = lambda token: Desk(sender(server, token), name)
        self.owner = self.desk(token)
        self.own, self.other = self.job("together"), self.job("together")
        self.beside = self.run("together")
        self.elsewhere = self.run("elsewhere")
        self.job_desk = self.desk(self.own.token)

    def job(self, experiment):
        spec = {"command": "true", "environment": {"python": {"user_managed": True}}}
        made = self.owner.done(
            "POST", V1 + "jobs", {"experiment": experiment, "compute": "local", "spec": spec}
        )
        return SimpleNamespace(token=made["token"], **made["job"])

    def run(self, experiment):
        known = self.owner.ask("GET", MLFLOW + f"experiments/get-by-name?experiment_name={experiment}")
        if known.status == 200:
            number = known.told["experiment"]["experiment_id"]
        else:
            number = self.owner.done("POST", MLFLOW + "experiments/create", {"name": experiment})[
                "experiment_id"
            ]
        made = self.owner.done("POST", MLFLOW + "runs/create", {"experiment_id": number, "start_time": 1})
        return SimpleNamespace(run_id=made["run"]["info"]["run_id"], experiment_id=number)


@pytest.fixture
def house(walked_server, sender, people):
    return House(walked_server, sender, people)


def messages(run):
    """What can be asked about a run: verb, path, message."""
    metric = {"run_id": run.run_id, "key": "m", "value": 1, "timestamp": 1, "step": 0}
    yield "GET", MLFLOW + f"runs/get?run_id={run.run_id}", None
    yield "POST", MLFLOW + "runs/log-metric", metric
    yield "POST", MLFLOW + "runs/log-batch", {"run_id": run.run_id, "params": [{"key": "p", "value": "1"}]}
    yield "POST", MLFLOW + "runs/set-tag", {"run_id": run.run_id, "key": "t", "value": "1"}
    yield "POST", MLFLOW + "runs/update", {"run_id": run.run_id, "status": "FAILED"}
    yield "GET", MLFLOW + f"metrics/get-history?run_id={run.run_id}&metric_key=m", None
    yield "GET", MLFLOW + f"metrics/get-history-bulk?run_id={run.run_id}&metric_key=m&max_results=1", None
    yield "GET", MLFLOW + f"artifacts/list?run_id={run.run_id}", None
    yield "PUT", PROXY + f"{run.experiment_id}/{run.run_id}/artifacts/a.txt", {}
    yield "GET", PROXY + f"{run.experiment_id}/{run.run_id}/artifacts/a.txt", None
    yield "GET", f"/get-artifact?run_id={run.run_id}&path=a.txt", None
    yield "GET", V1 + f"runs/{run.run_id}/properties", None
    yield "POST", V1 + f"runs/{run.run_id}/properties", {"properties": {"a": "b"}}
    yield "POST", MLFLOW + "logged-models", {"experiment_id": run.experiment_id, "source_run_id": run.run_id}


def test_it_reaches_its_own_run(house):
    for method, path, message in messages(house.own):
        assert house.job_desk.ask(method, path, message).status == 200, path


def test_it_reaches_no_other_run(house):
    for run in (house.other, house.beside, house.elsewhere):
        for method, path, message in messages(run):
            assert house.job_desk.ask(method, path, message).status == 403, path
            assert house.owner.ask(method, path, message).status in (200, 404), (
                path
            )  # it is the token's doing


def test_how_its_run_stands_is_not_for_the_script_to_say(house):
    house.job_desk.done(
        "POST", MLFLOW + "runs/update", {"run_id": house.own.run_id, "status": "FINISHED", "end_time": 5}
    )
    found = house.owner.done("GET", MLFLOW + f"runs/get?run_id={house.own.run_id}")["run"]["info"]
    assert found["status"] == "SCHEDULED"
    assert "end_time" not in found


def test_what_its_script_makes_is_its_own(house):
    make = {"experiment_id": house.own.experiment_id, "start_time": 2}
    child = house.job_desk.done("POST", MLFLOW + "runs/create", make)["run"]
    assert {"key": "mlflow.parentRunId", "value": house.own.run_id} in child["data"]["tags"]
    run = SimpleNamespace(run_id=child["info"]["run_id"], experiment_id=house.own.experiment_id)
    for method, path, message in messages(run):
        assert house.job_desk.ask(method, path, message).status == 200, path
    grandchild = house.job_desk.done(
        "POST", MLFLOW + "runs/create", {**make, "tags": [{"key": "mlflow.parentRunId", "value": run.run_id}]}
    )
    assert {"key": "mlflow.parentRunId", "value": run.run_id} in grandchild["run"]["data"]["tags"]


def test_a_job_that_it_submits_is_its_own(house):
    spec = {"command": "true", "environment": {"python": {"user_managed": True}}}
    message = {"experiment": "together", "compute": "local", "spec": spec}
    child = house.job_desk.done("POST", V1 + "jobs", message)["job"]
    assert child["parent_run_id"] == house.own.run_id
    assert house.job_desk.done("GET", V1 + f"jobs/{child['run_id']}")["state"] == "Queued"
    assert house.job_desk.ask("GET", V1 + f"jobs/{house.other.run_id}").status == 403
    message["parent_run_id"] = house.other.run_id
    assert house.job_desk.ask("POST", V1 + "jobs", message).status == 403


def test_the_token_of_a_job_that_it_submits_dies_with_its_own(house):
    spec = {"command": "true", "environment": {"python": {"user_managed": True}}}
    message = {"experiment": "together", "compute": "local", "spec": spec}
    child = house.job_desk.done("POST", V1 + "jobs", message)
    house.owner.done("POST", V1 + f"jobs/{house.own.run_id}/cancel", {})
    where = MLFLOW + f"runs/get?run_id={child['job']['run_id']}"
    assert house.desk(child["token"]).ask("GET", where).status == 401


def test_it_submits_nothing_to_another_experiment(house):
    spec = {"command": "true", "environment": {"python": {"user_managed": True}}}
    for experiment in ("elsewhere", secrets.token_hex(4), house.own.experiment_id):
        message = {"experiment": experiment, "compute": "local", "spec": spec}
        assert house.job_desk.ask("POST", V1 + "jobs", message).status == 403


def test_no_launcher_speaks_for_a_job_that_its_own_job_has_submitted(house):
    spec = {"command": "true", "environment": {"python": {"user_managed": True}}}
    message = {"experiment": "together", "compute": "local", "spec": spec}
    child = house.job_desk.done("POST", V1 + "jobs", message)["job"]
    for path, sent in (("begin", {"attempt": 1}), ("report", {"state": "Completed"})):
        assert house.job_desk.ask("POST", V1 + f"jobs/{child['run_id']}/{path}", sent).status == 403


@pytest.mark.parametrize(
    "query",
    [
        "runId={other}&path=a.txt",
        "run_id={own}&runId={other}&path=a.txt",
        "run_uuid={own}&run_id={other}&path=a.txt",
        "run_id={own}&run_id={other}&path=a.txt",
        "path=a.txt",
    ],
)
def test_however_a_query_names_another_run(house, query):
    where = PROXY + f"{house.other.experiment_id}/{house.other.run_id}/artifacts/a.txt"
    house.owner.done("PUT", where, {"secret": 1})
    query = query.format(own=house.own.run_id, other=house.other.run_id)
    for path in (f"/get-artifact?{query}", f"/ajax-api/2.0/mlflow/get-artifact?{query}"):
        answer = house.job_desk.ask("GET", path)
        assert answer.status in (400, 403, 404), path
        assert "secret" not in str(answer.told)


@pytest.mark.parametrize(
    "wanted",
    [
        "attributes.run_id != 'x') OR (attributes.run_id = 'y'",
        "params.a = '1') OR (params.a != '1'",
        ") OR (",
        "((",
    ],
)
def test_no_filter_gets_out_of_the_brackets(house, wanted):
    message = {"experiment_ids": [house.own.experiment_id], "filter": wanted}
    assert house.job_desk.ask("POST", MLFLOW + "runs/search", message).status == 400


def test_it_registers_and_loads_models_and_deletes_none(house):
    name = secrets.token_hex(4)
    beside = house.beside
    file = f"{beside.experiment_id}/{beside.run_id}/artifacts/model/MLmodel"
    house.owner.done("PUT", PROXY + file, {"flavors": 1})
    house.owner.done("POST", MLFLOW + "registered-models/create", {"name": name})
    source = f"mlflow-artifacts:/{beside.experiment_id}/{beside.run_id}/artifacts/model"
    version = {"name": name, "source": source, "run_id": beside.run_id}
    assert house.job_desk.ask("GET", PROXY + file).status == 403
    house.owner.done("POST", MLFLOW + "model-versions/create", version)
    assert house.job_desk.ask("GET", PROXY + file).status == 200
    assert house.job_desk.ask("PUT", PROXY + file, {"flavors": 2}).status == 403
    assert house.job_desk.ask("GET", PROXY + file.replace("model/", "model2/")).status == 403
    assert house.job_desk.ask("POST", MLFLOW + "model-versions/create", version).status == 403
    own = {
        "name": name,
        "source": source.replace(beside.run_id, house.own.run_id),
        "run_id": house.own.run_id,
    }
    assert house.job_desk.ask("POST", MLFLOW + "model-versions/create", own).status == 200
    for verb, path, message in (
        ("DELETE", "registered-models/delete", {"name": name}),
        ("POST", "registered-models/rename", {"name": name, "new_name": name + "x"}),
        ("DELETE", "model-versions/delete", {"name": name, "version": "1"}),
    ):
        assert house.job_desk.ask(verb, MLFLOW + path, message).status == 403, path


def test_a_limited_token_submits_jobs_that_may_no_more_than_it_may(people, walked_server, sender):
    number, name = people.workspace()
    user, _ = people.user()
    people.assign(user, number, Role.CONTRIBUTOR)
    limited = people.token(user, Scope(number, frozenset({Permission.JOB_WRITE})))
    desk = Desk(sender(walked_server, limited), name)
    spec = {"command": "true", "environment": {"python": {"user_managed": True}}}
    made = desk.done("POST", V1 + "jobs", {"experiment": "e", "compute": "local", "spec": spec})
    job = Desk(sender(walked_server, made["token"]), name)
    job.done("POST", MLFLOW + "runs/set-tag", {"run_id": made["job"]["run_id"], "key": "a", "value": "b"})
    assert job.ask("GET", MLFLOW + "registered-models/search").status == 403
    assert job.ask("POST", MLFLOW + "registered-models/create", {"name": secrets.token_hex(4)}).status == 403


def test_a_search_finds_its_own_runs_and_no_others(house):
    for wanted in ("", "attributes.status = 'SCHEDULED'", "attributes.run_name != 'x' OR params.a = 'b'"):
        message = {"experiment_ids": [house.own.experiment_id], "filter": wanted}
        found = house.job_desk.done("POST", MLFLOW + "runs/search", message)["runs"]
        assert [run["info"]["run_id"] for run in found] == [house.own.run_id], wanted
        assert len(house.owner.done("POST", MLFLOW + "runs/search", message)["runs"]) > 1
    message = {"experiment_ids": [house.elsewhere.experiment_id]}
    assert house.job_desk.ask("POST", MLFLOW + "runs/search", message).status == 403


def test_it_does_nothing_in_another_experiment(house):
    elsewhere = house.elsewhere.experiment_id
    asked = [
        ("POST", MLFLOW + "runs/create", {"experiment_id": elsewhere}),
        ("GET", MLFLOW + f"experiments/get?experiment_id={elsewhere}", None),
        ("GET", MLFLOW + "experiments/get-by-name?experiment_name=elsewhere", None),
        ("POST", MLFLOW + "experiments/create", {"name": secrets.token_hex(4)}),
        ("POST", MLFLOW + "experiments/search", {"max_results": 5}),
        ("POST", MLFLOW + "experiments/delete", {"experiment_id": house.own.experiment_id}),
        ("POST", MLFLOW + "logged-models", {"experiment_id": elsewhere, "source_run_id": house.own.run_id}),
        ("GET", PROXY[:-1], None),
        ("GET", PROXY[:-1] + f"?path={elsewhere}", None),
    ]
    for method, path, message in asked:
        assert house.job_desk.ask(method, path, message).status == 403, path
    own = house.own.experiment_id
    assert house.job_desk.ask("GET", MLFLOW + f"experiments/get?experiment_id={own}").status == 200


@pytest.mark.parametrize("path", ["../{other}/artifacts/a", "{own}/../{other}/a", "{own}%2f..%2f{other}/a"])
def test_no_path_leads_from_its_own_artifacts_into_others(house, path):
    path = path.format(own=house.own.run_id, other=house.other.run_id)
    answer = house.job_desk.ask("GET", PROXY + f"{house.own.experiment_id}/{path}")
    assert answer.status in (400, 403)


def test_only_its_own_launcher_tells_how_a_job_stands(house):
    for verb, path, message in (
        ("POST", "begin", {"attempt": 1}),
        ("POST", "join", {"attempt": 1}),
        ("POST", "report", {"state": "Completed"}),
        ("PUT", "logs/user_logs/std_log.txt", {}),
    ):
        where = V1 + f"jobs/{house.other.run_id}/{path}"
        assert house.job_desk.ask(verb, where, message).status == 403, path
        assert house.owner.ask(verb, where, message).status == 403, path
    assert house.owner.done("GET", V1 + f"jobs/{house.other.run_id}")["state"] == "Queued"


@pytest.mark.parametrize("ending", ["report", "cancel", "fail"])
def test_it_dies_with_the_job(house, ending):
    where = V1 + f"jobs/{house.own.run_id}/"
    house.job_desk.done("POST", where + "begin", {"attempt": 1})
    if ending == "report":
        house.job_desk.done("POST", where + "report", {"state": "Completed"})
    else:
        house.owner.done("POST", where + ending, {})
    if ending == "cancel":  # its launcher is told, and says when it has ended
        assert house.job_desk.done("POST", where + "report", {}) == {"cancel": True}
        house.job_desk.done("POST", where + "report", {"state": "Canceled"})
    end = time.monotonic() + 10  # a token is remembered for a moment
    while house.job_desk.ask("GET", MLFLOW + f"runs/get?run_id={house.own.run_id}").status != 401:
        assert time.monotonic() < end
        time.sleep(0.1)
    ends = {"report": "Completed", "cancel": "Canceled", "fail": "Failed"}
    assert house.owner.done("GET", where[:-1])["state"] == ends[ending]


def key_of(endpoint):
    return f"{endpoint.method} {endpoint.path}"


CLOSED = [e for e in ENDPOINTS if e.needs is not Permission.PUBLIC and key_of(e) not in reach._RULES]
"""What no rule opens: with a new endpoint, until somebody does."""


def test_every_rule_is_about_an_endpoint():
    assert set(reach._RULES) <= {key_of(endpoint) for endpoint in ENDPOINTS}
    assert len(CLOSED) > 40


@pytest.mark.parametrize("endpoint", CLOSED, ids=key_of)
def test_what_no_rule_opens_is_closed_whatever_is_sent(endpoint):
    with pytest.raises(PermissionDenied):
        asyncio.run(reach.check(None, OfJob(1, "r"), endpoint, None, {"run_id": "r", "workspace": "w"}))


@pytest.mark.parametrize("endpoint", CLOSED, ids=key_of)
def test_and_so_it_is_over_the_wire(endpoint, house):
    path = endpoint.under[0] + re.sub(r"\{.*?\}", "1", endpoint.path)
    answer = house.job_desk.ask(endpoint.method, path, None if endpoint.method == "GET" else {})
    assert answer.status in (400, *SHUT), (path, answer.told)  # or what was sent is no message at all
