"""What MLflow's own page on workspaces shows, against the tracking URI in the first argument."""

import sys

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

URI, NAME = sys.argv[1:]


def refused(code, call, *args, **named):
    told = None
    try:
        call(*args, **named)
    except MlflowException as error:
        told = error.error_code
    assert told == code, (call, told)


mlflow.set_tracking_uri(URI)
made = mlflow.create_workspace(NAME, description="seeing")
assert (made.name, made.description) == (NAME, "seeing"), made
assert mlflow.get_workspace(NAME) == made
assert made in mlflow.list_workspaces()
refused("RESOURCE_ALREADY_EXISTS", mlflow.create_workspace, NAME)
refused("RESOURCE_DOES_NOT_EXIST", mlflow.get_workspace, NAME + "-none")
changed = mlflow.update_workspace(NAME, description="hearing")
assert changed.description == "hearing"
assert mlflow.get_workspace("default").name == "default"

# Nothing said about an experiment: the client logs to "0".
mlflow.set_workspace(NAME)
with mlflow.start_run() as run:
    mlflow.log_metric("loss", 0.3)
    mlflow.log_text("hello", "notes/a.txt")
    mlflow.log_dict({"a": 1}, "b.json")
assert run.info.experiment_id != "0"
assert mlflow.get_experiment("0").experiment_id == run.info.experiment_id
assert mlflow.get_experiment_by_name("Default").experiment_id == run.info.experiment_id
(row,) = mlflow.search_runs(output_format="list")
assert row.info.run_id == run.info.run_id
assert row.data.metrics == {"loss": 0.3}
client = MlflowClient()
assert sorted(f.path for f in client.list_artifacts(run.info.run_id)) == ["b.json", "notes"]
assert mlflow.artifacts.load_text(f"{run.info.artifact_uri}/notes/a.txt") == "hello"
client.create_registered_model("shared")
mlflow.set_experiment("mine")
with mlflow.start_run() as second:
    pass

mlflow.set_workspace("default")
refused("RESOURCE_DOES_NOT_EXIST", client.get_run, run.info.run_id)
assert mlflow.get_experiment_by_name("mine") is None
assert not [m for m in client.search_registered_models() if m.name == "shared"]
assert run.info.run_id not in [
    r.info.run_id for r in mlflow.search_runs(search_all_experiments=True, output_format="list")
]

mlflow.set_workspace(NAME)
assert client.get_run(second.info.run_id).info.status == "FINISHED"
mlflow.set_workspace(None)

refused("INVALID_STATE", mlflow.delete_workspace, NAME)
refused("INVALID_PARAMETER_VALUE", mlflow.delete_workspace, "default", mode="CASCADE")
mlflow.delete_workspace(NAME, mode="CASCADE")
refused("RESOURCE_DOES_NOT_EXIST", mlflow.get_workspace, NAME)
MlflowClient().create_workspace(NAME)
MlflowClient().delete_workspace(NAME)  # nothing in it
print("passed")
