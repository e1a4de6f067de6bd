"""Scripts are submitted, run, and told of: on a cluster and on this machine."""

import json
import subprocess
import time

import httpx
import pytest

from azureml.core import Environment, Experiment, Run, ScriptRun, ScriptRunConfig
from azureml.core.conda_dependencies import CondaDependencies
from azureml.core.runconfig import (
    DockerConfiguration,
    MpiConfiguration,
    PyTorchConfiguration,
    RunConfiguration,
)
from azureml.exceptions import (
    ActivityFailedException,
    ExperimentExecutionException,
    SnapshotException,
    UnsupportedFeatureException,
    UserErrorException,
)
from lazward.environment import containers
from lazward.launcher import start

ARTICLE = """
import mlflow

with mlflow.start_run():
    mlflow.log_metric('example', 1.23)
"""


def runs_of(server, experiment):
    """What the server says, asked without our client."""
    with server.client() as client:
        search = {"experiment_ids": [experiment.id]}
        return client.post("/api/2.0/mlflow/runs/search", json=search).json().get("runs", [])


def test_the_articles_remote_script(server, cluster, tmp_path, here):
    (tmp_path / "my_script_location").mkdir()
    (tmp_path / "my_script_location" / "my_training_script.py").write_text(ARTICLE)
    exp = Experiment(workspace="default", name="my_experiment")
    run_config = RunConfiguration(framework="Python")
    run_config.target = cluster
    run_config.environment = here
    src = ScriptRunConfig(
        source_directory=str(tmp_path / "my_script_location"),
        script="my_training_script.py",
        run_config=run_config,
    )
    run = exp.submit(src)
    details = run.wait_for_completion()
    assert (details["status"], details["target"]) == ("Completed", cluster)
    (found,) = runs_of(server, exp)
    assert found["info"]["run_id"] == run.id
    assert found["info"]["status"] == "FINISHED"
    assert run.get_metrics() == {"example": 1.23}


TALKATIVE = """
import os, sys
from azureml.core import Run

run = Run.get_context()
print("arguments", sys.argv[1:], os.environ["COLOUR"])
run.log("alpha", 0.5)
run.log("colour", "blue")
run.tag("who", "script")
run.add_properties({"made by": "script"})
with run.child_run("child") as child:
    child.log("inner", 1)
os.makedirs("./outputs", exist_ok=True)
with open("outputs/model.txt", "w") as out:
    out.write("model")
run.upload_file("extra/note.txt", "train.py")
assert run.experiment.workspace.name == "default"
assert Run.get_context() is run
assert run.parent is None
run.complete()
print("status", run.get_status(), "ä")
"""


def test_a_script_that_knows_its_run(experiment, scripted, capsys):
    config = scripted(TALKATIVE, "--alpha", 0.5, "two words")
    config.run_config.environment_variables["COLOUR"] = "blue"
    run = experiment.submit(config, tags={"from": "outside", "bare": None})
    config.arguments.append("too late")
    assert isinstance(run, ScriptRun)
    assert run.type == ScriptRun.RUN_TYPE == "azureml.scriptrun"
    details = run.wait_for_completion(show_output=True)
    printed = capsys.readouterr().out
    assert printed.count(f"RunId: {run.id}") == printed.count(f"Web View: {run.get_portal_url()}") == 2
    assert "Streaming user_logs/std_log.txt\n" in printed
    assert "Execution Summary\n" in printed
    assert "arguments ['--alpha', '0.5', 'two words'] blue\n" in printed
    assert "status Running ä\n" in printed  # complete() in a script does not end it
    assert run.get_metrics() == {"alpha": 0.5, "colour": "blue"}
    assert run.get_metrics("colour") == {"colour": "blue"}
    (child,) = run.get_children()
    assert (child.display_name, child.get_status(), child.parent.id) == ("child", "Completed", run.id)
    assert run.get_metrics(recursive=True)[child.id] == {"inner": 1}
    assert run.get_tags() == {"from": "outside", "bare": None, "who": "script"}
    assert run.get_properties()["made by"] == "script"
    assert {"outputs/model.txt", "extra/note.txt", "user_logs/std_log.txt"} <= {*run.get_file_names()}
    assert details["runDefinition"]["arguments"] == ["--alpha", 0.5, "two words"]
    assert details["runDefinition"]["script"] == "train.py"
    assert details["target"] == details["runDefinition"]["target"] == "local"
    assert details["startTimeUtc"] < details["endTimeUtc"]
    assert details["submittedBy"]
    assert run.get_environment().python.user_managed_dependencies
    assert [one.id for one in experiment.get_runs()] == [run.id]
    assert {one.id for one in experiment.get_runs(include_children=True)} == {run.id, child.id}
    assert [type(one) for one in experiment.get_runs(type="azureml.scriptrun")] == [ScriptRun]


def test_logs_are_fetched_by_their_addresses(experiment, scripted, tmp_path):
    run = experiment.submit(scripted("print('hello')"))
    details = run.wait_for_completion()
    names = ("user_logs/std_log.txt", "azureml-logs/70_driver_log.txt")
    assert {*names} <= {*details["logFiles"]} <= {*run.get_file_names()}
    for name in names:
        url = details["logFiles"][name]
        assert httpx.get(url).text == "hello\n"  # by whoever has it
        assert httpx.get(url[:-1] + ("0" if url[-1] != "0" else "1")).status_code == 404
    assert run.get_details_with_logs()["logFiles"]["user_logs/std_log.txt"] == "hello\n"
    run.download_file("azureml-logs/70_driver_log.txt", str(tmp_path / "log.txt"))
    assert (tmp_path / "log.txt").read_text() == "hello\n"
    (path,) = [one for one in run.get_all_logs(tmp_path / "logs") if one.endswith("std_log.txt")]
    with open(path) as content:
        assert content.read() == "hello\n"


def test_a_script_that_fails(server, experiment, scripted):
    run = experiment.submit(scripted("import sys; print('before the end'); sys.exit(3)"))
    with pytest.raises(ActivityFailedException, match="exit code 3") as raised:
        run.wait_for_completion(show_output=True)
    assert "before the end" in raised.value.error_details
    error = run.get_details()["error"]["error"]
    assert (error["code"], error["exitCode"]) == ("ExitCode", 3)
    assert "before the end" in error["logTail"]
    assert run.wait_for_completion(raise_on_error=False)["status"] == run.get_status() == "Failed"
    (found,) = runs_of(server, experiment)
    assert found["info"]["status"] == "FAILED"


def test_cancelling(experiment, scripted):
    run = experiment.submit(scripted("import time; print('started', flush=True); time.sleep(600)"))
    until(lambda: run.get_status() == "Running")
    assert "Status: Running" in repr(run)
    run.cancel()
    assert run.get_status() in ("CancelRequested", "Canceled")
    assert run.wait_for_completion()["status"] == "Canceled"
    assert "error" not in run.get_details()


def test_failing_a_script_from_outside(experiment, scripted):
    run = experiment.submit(scripted("import time; time.sleep(600)"))
    run.fail("not what we wanted")
    assert run.get_status() == "Failed"
    with pytest.raises(ActivityFailedException, match="not what we wanted"):
        run.wait_for_completion()


@pytest.mark.parametrize("how", ["submit", "submit_child"])
def test_an_unknown_target(server, experiment, scripted, how):
    submit = experiment.submit
    if how == "submit_child":
        submit = experiment.start_logging(snapshot_directory=None).submit_child
    before = len(runs_of(server, experiment))
    with pytest.raises(ExperimentExecutionException, match=r"no compute target 'nowhere'.*local"):
        submit(scripted("", compute_target="nowhere"))
    assert len(runs_of(server, experiment)) == before


def test_a_child_that_is_submitted(experiment, scripted):
    parent = experiment.start_logging(snapshot_directory=None)
    child = parent.submit_child(scripted("print(1)"), tags={"n": 1})
    assert child.parent.id == parent.id
    assert [one.id for one in parent.get_children(tags={"n": "1"})] == [child.id]
    child.cancel()


def test_a_command(experiment, scripted):
    words = ["echo", "$LAZWARD_RUN_ID", "&&", "echo", "two  words"]
    run = experiment.submit(scripted("", script=None, command=words))
    run.wait_for_completion()
    log = run.get_details_with_logs()["logFiles"]["user_logs/std_log.txt"]
    assert log == f"{run.id}\ntwo  words\n"


def test_git_is_told_of(experiment, scripted, tmp_path):
    config = scripted("print(1)")
    folder = tmp_path / "code"
    for words in (
        ["init", "-q", "-b", "trunk"],
        ["remote", "add", "origin", "https://user:secret@example.org/x.git"],
        ["add", "."],
        ["-c", "user.name=n", "-c", "user.email=e@example.org", "commit", "-qm", "m"],
    ):
        subprocess.run(["git", *words], cwd=folder, check=True)
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()
    run = experiment.submit(config)
    run.cancel()
    known = run.get_properties()
    assert known["azureml.git.commit"] == known["mlflow.source.git.commit"] == commit
    assert known["azureml.git.branch"] == "trunk"
    assert known["azureml.git.repository_uri"] == "https://example.org/x.git"
    assert known["azureml.git.dirty"] == "False"
    tags = {tag.key: tag.value for tag in run.record.data.tags}
    assert tags["mlflow.source.git.commit"] == commit


@pytest.mark.parametrize(
    "distribution", [MpiConfiguration(2), MpiConfiguration(1, 2), PyTorchConfiguration(process_count=4)]
)
@pytest.mark.parametrize("target", ["local", "cpu-cluster"])
@pytest.mark.usefixtures("cluster")
def test_several_processes_are_refused(server, experiment, scripted, distribution, target):
    with pytest.raises(UserErrorException, match="one node as one process"):
        experiment.submit(scripted("", compute_target=target, distributed_job_config=distribution))
    assert runs_of(server, experiment) == []


@pytest.mark.parametrize("named", [True, False])
def test_no_container_where_there_is_no_engine(server, experiment, scripted, monkeypatch, named):
    docker = DockerConfiguration(use_docker=True)
    image = {"environment": Environment.from_docker_image("named", "python:3.11")} if named else {}
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UserErrorException, match=r"Docker engine is not installed\."):
        experiment.submit(scripted("", docker_runtime_config=docker, **image))
    assert runs_of(server, experiment) == []


def test_what_a_container_is_given(experiment, scripted, monkeypatch):
    monkeypatch.setattr(containers, "find", lambda: None)
    monkeypatch.setattr(start, "start", lambda _at, _made: None)
    image = Environment.from_docker_image("named", "python:3.11")
    docker = DockerConfiguration(use_docker=True, shm_size="4G")
    run = experiment.submit(scripted("", docker_runtime_config=docker, environment=image))
    assert (run.job.spec.environment.image, run.job.spec.shm_size) == ("python:3.11", "4g")
    run.cancel()
    more = DockerConfiguration(use_docker=True, arguments=["--privileged"])
    with pytest.raises(UnsupportedFeatureException, match="Arguments for docker run"):
        experiment.submit(scripted("", docker_runtime_config=more, environment=image))


def test_the_default_image_is_left_out_on_a_cluster(experiment, scripted, cluster):
    docker = DockerConfiguration(use_docker=True)
    with pytest.warns(UserWarning, match="without a container"):
        run = experiment.submit(scripted("", compute_target=cluster, docker_runtime_config=docker))
    run.cancel()
    assert run.job.spec.environment.image == ""


def test_what_cannot_be_submitted(experiment, scripted, tmp_path):
    with pytest.raises(UserErrorException, match="ScriptRunConfig"):
        experiment.submit(RunConfiguration())
    with pytest.raises(UserErrorException, match="None"):
        experiment.submit(scripted("", None))
    config = scripted("")
    config.run_config.framework = "PySpark"
    with pytest.raises(UnsupportedFeatureException, match="PySpark"):
        experiment.submit(config)
    config = scripted("")
    config.run_config.data["d"] = object()
    with pytest.raises(UnsupportedFeatureException, match="data"):
        experiment.submit(config)
    config = scripted("")
    (tmp_path / "code" / "link").symlink_to("/etc")
    with pytest.raises(SnapshotException, match="link"):
        experiment.submit(config)
    assert list(experiment.get_runs()) == []


def test_other_classes_say_how_they_are_submitted(experiment):
    from azureml.core._experiment_method import experiment_method

    seen = []

    def submit(config, workspace, name, **options):
        seen.append((config.x, workspace.name, name, options))
        return "run"

    class Config:
        @experiment_method(submit_function=submit)
        def __init__(self, x):
            self.x = x

    class Other(Config):
        pass

    assert experiment.submit(Config(1), show_output=True) == "run"
    assert experiment.submit(Other(2), tags={"a": "b"}) == "run"
    assert seen[0] == (1, "default", experiment.name, {"show_output": True})
    assert seen[1][3] == {"tags": {"a": "b"}}


def test_a_submission_returns_at_once(experiment, scripted):
    begin = time.monotonic()
    run = experiment.submit(scripted("import time; time.sleep(600)"), show_output=True)
    assert time.monotonic() - begin < 5
    run.cancel()


def test_the_snapshot_comes_back_byte_for_byte(experiment, scripted, tmp_path):
    import zipfile

    config = scripted("print(1)\r\n")
    (tmp_path / "code" / "data.bin").write_bytes(bytes(range(256)))
    (tmp_path / "code" / "left_out.tmp").write_text("x")
    (tmp_path / "code" / ".amlignore").write_text("*.tmp\n")
    run = experiment.submit(config)
    run.cancel()
    file = run.restore_snapshot(path=tmp_path / "restored")
    with zipfile.ZipFile(file) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
        assert names == {"train.py", "data.bin", ".amlignore"}
        for name in names:
            assert archive.read(name) == (tmp_path / "code" / name).read_bytes()
    with pytest.raises(SnapshotException):
        run.take_snapshot(tmp_path / "code")
    with pytest.raises(SnapshotException):
        run.restore_snapshot("0" * 64, tmp_path / "other")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_an_environment_is_built_once(experiment, scripted, python_version):
    packages = CondaDependencies.create(
        python_version=python_version,
        pip_packages=["azureml-defaults", "azureml-contrib-run", "mlflow-skinny"],
    )
    built = Environment("built")
    built.python.conda_dependencies = packages
    script = ARTICLE + "\nfrom azureml.core import Run\nRun.get_context().log('own', 1)\n"
    for _ in range(2):
        begin = time.time()
        run = experiment.submit(scripted(script, environment=built))
        details = run.wait_for_completion(show_output=True)
        assert run.get_metrics() == {"example": 1.23, "own": 1}
    began = run.job.started_at / 1000
    assert began - begin < 5
    assert json.dumps(details["runDefinition"]["environment"]["python"]["condaDependencies"])


@pytest.fixture
def python_version():
    import platform

    return platform.python_version()


def test_ctrl_c_leaves_the_run_alone(experiment, scripted, monkeypatch):
    run = experiment.submit(scripted("import time; time.sleep(600)"))

    def pressed(_self):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("azureml.core._streaming.Follower.__iter__", pressed)
        with pytest.raises(ExperimentExecutionException, match="goes on"):
            run.wait_for_completion(show_output=True)
    assert Run.get(experiment.workspace, run.id).get_status() not in ("Canceled", "Failed")
    run.cancel()


def until(true, seconds=60):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.05)


CONTEXT = "from azureml.core import Run; run = Run.get_context(); run.log('x', 1); run.log('word', 'w')"


def finished(server, folder, monkeypatch, here):
    """A script of a project on another server, run on this machine to its end."""
    from azureml.core import Workspace
    from lazward.client import config
    from lazward.client.config import WorkspaceConfig

    monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(server.config))
    config.write(WorkspaceConfig("default", server.url), folder)
    (folder / "train.py").write_text(CONTEXT)
    experiment = Experiment(Workspace.from_config(str(folder)), "e")
    run = experiment.submit(ScriptRunConfig(folder, "train.py", environment=here))
    assert run.wait_for_completion()["status"] == "Completed"
    assert run.get_metrics() == {"x": 1, "word": "w"}


def test_where_nobody_is_asked_for_a_token(start_server, surroundings, monkeypatch, here):
    finished(start_server("--auth", "off"), surroundings, monkeypatch, here)


def test_a_server_with_a_certificate_of_its_own(start_server, surroundings, monkeypatch, here, certificates):
    cert, key = certificates.issue()
    server = start_server("--tls-cert", cert, "--tls-key", key, ca=certificates.ca)
    monkeypatch.setenv("LAZWARD_CA_BUNDLE", str(certificates.ca))
    finished(server, surroundings, monkeypatch, here)
