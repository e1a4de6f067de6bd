"""Logged models as the stock client uses them, over HTTP."""

import secrets

import pytest
from mlflow import MlflowClient
from mlflow.entities import LoggedModelOutput, Metric
from mlflow.entities.logged_model_status import LoggedModelStatus
from mlflow.exceptions import MlflowException


@pytest.fixture
def client(server, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", server.token)
    return MlflowClient(server.url, server.url)


@pytest.fixture
def home(client):
    return client.create_experiment(f"e-{secrets.token_hex(4)}")


def test_the_life_of_a_logged_model(client, home, tmp_path):
    run = client.create_run(home)
    made = client.create_logged_model(
        home, "lm", source_run_id=run.info.run_id, tags={"a": "1"}, params={"p": "x"}, model_type="Agent"
    )
    assert made.status == LoggedModelStatus.PENDING
    client.log_model_params(made.model_id, {f"p{i}": "v" for i in range(250)})
    client.set_logged_model_tags(made.model_id, {"b/c": "2"})
    client.delete_logged_model_tag(made.model_id, "a")
    (tmp_path / "sub").mkdir()
    (tmp_path / "MLmodel").write_text("flavors: {}")
    (tmp_path / "sub" / "weights.bin").write_bytes(b"\0" * 1000)
    client.log_model_artifacts(made.model_id, str(tmp_path))
    done = client.finalize_logged_model(made.model_id, "READY")
    assert done.status == LoggedModelStatus.READY
    client.log_metric(run.info.run_id, "acc", 0.5, model_id=made.model_id)
    client.log_batch(
        run.info.run_id,
        [Metric("acc", float("nan"), 5, 1, model_id=made.model_id, dataset_name="d", dataset_digest="x")],
    )
    client.log_outputs(run.info.run_id, [LoggedModelOutput(made.model_id, 3)])
    found = client.get_logged_model(made.model_id)
    assert (found.name, found.model_type, found.tags) == ("lm", "Agent", {"b/c": "2"})
    assert len(found.params) == 251
    assert [(m.key, str(m.value), m.dataset_name) for m in found.metrics] == [
        ("acc", "0.5", None),
        ("acc", "nan", "d"),
    ]
    assert [f.path for f in client.list_logged_model_artifacts(made.model_id)] == ["MLmodel", "sub"]
    assert [f.path for f in client.list_logged_model_artifacts(made.model_id, "sub")] == ["sub/weights.bin"]
    output = client.get_run(run.info.run_id).outputs.model_outputs[0]
    assert (output.model_id, output.step) == (made.model_id, 3)
    client.delete_logged_model(made.model_id)
    with pytest.raises(MlflowException, match="not found") as error:
        client.get_logged_model(made.model_id)
    assert error.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_tags_with_slashes_can_be_removed(client, home):
    model_id = client.create_logged_model(home, tags={"b/c": "1"}).model_id
    client.delete_logged_model_tag(model_id, "b/c")
    assert client.get_logged_model(model_id).tags == {}


def test_a_search_with_filter_order_and_pages(client, home):
    run = client.create_run(home)
    for i in range(4):
        model = client.create_logged_model(home, f"m{i}", params={"i": str(i)})
        client.log_metric(run.info.run_id, "loss", 4 - i, model_id=model.model_id)
    order = [{"field_name": "metrics.loss", "ascending": True}]
    page = client.search_logged_models([home], "metrics.loss < 4", max_results=2, order_by=order)
    names = [model.name for model in page]
    again = client.search_logged_models([home], "metrics.loss < 4", None, 2, order, page.token)
    assert names + [model.name for model in again] == ["m3", "m2", "m1"]
    assert again.token is None
    assert [m.name for m in client.search_logged_models([home], "params.i = '2'")] == ["m2"]
    with pytest.raises(MlflowException, match="Filter string in the page token does not match"):
        client.search_logged_models([home], "metrics.loss < 5", None, 2, order, page.token)


def test_a_registered_logged_model_names_its_versions(client, home):
    name = f"registered-{secrets.token_hex(4)}"
    model = client.create_logged_model(home)
    client.create_registered_model(name)
    for _ in range(2):
        client.create_model_version(name, f"models:/{model.model_id}", model_id=model.model_id)
    tag = client.get_logged_model(model.model_id).tags["mlflow.modelVersions"]
    assert tag == f'[{{"name": "{name}", "version": 1}}, {{"name": "{name}", "version": 2}}]'
    assert client.get_model_version_download_uri(name, "2") == model.artifact_location


def test_files_come_through_the_server(server, client, home, tmp_path):
    model = client.create_logged_model(home)
    (tmp_path / "MLmodel").write_text("flavors: {}")
    client.log_model_artifacts(model.model_id, str(tmp_path))
    url = f"/ajax-api/2.0/mlflow/logged-models/{model.model_id}/artifacts/files"
    with server.client() as http:
        answer = http.get(url, params={"artifact_file_path": "MLmodel"})
        assert (answer.status_code, answer.text) == (200, "flavors: {}")
        assert http.get(url, params={"artifact_file_path": "absent"}).status_code == 404
        assert http.get(url, params={"artifact_file_path": "../x"}).json()["message"] == "Invalid path"
        assert http.get(url).status_code == 400


def test_bad_requests_name_what_is_wrong(server, client, home):
    with server.client() as http:

        def refused(method, path, **body):
            answer = http.request(method, f"/api/2.0/mlflow/logged-models{path}", json=body)
            assert answer.status_code in (400, 404), answer.text
            return answer.json()["message"]

        model_id = client.create_logged_model(home).model_id
        assert "'experiment_id'" in refused("POST", "")
        assert "'experiment_ids'" in refused("POST", "/search")
        assert "'max_results'" in refused("POST", "/search", experiment_ids=[home], max_results=-1)
        assert "'params[0].key'" in refused("POST", "", experiment_id=home, params=[{"value": "x"}])
        assert "'status'" in refused("PATCH", f"/{model_id}")
        assert "'status'" in refused("PATCH", f"/{model_id}", status="FOO")
        assert "'tags'" in refused("PATCH", f"/{model_id}/tags", tags="x")
        assert "not found" in refused("PATCH", "/nope/tags", tags=[{"key": "a", "value": "b"}])
        assert (
            http.patch(f"/api/2.0/mlflow/logged-models/{model_id}", json={"status": 2}).json()["model"][
                "info"
            ]["status"]
            == "LOGGED_MODEL_READY"
        )
