"""What is mended of MLflow while it is imported, and what scripts of jobs may say about where to log."""

import subprocess
import sys

import mlflow
import pytest

from lazward.mlflow import hooks, in_job

LATE = """
import sys, mlflow
from lazward.mlflow import hooks
sys.meta_path[:] = [one for one in sys.meta_path if type(one).__module__ != hooks.__name__]
mlflow.run = mlflow.projects.run = mlflow.projects.run.__wrapped__
hooks.install()
assert mlflow.run is mlflow.projects.run and hasattr(mlflow.run, "__wrapped__")
import mlflow.azureml
"""
MISSING = """
import mlflow
try:
    import mlflow.azureml_and_more
except ModuleNotFoundError as error:
    print(error)
"""
HOME = "http://127.0.0.1:5999"


def python(statement):
    done = subprocess.run([sys.executable, "-c", statement], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_is_mended_once():
    before = list(sys.meta_path)
    hooks.install()
    assert sys.meta_path == before
    assert sum(isinstance(finder, hooks._Watch) for finder in before) == 1


def test_it_is_mended_when_mlflow_is_there_already():
    python(LATE)


def test_other_modules_are_missing_as_before():
    assert "No module named 'mlflow.azureml_and_more'" in python(MISSING)


@pytest.fixture
def job(monkeypatch):
    """The environment of a job's script, which logs to its own workspace."""
    for name, value in {
        "LAZWARD_RUN_ID": "f" * 32,
        "LAZWARD_SERVER": HOME,
        "LAZWARD_WORKSPACE": "vision",
        "AZUREML_EXPERIMENT_ID": "7",
        "AZUREML_ARM_PROJECT_NAME": "cats",
        "AZUREML_ARM_WORKSPACE_NAME": "vision",
    }.items():
        monkeypatch.setenv(name, value)
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(f"{HOME}/workspaces/vision")
    yield
    mlflow.set_tracking_uri(before)


def given_to(wrap, *args, **named):
    """What the function that is wrapped is called with; None if it is not."""
    calls = []
    wrap(lambda *args, **named: calls.append((args, named)))(*args, **named)
    return calls[0] if calls else None


@pytest.mark.usefixtures("job")
@pytest.mark.parametrize(
    ("args", "named"),
    [
        (("cats",), {}),
        ((), {"experiment_name": "cats"}),
        ((), {"experiment_id": "7"}),
        ((), {"experiment_id": 7}),
        ((), {}),
        (("dogs", "8"), {}),
    ],
)
def test_what_names_the_job_s_experiment_or_none_is_mlflow_s_to_judge(args, named, recwarn):
    given, _ = given_to(in_job.keeping_experiment, *args, **named)
    assert given == (
        args[0] if args else named.get("experiment_name"), args[1] if args[1:] else named.get("experiment_id")
    )  # fmt: skip
    assert not recwarn


@pytest.mark.usefixtures("job")
@pytest.mark.parametrize("named", [{"experiment_name": "dogs"}, {"experiment_id": 8}])
def test_another_experiment_is_replaced_and_told(named):
    with pytest.warns(UserWarning, match=r"is left aside.*job of the experiment 'cats'"):
        given = given_to(in_job.keeping_experiment, **named, trace_location="t")
    assert given == ((None, "7"), {"trace_location": "t"})


@pytest.mark.usefixtures("job")
def test_elsewhere_a_job_may_set_any_experiment(tmp_path, recwarn):
    mlflow.set_tracking_uri(f"sqlite:///{tmp_path / 'runs.db'}")
    assert given_to(in_job.keeping_experiment, "dogs") == (("dogs", None), {})
    assert not recwarn


@pytest.mark.usefixtures("job")
@pytest.mark.parametrize(
    "own",
    [
        f"{HOME}/workspaces/vision",
        "lazward+http://127.0.0.1:5999/workspaces/vision",
        "azureml://x.example/mlflow/v2.0/subscriptions/s/resourceGroups/g/providers/p/workspaces/vision",
    ],
)
def test_the_job_s_workspace_in_any_form_changes_nothing(own):
    assert given_to(in_job.keeping_workspace, own) is None


@pytest.mark.usefixtures("job")
@pytest.mark.parametrize(
    "other",
    [
        f"{HOME}/workspaces/sound",
        "lazward+http://127.0.0.1:5998/workspaces/vision",
        "lazward://127.0.0.1:5999/workspaces/vision",
        "file:///tmp/runs",
        "vision",
        "databricks",
        "lazward://",
        "",
        None,
    ],
)
def test_any_other_address_is_set(other):
    assert given_to(in_job.keeping_workspace, other) == ((other,), {})


@pytest.mark.usefixtures("job")
def test_the_way_back_is_open():
    mlflow.set_tracking_uri("file:///tmp/runs")
    own = f"{HOME}/workspaces/vision"
    assert given_to(in_job.keeping_workspace, own) == ((own,), {})


@pytest.mark.usefixtures("job")
@pytest.mark.parametrize("name", ["LAZWARD_RUN_ID", "LAZWARD_SERVER", "AZUREML_EXPERIMENT_ID"])
def test_only_a_launcher_makes_a_job(monkeypatch, name):
    assert in_job.here()
    monkeypatch.delenv(name)
    assert not in_job.here()
