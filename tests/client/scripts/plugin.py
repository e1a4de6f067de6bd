"""What a user does with the plug-in, start to end, on any MLflow from 1.30.

Run as ``plugin.py TRACKING_URI``; ``--models`` adds models and the registry, ``--pasted`` says that the URI
is a foreign ``azureml:`` one.
"""

import contextlib
import os
import sys
import tempfile
import uuid
from pathlib import Path

import mlflow
from mlflow.tracking import MlflowClient


@contextlib.contextmanager
def raises(text):
    """The block fails with this text; pytest is not among what old environments hold."""
    try:
        yield
    except Exception as error:
        if text not in str(error):
            raise
    else:
        raise AssertionError(f"no error with {text}")


MAJOR = int(mlflow.__version__.partition(".")[0])
uri = sys.argv[1]
mlflow.set_tracking_uri(uri)
client = MlflowClient()
name = f"plugin-{uuid.uuid4().hex}"
folder = Path(tempfile.mkdtemp())
(folder / "sub").mkdir()
(folder / "a file.txt").write_text("a")
(folder / "sub" / "b.txt").write_text("b")
big = os.urandom(3 * 2**20)
(folder / "sub" / "big.bin").write_bytes(big)

mlflow.set_experiment(name)
with mlflow.start_run(run_name="first") as run:
    mlflow.log_param("alpha", 0.03)
    mlflow.log_metric("loss", 0.5, step=1)
    mlflow.log_metrics({"loss": 0.25, "other": 1.0}, step=2)
    mlflow.set_tag("kind", "test")
    mlflow.log_artifact(str(folder / "a file.txt"))
    mlflow.log_artifact(str(folder / "a file.txt"), "deep/er")
    mlflow.log_artifacts(str(folder), "all")
    mlflow.log_text("hello", "text/hello.txt")
run_id = run.info.run_id

found = client.get_run(run_id)
assert found.info.status == "FINISHED", found.info
assert found.data.metrics == {"loss": 0.25, "other": 1.0}, found.data
assert found.data.params == {"alpha": "0.03"}
assert [point.value for point in client.get_metric_history(run_id, "loss")] == [0.5, 0.25]
assert found.info.artifact_uri.startswith("mlflow-artifacts:/"), found.info.artifact_uri

runs = mlflow.search_runs(
    experiment_names=[name], filter_string="metrics.loss < 0.3 and params.alpha = '0.03'"
)
assert list(runs["run_id"]) == [run_id]

listed = {(info.path, info.is_dir) for info in client.list_artifacts(run_id)}
assert listed == {("a file.txt", False), ("all", True), ("deep", True), ("text", True)}, listed
below = {(info.path, info.file_size) for info in client.list_artifacts(run_id, "all/sub")}
assert below == {("all/sub/b.txt", 1), ("all/sub/big.bin", len(big))}, below
assert client.list_artifacts(run_id, "a file.txt") == []

got = Path(mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="all"))
assert (got / "sub" / "big.bin").read_bytes() == big
got = mlflow.artifacts.download_artifacts(f"{found.info.artifact_uri}/a file.txt")
assert Path(got).read_text() == "a"
got = mlflow.artifacts.download_artifacts(f"runs:/{run_id}/deep/er/a file.txt")
assert Path(got).read_text() == "a"
assert mlflow.artifacts.load_text(f"runs:/{run_id}/text/hello.txt") == "hello"
assert Path(client.download_artifacts(run_id, "all/sub/b.txt")).read_text() == "b"
with raises("nothing.txt"):
    mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="nothing.txt")

repository = mlflow.store.artifact.artifact_repository_registry.get_artifact_repository(
    found.info.artifact_uri
)
repository.delete_artifacts("all/sub")
assert client.list_artifacts(run_id, "all/sub") == []

if MAJOR >= 3:
    there = f"{uri.rstrip('/')}/artifacts/{found.info.artifact_uri.partition(':/')[2]}/text/hello.txt"
    if "/workspaces/" in uri and "--pasted" not in sys.argv:
        assert mlflow.artifacts.load_text(there) == "hello"
    other = MlflowClient(tracking_uri=uri)
    mlflow.set_tracking_uri("sqlite:///" + str(folder / "elsewhere.db"))
    assert Path(other.download_artifacts(run_id, "text/hello.txt")).read_text() == "hello"
    other.log_text(run_id, "more", "text/more.txt")
    mlflow.set_tracking_uri(uri)

if "--pasted" in sys.argv:
    there = f"{uri}/experiments/{name}/runs/{run_id}/artifacts/text/hello.txt"
    assert mlflow.artifacts.load_text(there) == "hello"

if "--models" in sys.argv:
    from sklearn.linear_model import Ridge

    model = Ridge(alpha=0.03).fit([[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0])
    named = {"name": "model"} if MAJOR >= 3 else {"artifact_path": "model"}
    with mlflow.start_run() as run:
        mlflow.sklearn.log_model(model, **named)
    loaded = mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/model")
    assert (loaded.predict([[3.0]]) == model.predict([[3.0]])).all()
    version = mlflow.register_model(f"runs:/{run.info.run_id}/model", name)
    assert str(version.version) == "1"
    loaded = mlflow.pyfunc.load_model(f"models:/{name}/1")
    assert (loaded.predict([[3.0]]) == model.predict([[3.0]])).all()
    assert [model.name for model in client.search_registered_models(f"name = '{name}'")] == [name]

print("all well")
