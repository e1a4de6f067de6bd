"""The registry as the stock client uses it, over HTTP."""

import secrets

import httpx
import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException


@pytest.fixture
def client(server, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", server.token)
    return MlflowClient(server.url, server.url)


@pytest.fixture
def name():
    return f"model-{secrets.token_hex(4)}"


def code(error):
    return error.value.error_code


def test_the_life_of_a_model(client, name):
    made = client.create_registered_model(name, tags={"team": "red"}, description="first")
    assert (made.name, made.tags, made.description) == (name, {"team": "red"}, "first")
    client.set_registered_model_tag(name, "team", "blue")
    client.set_registered_model_tag(name, "empty", "")
    client.delete_registered_model_tag(name, "absent")
    assert client.get_registered_model(name).tags == {"team": "blue", "empty": ""}
    assert client.update_registered_model(name, "second").description == "second"
    client.rename_registered_model(name, name + "-2")
    assert client.get_registered_model(name + "-2").description == "second"
    client.delete_registered_model(name + "-2")
    with pytest.raises(MlflowException) as error:
        client.get_registered_model(name + "-2")
    assert code(error) == "RESOURCE_DOES_NOT_EXIST"


def test_the_life_of_a_version(client, name):
    run = client.create_run("0")
    client.create_registered_model(name)
    source = f"{run.info.artifact_uri}/model"
    made = client.create_model_version(name, source, run.info.run_id, tags={"a": "1"}, description="d")
    assert (made.version, made.source, made.run_id, made.status) == ("1", source, run.info.run_id, "READY")
    client.set_model_version_tag(name, "1", "b", "2")
    client.delete_model_version_tag(name, "1", "a")
    client.set_registered_model_alias(name, "champion", "1")
    found = client.get_model_version_by_alias(name, "champion")
    assert (found.tags, found.aliases, found.description) == ({"b": "2"}, ["champion"], "d")
    assert client.get_model_version_by_alias(name, "latest").version == "1"
    assert client.get_registered_model(name).aliases == {"champion": "1"}
    assert client.get_model_version_download_uri(name, "1") == source
    assert client.update_model_version(name, "1", "e").description == "e"
    moved = client.transition_model_version_stage(name, "1", "production", archive_existing_versions=True)
    assert moved.current_stage == "Production"
    assert [v.version for v in client.get_latest_versions(name, ["Production"])] == ["1"]
    client.delete_model_version(name, "1")
    with pytest.raises(MlflowException, match="Registered model alias champion not found") as error:
        client.get_model_version_by_alias(name, "champion")
    assert code(error) == "INVALID_PARAMETER_VALUE"
    assert client.create_model_version(name, source, run.info.run_id).version == "2"


def test_a_copied_version_keeps_its_lineage(client, name):
    run = client.create_run("0")
    client.create_registered_model(name)
    first = client.create_model_version(name, f"{run.info.artifact_uri}/model", run.info.run_id)
    copy = client.copy_model_version(f"models:/{name}/1", name + "-copy")
    assert (copy.version, copy.run_id, copy.source) == ("1", run.info.run_id, f"models:/{name}/1")
    assert client.get_model_version_download_uri(copy.name, "1") == first.source


def test_searches_page_through_everything(client, name):
    for i in range(5):
        client.create_registered_model(f"{name}-{i}")
        client.create_model_version(f"{name}-{i}", "s3://b/x")
    page = client.search_registered_models(f"name LIKE '{name}%'", max_results=2, order_by=["name DESC"])
    found = list(page)
    while page.token:
        page = client.search_registered_models(f"name LIKE '{name}%'", 2, ["name DESC"], page.token)
        found += page
    assert [m.name for m in found] == [f"{name}-{i}" for i in reversed(range(5))]
    assert [m.latest_versions[0].version for m in found] == ["1"] * 5
    found = client.search_model_versions(f"name = '{name}-3'")
    assert [(v.name, v.version) for v in found] == [(f"{name}-3", "1")]


def test_prompts_are_models_that_searches_hide(client, name):
    prompt = client.register_prompt(name, "Hello {{who}}", commit_message="first", tags={"t": "1"})
    assert prompt.version == 1
    assert client.register_prompt(name, "Hi {{who}}").version == 2
    assert client.load_prompt(f"prompts:/{name}/1").template == "Hello {{who}}"
    client.set_prompt_alias(name, "best", 2)
    assert client.load_prompt(f"prompts:/{name}@best").template == "Hi {{who}}"
    assert [p.name for p in client.search_prompts(f"name = '{name}'")] == [name]
    assert list(client.search_registered_models(f"name = '{name}'")) == []
    assert list(client.search_model_versions(f"name = '{name}'")) == []
    with pytest.raises(MlflowException, match="already taken by a prompt"):
        client.create_registered_model(name)


def test_names_taken_and_missing_have_the_protocols_codes(client, name):
    client.create_registered_model(name)
    with pytest.raises(MlflowException, match="already exists") as error:
        client.create_registered_model(name)
    assert code(error) == "RESOURCE_ALREADY_EXISTS"
    with pytest.raises(MlflowException, match="must be an integer, got 'abc'") as error:
        client.get_model_version(name, "abc")
    assert code(error) == "INVALID_PARAMETER_VALUE"
    with pytest.raises(MlflowException, match="Names cannot contain") as error:
        client.create_registered_model("a/b")
    assert code(error) == "INVALID_PARAMETER_VALUE"


def test_old_clients_find_the_registry_below_preview(server, client, name):
    client.create_registered_model(name)
    with server.client() as http:
        models = http.get(
            "/api/2.0/preview/mlflow/registered-models/list", params={"max_results": 1000}
        ).json()
        assert name in [model["name"] for model in models["registered_models"]]
        latest = http.post(
            "/api/2.0/preview/mlflow/registered-models/get-latest-versions", json={"name": name}
        )
        assert latest.json() == {}


def test_a_version_without_description_run_or_link_answers_them_empty(server, client, name):
    client.create_registered_model(name)
    with server.client() as http:
        body = {"name": name, "source": "s3://b/x", "deployment_job_id": "7"}
        version = http.post("/api/2.0/mlflow/model-versions/create", json=body).json()["model_version"]
    assert all(version.pop(key) for key in ("creation_timestamp", "last_updated_timestamp", "user_id"))
    assert version == {
        "name": name,
        "version": "1",
        "current_stage": "None",
        "description": "",
        "source": "s3://b/x",
        "run_id": "",
        "status": "READY",
        "run_link": "",
    }


def test_files_of_a_version_come_through_the_server(server, client, name, tmp_path):
    (tmp_path / "MLmodel").write_text("flavors: {}")
    run = client.create_run("0")
    client.log_artifact(run.info.run_id, str(tmp_path / "MLmodel"), "model")
    client.create_registered_model(name)
    for source in (f"{run.info.artifact_uri}/model", f"runs:/{run.info.run_id}/model"):
        client.create_model_version(name, source, run.info.run_id)
    client.create_model_version(name, "s3://b/x")
    with server.client() as http:

        def get(version, path) -> httpx.Response:
            params = {"name": name, "version": version, "path": path}
            return http.get("/model-versions/get-artifact", params=params)

        for version in ("1", "2"):
            answer = get(version, "MLmodel")
            assert (answer.status_code, answer.text) == (200, "flavors: {}")
            assert answer.headers["content-disposition"].startswith("attachment")
        assert get("1", "absent").status_code == get("9", "MLmodel").status_code == 404
        for path in ("../x", "/etc/passwd", "%2e%2e/x", "a/../../x"):
            assert (get("1", path).status_code, get("1", path).json()["message"]) == (400, "Invalid path")
        assert get("3", "MLmodel").status_code == 400


def test_files_of_a_version_are_listed_wherever_they_lie(server, client, name, tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "MLmodel").write_text("flavors: {}")
    (tmp_path / "model" / "data").mkdir()
    (tmp_path / "model" / "data" / "weights").write_text("12345")
    run = client.create_run("0")
    client.log_artifacts(run.info.run_id, str(tmp_path / "model"), "model")
    logged = client.create_logged_model("0", name="later", source_run_id=run.info.run_id)
    client.log_model_artifacts(logged.model_id, str(tmp_path / "model"))
    client.create_registered_model(name)
    run_id = run.info.run_id
    for source in (
        f"{run.info.artifact_uri}/model",
        f"runs:/{run_id}/model",
        f"runs:/{run_id}/later",
        f"models:/{logged.model_id}",
    ):
        client.create_model_version(name, source, run_id)
    client.create_model_version(name, "s3://b/x")
    with server.client() as http:

        def listed(version, path="") -> httpx.Response:
            params = {"name": name, "version": version, "path": path}
            return http.get("/api/v1/model-versions/artifacts", params=params)

        for version in ("1", "2", "3", "4"):
            found = [(one["path"], one["is_dir"]) for one in listed(version).json()["files"]]
            assert found == [("MLmodel", False), ("data", True)], version
            below = listed(version, "data").json()["files"]
            assert [(one["path"], one["file_size"]) for one in below] == [("data/weights", 5)]
            assert not listed(version, "absent").json().get("files")
        assert listed("9").status_code == 404
        assert listed("1", "../x").status_code == 400
        assert "s3://b/x" in listed("5").json()["message"]


def test_a_version_tells_who_registered_it(server, client, name):
    client.create_registered_model(name)
    with server.client() as http:
        me = http.get("/api/v1/me").json()["name"]
    client.create_model_version(name, "s3://b/x")
    assert client.get_model_version(name, "1").user_id == me
