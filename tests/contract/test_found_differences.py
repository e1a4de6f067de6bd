"""What the differential tests have found, one case each, so that it stays found."""

import pytest

API = "/api/2.0/mlflow/"


@pytest.fixture(scope="module")
def client(server):
    with server.client() as one:
        yield one


@pytest.fixture
def post(client):
    def send(path: str, **body):
        return client.post(API + path, json=body)

    return send


@pytest.fixture
def run(post) -> str:
    return post("runs/create", experiment_id="0").json()["run"]["info"]["run_id"]


@pytest.mark.parametrize("how", ["set-tag", "log-batch"])
def test_an_empty_name_tag_changes_nothing(post, client, run, how):
    tag = {"key": "mlflow.runName", "value": ""}
    answer = (
        post("runs/set-tag", run_id=run, **tag)
        if how == "set-tag"
        else post("runs/log-batch", run_id=run, tags=[tag])
    )
    assert answer.status_code == 200
    found = client.get(API + "runs/get", params={"run_id": run}).json()["run"]
    assert found["data"]["tags"] == [{"key": "mlflow.runName", "value": found["info"]["run_name"]}]


@pytest.mark.parametrize("size", [2**31, 2**63 - 1, 2**63, "9" * 20])
def test_a_page_of_history_has_a_largest_size(client, run, size):
    query = {"run_id": run, "metric_key": "m", "max_results": size}
    assert client.get(API + "metrics/get-history", params=query).status_code == 400


@pytest.mark.parametrize("time", [2**63, -(2**63) - 1, "9" * 20])
def test_times_of_runs_are_64_bit(post, run, time):
    assert post("runs/create", experiment_id="0", start_time=time).status_code == 400
    assert post("runs/update", run_id=run, end_time=time).status_code == 400


@pytest.mark.parametrize("key", ["..", "../a", "/a", "a//b", "a/./b", "a/", "a%", "a'b"])
def test_tags_of_experiments_have_names_that_could_be_files(post, key):
    answer = post("experiments/set-experiment-tag", experiment_id="0", key=key, value="v")
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    tags = [{"key": key, "value": "v"}]
    assert post("experiments/create", name=f"tagged {key}", tags=tags).status_code == 400


@pytest.mark.parametrize("key", ["who (really)?", "a'b", "/a", "50%", "é ✓"])
def test_a_run_is_born_with_any_tags(post, client, key):
    tags = [{"key": key, "value": "v"}]
    made = post("runs/create", experiment_id="0", tags=tags).json()["run"]
    assert made["data"]["tags"][0] == tags[0] or made["data"]["tags"][1] == tags[0]
    found = client.get(API + "runs/get", params={"run_id": made["info"]["run_id"]}).json()["run"]
    assert tags[0] in found["data"]["tags"]
    quoted = f"tags.`{key}` = 'v'"
    search = post("runs/search", experiment_ids=["0"], filter=quoted).json()
    assert [r["info"]["run_id"] for r in search["runs"]] == [made["info"]["run_id"]]


def test_outputs_must_be_named(post, run):
    answer = post("runs/outputs", run_id=run)
    assert answer.status_code == 400
    assert "'models'" in answer.json()["message"]


def test_a_dataset_of_a_metric_has_both_name_and_digest(post, run):
    model = post("logged-models", experiment_id="0").json()["model"]["info"]["model_id"]
    point = {"key": "m", "value": 1, "timestamp": 1, "model_id": model}
    for part in ({"dataset_name": "d"}, {"dataset_digest": "1"}):
        assert post("runs/log-metric", run_id=run, **point, **part).status_code == 400
