"""Runs that code makes: their life, tags, properties, files, children, snapshots and models."""

import io
import uuid
import zipfile

import pytest

from azureml.core import Run, ScriptRun, get_run
from azureml.exceptions import (
    ActivityFailedException,
    ModelPathNotFoundException,
    ServiceException,
    SnapshotException,
    UnsupportedFeatureException,
    UserErrorException,
)
from azureml.widgets import RunDetails


@pytest.fixture
def run(experiment):
    return experiment.start_logging(snapshot_directory=None)


def test_managing_runs(experiment):
    run = experiment.start_logging(display_name="first")
    assert (run.get_status(), run.type, run.display_name) == ("Running", None, "first")
    run.log(name="message", value="Hello from run!")
    assert run.get_status() == "Running"
    run.complete()
    assert run.get_status() == run.status == "Completed"
    with experiment.start_logging() as second:
        second.log(name="message", value="Hello from second run!")
        assert second.get_status() == "Running"
    assert second.get_status() == "Completed"
    third = experiment.start_logging()
    third.fail(error_details="it broke", error_code="Broken")
    assert third.get_details()["error"]["error"] == {"code": "Broken", "message": "it broke"}
    with pytest.raises(ActivityFailedException, match="it broke"):
        third.wait_for_completion()
    with pytest.raises(ZeroDivisionError), experiment.start_logging() as fourth:
        raise ZeroDivisionError
    assert fourth.get_status() == "Failed"
    fifth = experiment.start_logging()
    fifth.cancel()
    assert fifth.get_status() == "Canceled"
    order = [one.id for one in experiment.get_runs()]
    assert order == [one.id for one in (fifth, fourth, third, second, run)]
    assert (run.number, fifth.number) == (1, 5)
    assert [one.id for one in Run.list(experiment, status="Failed")] == [fourth.id, third.id]
    details = run.get_details()
    assert (details["runId"], details["target"], details["status"]) == (run.id, "sdk", "Completed")
    assert details["startTimeUtc"] <= details["endTimeUtc"]
    assert "runDefinition" not in details
    assert run.wait_for_completion(show_output=True)["status"] == "Completed"


def test_what_a_run_shows_of_itself(run, experiment, server):
    for word in (f"Experiment: {experiment.name}", f"Id: {run.id}", "Type: None", "Status: Running"):
        assert word in repr(run)
    assert run.get_portal_url() in run._repr_html_()
    assert (
        run.get_portal_url() == f"{server.url}/workspaces/default/#/experiments/{experiment.id}/runs/{run.id}"
    )
    assert run.get_detailed_status() == {"status": "Running", "details": None}
    run.display_name = "renamed"
    run.description = "about **it**"
    again = Run(experiment=experiment, run_id=run.id)
    assert (again.display_name, again.name, again.description) == ("renamed", "renamed", "about **it**")
    assert again.get_tags() == {}


def test_the_widget(run, capsys):
    RunDetails(run).show()
    assert run.get_portal_url() in capsys.readouterr().out


def test_runs_are_found_by_id(run, experiment, ws):
    for found in (get_run(experiment, run.id), Run.get(ws, run.id), ws.get_run(run.id)):
        assert (found.id, found.experiment.name) == (run.id, experiment.name)
    for find in (lambda: get_run(experiment, "0" * 32), lambda: ws.get_run("0" * 32)):
        with pytest.raises(ServiceException, match="not found"):
            find()


def test_tags_and_properties(run, experiment):
    other = experiment.start_logging(snapshot_directory=None)
    run.add_properties({"author": "azureml-user"})
    with pytest.raises(ServiceException, match=r"author.*azureml-user.*never change"):
        run.add_properties({"author": "different-user"})
    run.add_properties({"author": "azureml-user", "n": 1})
    assert run.get_properties() == run.properties == {"author": "azureml-user", "n": "1"}
    run.tag("quality", "great run")
    run.tag("quality", "fantastic run")
    run.tag("worth another look")
    run.set_tags({"odd": "it's `50%`", "a/b": None})
    with pytest.raises(UserErrorException, match="may only contain"):
        run.tag("it's")
    assert run.get_tags() == {
        "quality": "fantastic run",
        "worth another look": None,
        "odd": "it's `50%`",
        "a/b": None,
    }
    for wanted in (
        {"tags": {"quality": "fantastic run"}, "properties": {"author": "azureml-user"}},
        {"tags": "worth another look"},
        {"tags": {"worth another look": None}},
        {"tags": {"odd": "it's `50%`", "a/b": None}},
        {"properties": "author"},
    ):
        assert [one.id for one in experiment.get_runs(**wanted)] == [run.id], wanted
    for wanted in ({"tags": {"quality": "great run"}}, {"properties": {"author": "x"}}, {"type": "other"}):
        assert list(experiment.get_runs(**wanted)) == [], wanted
    run.remove_tags(["quality", "a/b"])
    assert run.get_tags() == {"worth another look": None, "odd": "it's `50%`"}
    assert other.get_tags() == {}
    with pytest.raises(UserErrorException, match="tags"):
        experiment.get_runs(tags=3)


def test_children(run, experiment):
    first = run.child_run("first")
    with run.child_run() as second:
        second.log("x", 1)
    grandchild = first.child_run()
    assert first.parent.id == run.id
    assert [one.id for one in run.get_children()] == [second.id, first.id]
    assert {one.id for one in run.get_children(recursive=True)} == {first.id, second.id, grandchild.id}
    assert [one.id for one in run.get_children(status="Completed")] == [second.id]
    assert [one.id for one in experiment.get_runs()] == [run.id]
    assert run.get_metrics(recursive=True) == {
        run.id: {},
        first.id: {},
        second.id: {"x": 1},
        grandchild.id: {},
    }
    made = run.create_children(tag_key="fold", tag_values=[1, 2])
    assert [one.get_tags() for one in made] == [{"fold": "1"}, {"fold": "2"}]
    assert len(run.create_children(count=3)) == 3
    for wrong in ({}, {"count": 1, "tag_key": "a", "tag_values": ["b"]}, {"tag_key": "a"}, {"count": 101}):
        with pytest.raises(UserErrorException, match="create_children"):
            run.create_children(**wrong)
    with pytest.raises(UnsupportedFeatureException, match="id"):
        run.child_run(run_id="mine")


def test_nested_runs_of_mlflow_are_children(run, experiment, python):
    program = (
        "import mlflow; mlflow.set_tracking_uri({!r}); mlflow.set_experiment({!r})\n"
        "with mlflow.start_run(run_id={!r}), mlflow.start_run(nested=True) as child:\n"
        "    print(child.info.run_id)"
    )
    uri = experiment.workspace.get_mlflow_tracking_uri()
    printed = python(program.format(uri, experiment.name, run.id))
    (child,) = run.get_children()
    assert child.id in printed


def test_files(run, tmp_path, surroundings):
    (tmp_path / "folder" / "deep").mkdir(parents=True)
    (tmp_path / "folder" / "a.txt").write_text("a")
    (tmp_path / "folder" / "deep" / "b ü%.bin").write_bytes(b"\0b")
    run.upload_folder("data", tmp_path / "folder")
    run.upload_file("./up/c.txt", io.StringIO("çç"))
    run.upload_file("up/d.bin", io.BytesIO(b"d"))
    run.upload_files(["up/c.txt", "e.txt"], [tmp_path / "folder" / "a.txt"] * 2)
    names = ["data/a.txt", "data/deep/b ü%.bin", "e.txt", "up/c.txt", "up/d.bin"]
    assert run.get_file_names() == names
    run.download_file("up/c.txt")
    assert (surroundings / "c.txt").read_text() == "a"
    run.download_file("data/deep/b ü%.bin", output_file_path=tmp_path / "new" / "file")
    assert (tmp_path / "new" / "file").read_bytes() == b"\0b"
    run.download_file("up/d.bin", f"{tmp_path}/new/")
    assert (tmp_path / "new" / "d.bin").read_bytes() == b"d"
    run.download_files(output_directory=tmp_path / "all")
    assert (
        sorted(p.relative_to(tmp_path / "all").as_posix() for p in (tmp_path / "all").rglob("*.*")) == names
    )
    run.download_files("data", tmp_path / "some", append_prefix=False)
    assert (tmp_path / "some" / "deep" / "b ü%.bin").exists()
    run.download_files("up", output_paths=[tmp_path / "1", tmp_path / "2"])
    assert (tmp_path / "2").read_bytes() == b"d"


def test_files_that_are_not_there(run, tmp_path):
    run.upload_file("there.txt", io.BytesIO(b""))
    with pytest.raises(UserErrorException, match=r"no file 'not/there'.*there\.txt"):
        run.download_file("not/there", tmp_path / "x" / "file")
    assert [*tmp_path.rglob("file*")] == []
    with pytest.raises(UserErrorException, match="no file"):
        run.upload_file("x", tmp_path / "nothing")
    with pytest.raises(UserErrorException, match="no folder"):
        run.upload_folder("x", tmp_path / "nothing")
    with pytest.raises(TypeError, match="same length"):
        run.upload_files(["a"], [])
    with pytest.raises(UserErrorException, match="output_paths"):
        run.download_files(output_paths=[])
    for wrong in ("../x", "a/../../x", "", "."):
        with pytest.raises(UserErrorException, match="cannot name a file"):
            run.upload_file(wrong, io.BytesIO(b"x"))
    with pytest.raises(UnsupportedFeatureException, match="datastore"):
        run.upload_file("x", io.BytesIO(b"x"), datastore_name="d")


def test_what_comes_into_outputs_is_kept(experiment, surroundings):
    (surroundings / "outputs").mkdir()
    (surroundings / "outputs" / "old.txt").write_text("of an earlier run")
    run = experiment.start_logging(snapshot_directory=None)
    (surroundings / "outputs" / "sub").mkdir()
    (surroundings / "outputs" / "sub" / "new.txt").write_text("new")
    run.complete()
    assert run.get_file_names() == ["outputs/sub/new.txt"]
    with experiment.start_logging(snapshot_directory=None, outputs=False) as other:
        (surroundings / "outputs" / "newer.txt").write_text("x")
    assert other.get_file_names() == []


def test_snapshots(experiment, surroundings, tmp_path, run):
    (surroundings / "train.py").write_text("print()")
    kept = experiment.start_logging()
    file = kept.restore_snapshot(path=str(tmp_path / "restored"))
    with zipfile.ZipFile(file) as archive:
        assert archive.read("train.py") == b"print()"
    assert kept.get_snapshot_id() in file
    with pytest.raises(SnapshotException, match="no snapshot"):
        run.get_snapshot_id()
    taken = run.take_snapshot(str(surroundings / "train.py"))
    assert run.get_snapshot_id() == taken
    with pytest.raises(SnapshotException, match="already"):
        run.take_snapshot(surroundings)


def test_registering_models(server, run, tmp_path):
    name = f"model-{uuid.uuid4().hex}"
    (tmp_path / "ridge.pkl").write_bytes(b"model")
    run.upload_file("outputs/ridge.pkl", tmp_path / "ridge.pkl")
    first = run.register_model(
        name, "./outputs/ridge.pkl", tags={"k": 1}, properties={"p": 2}, description="d",
        model_framework="ScikitLearn", model_framework_version="1.5",
    )  # fmt: skip
    assert (first.name, first.version, first.id, first.run_id) == (name, 1, f"{name}:1", run.id)
    assert (first.tags, first.properties, first.description) == ({"k": "1"}, {"p": "2"}, "d")
    assert (first.model_framework, first.model_framework_version) == ("ScikitLearn", "1.5")
    assert first.url
    assert run.register_model(model_name=name, model_path="outputs").version == 2
    with server.client() as client:
        params = {"name": name, "version": "1"}
        found = client.get("/api/2.0/mlflow/model-versions/get", params=params).json()["model_version"]
    assert found["source"].endswith(f"/{run.id}/artifacts/outputs/ridge.pkl")
    with pytest.raises(ModelPathNotFoundException, match=r"nothing at 'nowhere'.*outputs/ridge\.pkl"):
        run.register_model(name, "nowhere")


LOG_MODEL = """
import mlflow, numpy as np
from sklearn.linear_model import Ridge
mlflow.set_tracking_uri({uri!r})
with mlflow.start_run(run_id={run_id!r}):
    mlflow.sklearn.log_model(Ridge().fit(np.eye(2), [0, 1]), name="model")
import azureml.mlflow
made = azureml.mlflow.register_model(mlflow.get_run({run_id!r}), {name!r}, "model", tags={{"a": "b"}})
print(made.id, made.tags, made.run_id)
"""


def test_models_that_mlflow_logged_are_files(run, experiment, python, tmp_path, server):
    uri = experiment.workspace.get_mlflow_tracking_uri()
    name = f"model-{uuid.uuid4().hex}"
    printed = python(LOG_MODEL.format(uri=uri, run_id=run.id, name=name))
    assert f"{name}:1 {{'a': 'b'}} {run.id}" in printed
    assert {"model/MLmodel", "model/requirements.txt"} <= {*run.get_file_names()}
    run.download_file("model/MLmodel", tmp_path / "MLmodel")
    assert "sklearn" in (tmp_path / "MLmodel").read_text()
    made = run.register_model(f"model-{uuid.uuid4().hex}", "model")
    with server.client() as client:
        params = {"name": made.name, "version": "1"}
        found = client.get("/api/2.0/mlflow/model-versions/get", params=params).json()["model_version"]
    assert found["model_id"]
    assert made.run_id == run.id


def test_types_of_others(run, experiment):
    class Special(Run):
        pass

    Run.add_type_provider("special", lambda experiment, told: Special(experiment, told["run_id"]))
    try:
        run.set_tags({"azureml.runtype": "special"})
        (found,) = experiment.get_runs()
        assert type(found) is Special
        assert found.type == "special"
    finally:
        del Run.run_types["special"]


def test_a_tag_alone_makes_no_job(run, experiment):
    run.tag("azureml.runtype", "azureml.scriptrun")
    found = get_run(experiment, run.id)
    assert isinstance(found, ScriptRun)
    assert (found.get_status(), found.get_details()["target"]) == ("Running", "sdk")
    with pytest.raises(UserErrorException, match="environment"):
        found.get_environment()


def test_what_is_not_there(run):
    with pytest.raises(UnsupportedFeatureException, match="environment_variables"):
        run.get_secret("x")
    with pytest.raises(AttributeError, match="no_such"):
        _ = run.no_such
