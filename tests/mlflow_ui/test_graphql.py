"""What the pages ask in GraphQL, against a real server."""

import uuid

import pytest
from tests.people import People

from lazward_server.auth.roles import Role
from lazward_server.auth.tokens import Scope
from lazward_server.http.permission import Permission

API = "/api/2.0/mlflow/"
EXPERIMENT = """query MlflowGetExperimentQuery($input: MlflowGetExperimentInput!)
 @component(name: "MLflow.ExperimentRunTracking") { mlflowGetExperiment(input: $input) {
 apiError { code message } experiment { artifactLocation creationTime effectiveTraceArchivalRetention
 experimentId lastUpdateTime lifecycleStage name tags { key value } } } }"""
_RUN = """info { runName status runUuid experimentId artifactUri endTime lifecycleStage startTime userId }
 experiment { experimentId name tags { key value } artifactLocation lifecycleStage lastUpdateTime }
 modelVersions { status version name source } data { metrics { key value step timestamp }
 params { key value } tags { key value } } inputs { datasetInputs { dataset { digest name profile schema
 source sourceType } tags { key value } } modelInputs { modelId } }
 outputs { modelOutputs { modelId step } }"""
RUN = f"""query GetRun($data: MlflowGetRunInput!) @component(name: "MLflow.ExperimentRunTracking") {{
 mlflowGetRun(input: $data) {{ apiError {{ helpUrl code message }} run {{ {_RUN} }} }} }}"""
RUNS = f"""query SearchRuns($data: MlflowSearchRunsInput!) {{ mlflowSearchRuns(input: $data) {{
 apiError {{ helpUrl code message }} runs {{ {_RUN} }} }} }}"""
HISTORY = """query GetMetricHistoryBulkInterval($data: MlflowGetMetricHistoryBulkIntervalInput!)
 @component(name: "x") { mlflowGetMetricHistoryBulkInterval(input: $data) { __typename
 metrics { timestamp step runId key value } apiError { code message } } }"""


def ask(client, query, path="/mlflow/graphql", headers=None, **variables):
    body = {"operationName": None, "query": query, "variables": variables}
    return client.post(path, json=body, headers=headers)


@pytest.fixture
def client(server):
    with server.client() as one:
        yield one


@pytest.fixture
def run(client):
    return filled(client)


def filled(client, path=""):
    """A run with a bit of everything, and its experiment."""

    def send(name, body):
        return client.post(path + API + name, json=body).raise_for_status().json()

    experiment = send("experiments/create", {"name": f"asked {uuid.uuid4()}"})["experiment_id"]
    new = {"experiment_id": experiment, "run_name": "first", "start_time": 5, "user_id": "ada"}
    run = send("runs/create", new)["run"]["info"]["run_id"]
    points = [{"key": "loss", "value": 1 / (n + 1), "step": n, "timestamp": n} for n in range(3)]
    params = [{"key": "depth", "value": "2"}]
    send("runs/log-batch", {"run_id": run, "metrics": points, "params": params})
    data = {"name": "d", "digest": "1", "source_type": "local", "source": "x"}
    send("runs/log-inputs", {"run_id": run, "datasets": [{"dataset": data, "tags": []}]})
    return experiment, run


def test_an_experiment(client, run):
    answer = ask(client, EXPERIMENT, input={"experimentId": run[0]})
    found = answer.json()["data"]["mlflowGetExperiment"]
    assert answer.status_code == 200
    assert found["apiError"] is None
    assert found["experiment"]["experimentId"] == run[0]
    assert found["experiment"]["creationTime"].isdecimal()
    assert found["experiment"]["tags"] == []


def test_a_run(client, run):
    found = ask(client, RUN, data={"runUuid": run[1]}).json()["data"]["mlflowGetRun"]["run"]
    assert found["info"]["status"] == "RUNNING"
    assert found["experiment"]["experimentId"] == run[0]
    assert found["data"]["metrics"] == [{"key": "loss", "value": 1 / 3, "step": "2", "timestamp": "2"}]
    assert found["data"]["params"] == [{"key": "depth", "value": "2"}]
    assert found["inputs"]["datasetInputs"][0]["dataset"]["name"] == "d"
    assert found["modelVersions"] == []


def test_a_number_that_is_none_is_null(client, run):
    nan = {"run_id": run[1], "key": "bad", "value": "NaN", "timestamp": 1}
    client.post(f"{API}runs/log-metric", json=nan).raise_for_status()
    found = ask(client, RUN, data={"runUuid": run[1]}).json()["data"]["mlflowGetRun"]["run"]
    assert {one["key"]: one["value"] for one in found["data"]["metrics"]}["bad"] is None


def test_runs_and_histories(client, run):
    found = ask(client, RUNS, data={"experimentIds": [run[0]]}).json()["data"]["mlflowSearchRuns"]
    assert [one["info"]["runUuid"] for one in found["runs"]] == [run[1]]
    asked = {"runIds": [run[1]], "metricKey": "loss"}
    found = ask(client, HISTORY, data=asked).json()["data"]["mlflowGetMetricHistoryBulkInterval"]
    assert [one["step"] for one in found["metrics"]] == ["0", "1", "2"]


def test_what_an_endpoint_refuses_stands_where_the_pages_look(client):
    found = ask(client, RUN, data={"runUuid": "0" * 32}).json()["data"]["mlflowGetRun"]
    assert found["run"] is None
    assert found["apiError"]["code"] == "RESOURCE_DOES_NOT_EXIST"
    found = ask(client, RUNS, data={"maxResults": 1001}).json()["data"]["mlflowSearchRuns"]
    assert found["apiError"]["code"] == "INVALID_PARAMETER_VALUE"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "{",
        "{nothing}",
        "mutation {x}",
        "{__schema{types{name}}}",
        "{mlflowGetRun}",
        "x" * 20_000,
        EXPERIMENT,
    ],
)
def test_what_does_not_fit_is_refused_in_the_protocols_shape(client, query):
    answer = ask(client, query)
    assert answer.status_code == 400
    assert answer.json()["error_code"] == "INVALID_PARAMETER_VALUE"


def test_rights_are_those_of_the_endpoints(server, client):
    people = People(server)
    workspace, name = people.workspace()
    _, run = filled(client, f"/workspaces/{name}")
    owner, _ = people.user()
    people.assign(owner, workspace, Role.OWNER)
    only = people.token(owner, Scope(workspace, frozenset({Permission.RUN_READ})))
    expected = {
        people.member(workspace, Role.READER)[1]: 200,
        people.token(people.user()[0]): 403,
        only: 403,  # the experiment and the versions are asked for as well
    }
    for token, status in expected.items():
        headers = {"Authorization": f"Bearer {token}", "X-MLFLOW-WORKSPACE": name}
        answer = ask(client, RUN, headers=headers, data={"runUuid": run})
        assert answer.status_code == status
        assert ("error_code" in answer.json()) == (status != 200)
    bare = "query A($data: MlflowGetRunInput!) {mlflowGetRun(input: $data) {run {info {runName}}}}"
    headers = {"Authorization": f"Bearer {only}", "X-MLFLOW-WORKSPACE": name}
    assert ask(client, bare, headers=headers, data={"runUuid": run}).status_code == 200


def test_another_workspaces_run_is_not_there(server, client):
    _, run = filled(client)
    _, name = People(server).workspace()
    found = ask(client, RUN, f"/workspaces/{name}/mlflow/graphql", data={"runUuid": run}).json()
    assert found["data"]["mlflowGetRun"]["apiError"]["code"] == "RESOURCE_DOES_NOT_EXIST"
