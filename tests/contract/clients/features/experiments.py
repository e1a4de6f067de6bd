"""Experiments: made, found, renamed, deleted, restored, tagged, searched."""

import mlflow
from lab import feature, refused
from mlflow.entities import ViewType


@feature("experiments")
def experiments(lab):
    name = lab.name("ex périment/№1")
    made = lab.client.create_experiment(name)
    assert lab.client.get_experiment(made).name == name
    assert lab.client.get_experiment_by_name(name).experiment_id == made
    assert lab.client.get_experiment_by_name(lab.name("nobody's")) is None
    refused("RESOURCE_ALREADY_EXISTS", lab.client.create_experiment, name)
    renamed = lab.name("renamed")
    lab.client.rename_experiment(made, renamed)
    assert lab.client.get_experiment(made).name == renamed
    assert lab.client.get_experiment_by_name(name) is None


@feature("default experiment")
def default_experiment(lab):
    assert lab.client.get_experiment("0").name == "Default"


@feature("delete and restore an experiment")
def delete_and_restore(lab):
    made = lab.experiment()
    run = lab.run(made)
    lab.client.delete_experiment(made)
    assert lab.client.get_experiment(made).lifecycle_stage == "deleted"
    assert lab.client.get_run(run).info.lifecycle_stage == "deleted"
    assert made not in _listed(lab, ViewType.ACTIVE_ONLY)
    assert made in _listed(lab, ViewType.DELETED_ONLY)
    lab.client.restore_experiment(made)
    assert made in _listed(lab, ViewType.ACTIVE_ONLY)
    assert lab.client.get_run(run).info.lifecycle_stage == "active"


@feature("set_experiment finds or makes")
def set_experiment(lab):
    name = lab.name("set")
    mlflow.set_experiment(name)
    with mlflow.start_run() as first:
        pass
    mlflow.set_experiment(name)
    with mlflow.start_run() as second:
        pass
    assert first.info.experiment_id == second.info.experiment_id
    assert lab.client.get_experiment(first.info.experiment_id).name == name


@feature("experiment tags", "MlflowClient.set_experiment_tag")
def experiment_tags(lab):
    made = lab.experiment()
    lab.client.set_experiment_tag(made, "team", "tea pot ☕")
    lab.client.set_experiment_tag(made, "team", "kettle")
    assert lab.client.get_experiment(made).tags["team"] == "kettle"


@feature("search experiments", "MlflowClient.search_experiments")
def search_experiments(lab):
    word = lab.name("wanted")
    made = [lab.client.create_experiment(f"{word} {i}", tags={"n": str(i)}) for i in range(3)]

    def found(condition, **more):
        where = f"name LIKE '{word}%'{condition}"
        return [e.experiment_id for e in lab.client.search_experiments(filter_string=where, **more)]

    assert found("") == made[::-1]
    assert found("", order_by=["name ASC"]) == made
    assert found(" AND tags.n != '1'", order_by=["name"]) == [made[0], made[2]]
    page = lab.client.search_experiments(max_results=2, filter_string=f"name ILIKE '{word.upper()}%'")
    rest = lab.client.search_experiments(
        max_results=2, filter_string=f"name ILIKE '{word.upper()}%'", page_token=page.token
    )
    assert [e.experiment_id for e in list(page) + list(rest)] == made[::-1]


def _listed(lab, view):
    if hasattr(lab.client, "search_experiments"):
        return [e.experiment_id for e in lab.client.search_experiments(view_type=view)]
    return [e.experiment_id for e in lab.client.list_experiments(view)]
