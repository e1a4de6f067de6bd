"""The GraphQL that MLflow's pages ask: the endpoints' answers, their rights, and bounds."""

import secrets

import httpx
import pytest
from tests.mlflow_ui.test_pages import session

RUN = """
query GetRun($data: MlflowGetRunInput!) {
  mlflowGetRun(input: $data) {
    apiError { code message __typename }
    run {
      info { runId runName status artifactUri startTime endTime experimentId lifecycleStage }
      experiment { experimentId name tags { key value } }
      data { metrics { key value step timestamp } params { key value } tags { key value } }
      modelVersions { name version status source }
    }
  }
}
"""


@pytest.fixture
def run(server):
    """A run with one of each."""
    with server.client() as client:
        api = "/api/2.0/mlflow/"
        name = f"graphql-{secrets.token_hex(6)}"
        experiment = client.post(api + "experiments/create", json={"name": name}).json()["experiment_id"]
        made = client.post(api + "runs/create", json={"experiment_id": experiment, "run_name": "r"}).json()[
            "run"
        ]
        logged = {
            "run_id": made["info"]["run_id"],
            "metrics": [{"key": "loss", "value": 0.25, "timestamp": 7, "step": 3}],
            "params": [{"key": "lr", "value": "0.1"}],
        }
        client.post(api + "runs/log-batch", json=logged).raise_for_status()
        yield {"id": logged["run_id"], "experiment": name}


def ask(server, query, variables=None, **more):
    with server.client() as client:
        return client.post("/mlflow/graphql", json={"query": query, "variables": variables or {}} | more)


def test_a_run_with_its_experiment(server, run):
    answer = ask(server, RUN, {"data": {"runId": run["id"]}}, operationName="GetRun")
    found = answer.json()["data"]["mlflowGetRun"]
    assert found["apiError"] is None
    assert (found["run"]["info"]["runId"], found["run"]["info"]["runName"]) == (run["id"], "r")
    assert found["run"]["experiment"]["name"] == run["experiment"]
    (metric,) = found["run"]["data"]["metrics"]
    assert metric == {"key": "loss", "value": 0.25, "step": "3", "timestamp": "7"}
    assert found["run"]["data"]["params"] == [{"key": "lr", "value": "0.1"}]
    assert found["run"]["modelVersions"] == []


def test_one_that_is_not_there_is_told_in_the_answer(server):
    answer = ask(server, RUN, {"data": {"runId": "f" * 32}})
    assert answer.status_code == 200
    found = answer.json()["data"]["mlflowGetRun"]
    assert (found["run"], found["apiError"]["code"]) == (None, "RESOURCE_DOES_NOT_EXIST")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("{", "cannot be read"),
        ("{ nothing }", "does not fit the schema"),
        ("{ __schema { types { name } } }", "does not describe its GraphQL schema"),
        ("{ a: __typename " + "b: __typename " * 20 + "}", "more than 10 aliases"),
        ("{ " + "__typename " * 400 + "}", "more than 10 root fields"),
        ("query { ...a } fragment a on Query { ...b } fragment b on Query { ...a }", "levels deep"),
        ("{" * 5000 + "}" * 5000, "cannot be read"),
        ("{ " + "x" * 20_000 + " }", "16384"),
    ],
)
def test_what_asks_too_much_or_nothing_is_refused(server, query, told):
    answer = ask(server, query)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert told in answer.json()["message"]


def test_the_rights_are_those_of_the_endpoints(server, run):
    body = {"query": RUN, "variables": {"data": {"runId": run["id"]}}}
    assert httpx.post(server.url + "/mlflow/graphql", json=body).status_code == 401
    with session(server) as stranger:
        answer = stranger.post("/mlflow/graphql", json=body, headers={"Origin": server.url})
    assert (answer.status_code, answer.json()["error_code"]) == (403, "PERMISSION_DENIED")
