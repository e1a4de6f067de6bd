"""The model registry: models, versions, stages, aliases, tags, search."""

import mlflow
from lab import feature, refused, version

from features.models import fitted, named

NEEDS = "MlflowClient.create_registered_model"


@feature("registered models", NEEDS)
def registered_models(lab):
    name = lab.name("model")
    made = lab.client.create_registered_model(name, tags={"a": "1"}, description="first")
    assert (made.name, made.description, made.tags) == (name, "first", {"a": "1"})
    refused("RESOURCE_ALREADY_EXISTS", lab.client.create_registered_model, name)
    lab.client.update_registered_model(name, "second")
    lab.client.set_registered_model_tag(name, "b", "2")
    lab.client.delete_registered_model_tag(name, "a")
    got = lab.client.get_registered_model(name)
    assert (got.description, got.tags) == ("second", {"b": "2"})
    renamed = lab.name("renamed")
    lab.client.rename_registered_model(name, renamed)
    assert lab.client.get_registered_model(renamed).description == "second"
    refused("RESOURCE_DOES_NOT_EXIST", lab.client.get_registered_model, name)
    lab.client.delete_registered_model(renamed)
    refused("RESOURCE_DOES_NOT_EXIST", lab.client.get_registered_model, renamed)


@feature("model versions", NEEDS)
def model_versions(lab):
    name, run_id = _registered(lab, 3)
    got = lab.client.get_model_version(name, "2")
    assert (got.version, got.run_id, got.status, got.current_stage) in (
        ("2", run_id, "READY", "None"),
        (2, run_id, "READY", "None"),
    )
    lab.client.update_model_version(name, "2", "the second")
    lab.client.set_model_version_tag(name, "2", "k", "v")
    got = lab.client.get_model_version(name, "2")
    assert (got.description, got.tags) == ("the second", {"k": "v"})
    lab.client.delete_model_version_tag(name, "2", "k")
    assert lab.client.get_model_version(name, "2").tags == {}
    assert lab.client.get_model_version_download_uri(name, "1") == got.source
    lab.client.delete_model_version(name, "3")
    refused("RESOURCE_DOES_NOT_EXIST", lab.client.get_model_version, name, "3")
    again = lab.client.create_model_version(name, got.source, run_id)
    assert int(again.version) == 4


@feature("stages", NEEDS)
def stages(lab):
    name, _ = _registered(lab, 2)
    lab.client.transition_model_version_stage(name, "1", "production")
    assert lab.client.get_model_version(name, "1").current_stage == "Production"
    lab.client.transition_model_version_stage(name, "2", "Production", archive_existing_versions=True)
    assert lab.client.get_model_version(name, "1").current_stage == "Archived"
    (latest,) = lab.client.get_latest_versions(name, ["Production"])
    assert int(latest.version) == 2
    every = lab.client.get_latest_versions(name)
    assert {(m.current_stage, int(m.version)) for m in every} == {("Archived", 1), ("Production", 2)}
    refused("INVALID_PARAMETER_VALUE", lab.client.transition_model_version_stage, name, "2", "Shelved")


@feature("aliases", "MlflowClient.set_registered_model_alias")
def aliases(lab):
    name, _ = _registered(lab, 2)
    lab.client.set_registered_model_alias(name, "champion", "1")
    assert int(lab.client.get_model_version_by_alias(name, "champion").version) == 1
    lab.client.set_registered_model_alias(name, "champion", "2")
    assert int(lab.client.get_model_version_by_alias(name, "champion").version) == 2
    assert lab.client.get_model_version(name, "2").aliases == ["champion"]
    assert {k: int(v) for k, v in lab.client.get_registered_model(name).aliases.items()} == {"champion": 2}
    lab.client.delete_registered_model_alias(name, "champion")
    refused("INVALID_PARAMETER_VALUE", lab.client.get_model_version_by_alias, name, "champion")


@feature("registry search", "MlflowClient.search_registered_models")
def registry_search(lab):
    word = lab.name("wanted")
    names = [f"{word} {i}" for i in range(5)]
    for name in names:
        lab.client.create_registered_model(name)
    where = f"name LIKE '{word}%'"
    found, token = [], None
    for size in (2, 2, 1):
        page = lab.client.search_registered_models(where, max_results=2, page_token=token)
        assert len(page) == size
        found += [m.name for m in page]
        token = page.token
    assert found == names
    assert not token
    backwards = lab.client.search_registered_models(where, order_by=["name DESC"])
    assert [m.name for m in backwards] == names[::-1]


@feature("list registered models", "MlflowClient.list_registered_models")
def registry_list(lab):
    name = lab.name("listed")
    lab.client.create_registered_model(name)
    assert name in [m.name for m in lab.client.list_registered_models(max_results=1000)]


@feature("version search", NEEDS)
def version_search(lab):
    name, run_id = _registered(lab, 3)
    found = lab.client.search_model_versions(f"name='{name}'")
    assert sorted(int(m.version) for m in found) == [1, 2, 3]
    found = lab.client.search_model_versions(f"run_id='{run_id}'")
    assert sorted(int(m.version) for m in found) == [1, 2, 3]
    if version() >= (2, 3):
        order = ["version_number ASC"]
        page = lab.client.search_model_versions(f"name='{name}'", max_results=2, order_by=order)
        assert [int(m.version) for m in page] == [1, 2]
        page = lab.client.search_model_versions(
            f"name='{name}'", max_results=2, order_by=order, page_token=page.token
        )
        assert [int(m.version) for m in page] == [3]


@feature("log_model registers a version", NEEDS)
def log_model_registers(lab):
    model, x = fitted()
    name = lab.name("by log_model")
    with mlflow.start_run(experiment_id=lab.experiment()) as run:
        mlflow.sklearn.log_model(model, registered_model_name=name, **named("model"))
    mlflow.register_model(f"runs:/{run.info.run_id}/model", name)
    assert (mlflow.sklearn.load_model(f"models:/{name}/2").predict(x) == model.predict(x)).all()
    lab.client.transition_model_version_stage(name, "1", "Staging")
    assert (mlflow.sklearn.load_model(f"models:/{name}/Staging").predict(x) == model.predict(x)).all()
    if hasattr(lab.client, "set_registered_model_alias"):
        lab.client.set_registered_model_alias(name, "champion", "1")
        assert (mlflow.sklearn.load_model(f"models:/{name}@champion").predict(x) == model.predict(x)).all()
        assert (mlflow.pyfunc.load_model(f"models:/{name}/latest").predict(x) == model.predict(x)).all()


def _registered(lab, count):
    """A registered model with that many versions, all of one run."""
    run_id = lab.run()
    name = lab.name("model")
    lab.client.create_registered_model(name)
    source = lab.client.get_run(run_id).info.artifact_uri + "/model"
    for _ in range(count):
        lab.client.create_model_version(name, source, run_id)
    return name, run_id
