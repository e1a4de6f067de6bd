"""MLflow Projects as jobs, on a real server."""

import json
import os
import subprocess
import sys
import time
import types
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import mlflow
import pytest
from mlflow.exceptions import ExecutionException
from mlflow.projects import utils

from lazward.client import compute, jobs, snapshots, uri
from lazward.client.http import Connection
from lazward.client.uri import WorkspaceUri
from lazward.errors import AlreadyExists, ConfigError
from lazward.launcher import start
from lazward.mlflow.projects import backend
from lazward.mlflow.projects.command import command, values
from lazward.mlflow.projects.config import Config
from lazward.mlflow.projects.environment import environment
from lazward.wire.compute import CreateCompute
from lazward.wire.environments import EnvironmentSpec, PythonSpec
from lazward.wire.jobs import CreateJob, JobSpec

sys.path.insert(0, str(Path(__file__).parents[1] / "contract" / "clients"))

from environments import CLIENTS, Client, Unavailable, python_with

PROJECT = Path(__file__).with_name("project")
SCRIPT = Path(__file__).parent / "scripts" / "hooks.py"
CLUSTER = "projects"
BARE = {"USE_CONDA": False}
_MLFLOW_2 = Client("2.0.1", ("3.10",), ("numpy<2", "setuptools<70"), frozenset(), plug_in=True)
_OLD = [next(one for one in CLIENTS if one.version == "1.30.1" and one.plug_in), _MLFLOW_2]


@pytest.fixture
def at(server, monkeypatch):
    """The workspace that MLflow logs to."""
    monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(server.config))
    monkeypatch.setenv("LAZWARD_SPOOL", "off")
    where = WorkspaceUri(uri.server(server.url), "default")
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(where.tracking)
    yield Connection(where)
    mlflow.set_tracking_uri(before)


@pytest.fixture
def cluster(at):
    try:
        compute.create(at, CreateCompute(name=CLUSTER, size="STANDARD_D1", max_nodes=1))
    except AlreadyExists:
        pass
    return CLUSTER


@pytest.fixture
def experiment(request):
    return request.node.name


@pytest.fixture
def make(tmp_path):
    """Makes projects: an MLproject and other files."""

    def made(mlproject, **files):
        folder = tmp_path / "project"
        folder.mkdir()
        (folder / "MLproject").write_text(mlproject)
        for name, content in files.items():
            (folder / name.replace("_dot_", ".")).write_text(content)
        return folder

    return made


def run_count(experiment):
    found = mlflow.MlflowClient().get_experiment_by_name(experiment)
    return len(mlflow.MlflowClient().search_runs([found.experiment_id])) if found else 0


ONE_LINE = "entry_points:\n  main:\n    command: {}\n"


# ---------------------------------------------------------------- runs


@pytest.mark.parametrize("name", ["lazward", "azureml"])
def test_a_project_runs_on_this_machine(at, experiment, capfd, name):
    with pytest.warns(DeprecationWarning, match="env_manager='local'"):
        submitted = mlflow.projects.run(
            str(PROJECT), parameters={"alpha": 0.3}, experiment_name=experiment, backend=name,
            backend_config=BARE, use_conda=False,
        )  # fmt: skip
    run = mlflow.get_run(submitted.run_id)
    assert run.info.status == submitted.get_status() == "FINISHED"
    assert run.data.params == {"alpha": "0.3", "data": "wine.csv"}
    assert {"rmse", "r2", "mae"} <= set(run.data.metrics)
    tags = run.data.tags
    assert tags["mlflow.source.name"] == str(PROJECT)
    assert tags["mlflow.source.type"] == "PROJECT"
    assert tags["mlflow.project.entryPoint"] == "main"
    assert tags["mlflow.project.backend"] == name
    job = jobs.get(at, submitted.run_id)
    assert job.compute == "local"
    assert job.experiment == experiment
    files = {file.path for file in snapshots.get(at, job.spec.snapshot_id).files}
    assert files == {"MLproject", "train.py", "wine.csv"}
    said = capfd.readouterr()
    assert "trained with alpha 0.3 on 10 wines" in said.out
    assert (
        f"submitted to local: {at.where.http}/#/experiments/{job.experiment_id}/runs/{job.run_id}" in said.err
    )


def test_a_project_runs_on_a_compute_target_configured_by_a_file(at, cluster, experiment, tmp_path, capfd):
    file = tmp_path / "backend.json"
    file.write_text(json.dumps({"COMPUTE": cluster, "USE_CONDA": "false", "STREAM_OUTPUT": "False"}))
    submitted = mlflow.projects.run(
        str(PROJECT), parameters={"alpha": 0.4}, experiment_name=experiment, backend="azureml",
        backend_config=str(file), run_name="forty",
    )  # fmt: skip
    job = jobs.get(at, submitted.run_id)
    assert (job.compute, job.state) == (cluster, "Completed")
    run = mlflow.get_run(submitted.run_id)
    assert run.data.tags["mlflow.runName"] == "forty"
    assert run.data.params["alpha"] == "0.4"
    assert "trained with" not in capfd.readouterr().out


@pytest.mark.parametrize("form", ["http", "root", "azureml"])
def test_the_workspace_may_be_named_otherwise(at, experiment, monkeypatch, server, form):
    monkeypatch.setenv("LAZWARD_SERVER", server.url)
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", server.token)
    forms = {
        "http": at.where.http,
        "root": server.url,
        "azureml": "azureml://somewhere.example/mlflow/v2.0/subscriptions/s/resourceGroups/g/providers"
        "/Microsoft.MachineLearningServices/workspaces/default",
    }
    mlflow.set_tracking_uri(forms[form])
    submitted = mlflow.projects.run(
        str(PROJECT), experiment_name=experiment, backend="lazward", backend_config=dict(BARE)
    )
    assert jobs.get(at, submitted.run_id).state == "Completed"


@pytest.mark.usefixtures("at")
def test_a_project_below_an_active_run_is_its_child(make, experiment):
    folder = make(ONE_LINE.format("echo hello"))
    experiment_id = mlflow.create_experiment(experiment)
    with mlflow.start_run(experiment_id=experiment_id) as parent:
        submitted = mlflow.projects.run(
            str(folder), experiment_id=experiment_id, backend="lazward", backend_config=dict(BARE)
        )
    assert mlflow.get_run(submitted.run_id).data.tags["mlflow.parentRunId"] == parent.info.run_id


@pytest.mark.usefixtures("at")
def test_git_is_noted(make, experiment):
    folder = make(ONE_LINE.format("echo hello"))
    git = ["git", "-C", str(folder), "-c", "user.name=n", "-c", "user.email=e@example.org"]
    for words in (
        ["init", "-q", "-b", "trunk"], ["add", "."], ["commit", "-qm", "A project"],
        ["remote", "add", "origin", "https://me:secret@git.example/wine"],
    ):  # fmt: skip
        subprocess.run([*git, *words], check=True)
    submitted = mlflow.projects.run(
        str(folder), experiment_name=experiment, backend="lazward", backend_config=dict(BARE)
    )
    tags = mlflow.get_run(submitted.run_id).data.tags
    assert len(tags["mlflow.source.git.commit"]) == 40
    assert tags["mlflow.source.git.branch"] == "trunk"
    assert tags["mlflow.source.git.repoURL"] == "https://git.example/wine"


@pytest.mark.usefixtures("at")
def test_a_script_that_fails_is_told(make, experiment, capfd):
    folder = make(ONE_LINE.format("echo before; exit 3"))
    with pytest.raises(ExecutionException, match="failed"):
        mlflow.projects.run(
            str(folder), experiment_name=experiment, backend="lazward", backend_config=dict(BARE)
        )
    said = capfd.readouterr()
    assert "before" in said.out
    assert "The script ended with exit code 3" in said.err


@pytest.mark.usefixtures("at")
def test_a_run_can_be_cancelled(make, experiment):
    folder = make(ONE_LINE.format("sleep 60"))
    submitted = mlflow.projects.run(
        str(folder), experiment_name=experiment, backend="lazward", backend_config=dict(BARE),
        synchronous=False,
    )  # fmt: skip
    end = time.monotonic() + 30
    while submitted.get_status() != "RUNNING":
        assert time.monotonic() < end
        time.sleep(0.05)
    submitted.cancel()
    assert submitted.get_status() == "KILLED"
    assert submitted.wait() is False


@pytest.mark.slow
def test_waiting_outlives_the_server(start_server, make, experiment, monkeypatch, capfd):
    server = start_server()
    monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(server.config))
    monkeypatch.setenv("LAZWARD_SPOOL", "off")
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(WorkspaceUri(uri.server(server.url), "default").tracking)
    folder = make(ONE_LINE.format("echo begun; sleep 5; echo ended"))
    try:
        submitted = mlflow.projects.run(
            str(folder), experiment_name=experiment, backend="lazward", backend_config=dict(BARE),
            synchronous=False,
        )  # fmt: skip
        while submitted.get_status() != "RUNNING":
            time.sleep(0.05)
        server.kill()
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(submitted.wait)
            time.sleep(3)
            start_server(home=server.home, port=uri.server(server.url).port)
            assert waiting.result(60) is True
    finally:
        mlflow.set_tracking_uri(before)
    said = capfd.readouterr()
    assert "ended" in said.out
    assert said.err.count("so does the waiting for it") == 1


@pytest.mark.usefixtures("at")
def test_a_notebook_shows_the_run(make):
    folder = make(ONE_LINE.format("echo hello"))
    submitted = mlflow.projects.run(
        str(folder), experiment_name="<b>bold</b>", backend="lazward", backend_config=dict(BARE)
    )
    page = submitted._repr_html_()
    assert submitted.run_id in page
    assert "&lt;b&gt;bold" in page
    assert "<b>" not in page


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("conda_env", "dependencies:\n- pip:\n  - colorama\n"),
        ("python_env", "dependencies:\n- colorama\n"),
    ],
)
@pytest.mark.usefixtures("at")
def test_the_environment_that_a_project_names_is_built(make, experiment, capfd, kind, content):
    train = "import colorama, mlflow, sys\nmlflow.log_metric('built', 1)\nprint(sys.prefix)\n"
    folder = make(
        f"{kind}: env.yaml\n{ONE_LINE.format('python train.py')}", env_dot_yaml=content, train_dot_py=train
    )
    submitted = mlflow.projects.run(str(folder), experiment_name=experiment, backend="lazward")
    assert mlflow.get_run(submitted.run_id).data.metrics["built"] == 1
    assert sys.prefix not in capfd.readouterr().out.splitlines()


# ---------------------------------------------------------------- refusals


@pytest.mark.usefixtures("at")
def test_an_unknown_compute_target_is_refused(cluster, experiment):
    with pytest.raises(ExecutionException, match=f"no compute target 'nowhere'.*local.*{cluster}"):
        mlflow.projects.run(
            str(PROJECT), experiment_name=experiment, backend="lazward", backend_config={"COMPUTE": "nowhere"}
        )
    assert run_count(experiment) == 0


@pytest.mark.usefixtures("at")
@pytest.mark.parametrize(
    ("more", "told"),
    [("", "Docker engine is not installed"), ("  volumes: ['/a:/b']\n", "docker_env has volumes")],
)
def test_a_docker_project_that_cannot_be_run(make, experiment, monkeypatch, more, told):
    folder = make("docker_env:\n  image: python:3.11\n" + more + ONE_LINE.format("python train.py"))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ExecutionException, match=told):
        mlflow.projects.run(str(folder), experiment_name=experiment, backend="lazward")
    assert run_count(experiment) == 0


def test_what_a_docker_project_runs_in(monkeypatch):
    monkeypatch.setenv("COPIED", "here")
    monkeypatch.delenv("ABSENT", raising=False)
    given = {"image": "python:3.11", "environment": [["SAID", 1], "COPIED", "ABSENT"]}
    found = environment(types.SimpleNamespace(docker_env=given), Config(compute="cpu"))
    assert (found.image, found.python.user_managed) == ("python:3.11", True)
    assert found.variables == {"SAID": "1", "COPIED": "here"}


@pytest.mark.usefixtures("at")
def test_a_folder_of_runs_is_no_workspace(tmp_path):
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path / 'runs.db'}")
    with pytest.raises(ExecutionException, match=r"'sqlite:.*names none; call mlflow.set_tracking_uri"):
        mlflow.projects.run(str(PROJECT), backend="lazward")


@pytest.mark.parametrize(
    ("config", "text"),
    [
        ({"COMPUTE": ""}, "COMPUTE: ''; it should be the name of a compute target, or 'local'"),
        ({"COMPUTE": 3}, "COMPUTE: 3"),
        ({"USE_CONDA": "perhaps"}, "USE_CONDA: 'perhaps'; it should be true or false"),
        ({"STREAM_OUTPUT": []}, r"STREAM_OUTPUT: \[\]"),
        ([], "should be a dictionary"),
        ("nowhere.json", "'nowhere.json' cannot be read as JSON"),
    ],
)
def test_a_wrong_configuration_is_refused(config, text):
    with pytest.raises(ConfigError, match=text):
        Config.read(config)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, Config()),
        ({"COMPUTE": "local"}, Config()),
        ({"USE_CONDA": "False"}, Config(use_conda=False)),
        ({"USE_CONDA": " true "}, Config()),
        ({"USE_CONDA": 0}, Config(use_conda=False)),
        ({"ENV_MANAGER": "local"}, Config(use_conda=False)),
        ({"ENV_MANAGER": "conda"}, Config()),
        ({"ENV_MANAGER": "local", "USE_CONDA": "true"}, Config()),
        ({"STREAM_OUTPUT": "no", "SYNCHRONOUS": True}, Config(stream_output=False)),
    ],
)
def test_words_count_as_booleans(given, expected):
    assert Config.read(given) == expected


def test_a_key_that_means_nothing_is_told():
    with pytest.warns(UserWarning, match="COMPUTE_TARGET, which means nothing here; it may hold COMPUTE,"):
        assert Config.read({"COMPUTE_TARGET": "x"}) == Config()


# ---------------------------------------------------------------- parameters


WITH_PATH = """
entry_points:
  main:
    parameters:
      data: {type: path, default: wine.csv}
      title: {default: reds}
    command: "python train.py {data} {title}"
"""


def line(folder, parameters, compute="local"):
    return command(utils.load_project(str(folder)).get_entry_point("main"), parameters, folder, compute)


def test_parameters_are_quoted_and_others_become_options(make):
    folder = make(WITH_PATH, wine_dot_csv="")
    assert line(folder, {"title": "a b; rm", "deep": "x y"}) == (
        "python train.py wine.csv 'a b; rm' --deep 'x y'"
    )


def test_a_file_in_the_project_is_named_as_the_job_finds_it(make):
    folder = make(WITH_PATH, wine_dot_csv="", other_dot_csv="")
    assert line(folder, {"data": str(folder / "other.csv")}, CLUSTER) == "python train.py other.csv reds"
    assert line(folder, {"data": "other.csv"}, CLUSTER) == "python train.py other.csv reds"


def test_a_file_outside_of_the_project_is_there_on_this_machine_alone(make, tmp_path):
    folder = make(WITH_PATH, wine_dot_csv="")
    outside = tmp_path / "outside.csv"
    outside.touch()
    assert line(folder, {"data": str(outside)}) == f"python train.py {outside} reds"
    with pytest.raises(ExecutionException, match="lies outside the project's folder; 'projects' would not"):
        line(folder, {"data": str(outside)}, CLUSTER)


@pytest.mark.parametrize("value", ["missing.csv", "s3://bucket/wine.csv"])
def test_a_file_that_is_not_there_is_refused(make, value):
    folder = make(WITH_PATH, wine_dot_csv="")
    with pytest.raises(ExecutionException, match=f"there is no {value} here"):
        line(folder, {"data": value})


def test_what_is_logged_is_what_was_given(make):
    folder = make(WITH_PATH, wine_dot_csv="")
    entry = utils.load_project(str(folder)).get_entry_point("main")
    found = values(entry, {"title": "a b", "alpha": 0.3})
    assert found == {"data": "wine.csv", "title": "a b", "alpha": "0.3"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://me:secret@git.example/wine#sub", "https://git.example/wine#sub"),
        ("git@git.example:wine.git", "git@git.example:wine.git"),
        (".", os.path.abspath(".")),
    ],
)
def test_the_source_is_named_without_a_password(given, expected):
    assert backend._source(given) == (os.path.abspath(".") if given == "." else expected)


# ---------------------------------------------------------------- environments


def built(folder, **config):
    return environment(utils.load_project(str(folder)), Config(**config)).python


CONDA = """
channels: [conda-forge]
dependencies:
  - python=3.11
  - scikit-learn
  - pip:
    - azureml-mlflow
    - -r more.txt
"""


def test_a_conda_file_becomes_the_environment(make):
    folder = make(
        "conda_env: env.yaml\n" + ONE_LINE.format("x"), env_dot_yaml=CONDA, more_dot_txt="pandas\n# end\n"
    )
    spec = built(folder).conda
    assert spec.channels == ["conda-forge"]
    assert spec.packages == ["python=3.11", "scikit-learn"]
    assert spec.pip == ["azureml-mlflow", "pandas"]


def test_a_python_env_file_becomes_the_environment(make):
    content = "python: 3.11.4\nbuild_dependencies: [wheel]\ndependencies: [scikit-learn, -r more.txt]\n"
    folder = make(
        "python_env: env.yaml\n" + ONE_LINE.format("x"), env_dot_yaml=content, more_dot_txt="mlflow>=2"
    )
    spec = built(folder).conda
    assert spec.packages == ["python=3.11.4"]
    assert spec.pip == ["wheel", "scikit-learn", "mlflow>=2"]


def test_mlflow_is_added_where_nothing_asks_for_it(make):
    folder = make("conda_env: env.yaml\n" + ONE_LINE.format("x"), env_dot_yaml="dependencies: [numpy]")
    assert built(folder).conda.pip == ["mlflow-skinny"]
    (folder / "env.yaml").write_text("dependencies: [numpy, mlflow=3]")
    assert built(folder).conda.pip == []


def test_without_a_file_it_is_the_interpreter_that_is_there(make):
    folder = make(ONE_LINE.format("x"))
    assert built(folder) == PythonSpec(user_managed=True, interpreter=sys.executable)
    assert built(folder, compute="cpu", use_conda=False) == PythonSpec(user_managed=True)
    assert built(folder, compute="cpu").conda.pip == ["mlflow-skinny"]


def test_a_file_is_left_aside_where_it_is_not_wanted(make):
    folder = make("conda_env: env.yaml\n" + ONE_LINE.format("x"), env_dot_yaml=CONDA)
    assert built(folder, use_conda=False) == PythonSpec(user_managed=True, interpreter=sys.executable)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("[", "this is no YAML"),
        ("- numpy", "holds no fields"),
        ("dependencies: numpy", "dependencies: this must be a list"),
        ("dependencies: [3]", "3 is no package"),
        ("dependencies: [{pip: [-r missing.txt]}]", "missing.txt cannot be read"),
        ("dependencies: [{pip: [-r loop.txt]}]", "name each other"),
        ("dependencies: [{pip: ['not a requirement']}]", "'not a requirement' is no requirement"),
        ("dependencies: [{pip: [--target=/]}]", "The pip option '--target=/' is not supported"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused(make, content, text):
    folder = make(
        "conda_env: env.yaml\n" + ONE_LINE.format("x"), env_dot_yaml=content, loop_dot_txt="-r loop.txt"
    )
    with pytest.raises(ConfigError, match=text):
        built(folder)


# ---------------------------------------------------------------- the launcher here


def test_a_launcher_that_cannot_start_fails_the_job(at, experiment, monkeypatch):
    environment = EnvironmentSpec(python=PythonSpec(user_managed=True))
    message = CreateJob(
        experiment=experiment, compute="local", spec=JobSpec(command="true", environment=environment)
    )
    made = jobs.create(at, message)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(ConfigError, match="cannot start the job's launcher: No such file"):
        start.start(at, made)
    job = jobs.get(at, made.job.run_id)
    assert job.state == "Failed"
    assert "cannot start the job's launcher" in job.error.message


# ---------------------------------------------------------------- other versions


def passes(python, *arguments, **more):
    # The variables of MLflow and ours that this process has are not for a process with another MLflow.
    ours = ("MLFLOW_", "PYTHON", "VIRTUAL")
    keep = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    variables = keep | {"GIT_PYTHON_REFRESH": "quiet"} | more
    done = subprocess.run([python, SCRIPT, *arguments], env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr + done.stdout
    assert done.stdout.endswith("ok\n")


@pytest.mark.slow
def test_what_mlflow_dropped_is_there_again(at):
    passes(sys.executable, PROJECT, MLFLOW_TRACKING_URI=at.where.tracking)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("client", _OLD, ids=[one.version for one in _OLD])
def test_older_clients_run_projects(at, client):
    try:
        python = python_with(client)
    except Unavailable as reason:
        pytest.skip(str(reason))
    passes(python, PROJECT, MLFLOW_TRACKING_URI=at.where.tracking)
