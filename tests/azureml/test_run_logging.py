"""What runs log, and how it is read back: here, by MLflow's protocol, and where nothing was submitted."""

import math
import time

import numpy as np
import pytest

from azureml.core import Run, get_run
from azureml.core.run import _OfflineRun
from azureml.exceptions import RunEnvironmentException, UserErrorException

FIBONACCI = [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89]


@pytest.fixture
def run(experiment):
    return experiment.start_logging(snapshot_directory=None)


def history(server, run, name):
    with server.client() as client:
        params = {"run_id": run.id, "metric_key": name}
        return client.get("/api/2.0/mlflow/metrics/get-history", params=params).json().get("metrics", [])


def test_the_logging_notebook(server, run, experiment, tmp_path):
    plt = pytest.importorskip("matplotlib.pyplot")
    factor = 2
    angles = np.linspace(-3, 3, 20)
    run.log(name="Category", value="Red", description="")
    run.log("scale factor", factor)
    run.log("Magic Number", 42 * factor)
    run.log_list("Fibonacci", (i * factor for i in FIBONACCI))
    for angle in angles:
        run.log("Sigmoid", 1 / (1 + np.exp(-angle)))
    for angle in angles:
        run.log_row("Cosine Wave", angle=angle, cos=np.cos(angle))
    run.log_table("Sine Wave", {"angle": angles, "sine": [math.sin(one) for one in angles]})
    plt.plot(angles, np.tanh(angles))
    run.log_image(name="Hyperbolic Tangent", plot=plt)
    (tmp_path / "myfile.txt").write_text("mine")
    run.upload_file(name="logging-api/myfile.txt", path_or_stream=str(tmp_path / "myfile.txt"))
    run.tag("My Favorite Run")
    run.tag("Competition Rank", 1)
    run.complete()

    found = get_run(experiment, run.id).get_metrics()
    image = found.pop("Hyperbolic Tangent")
    (file,) = [name for name in run.get_file_names() if name.startswith("Hyperbolic Tangent_")]
    assert image == f"aml://artifactId/ExperimentRun/dcid.{run.id}/{file}"
    assert found == {
        "Category": "Red",
        "scale factor": 2,
        "Magic Number": 84,
        "Fibonacci": [i * 2 for i in FIBONACCI],
        "Sigmoid": [1 / (1 + np.exp(-angle)) for angle in angles],
        "Cosine Wave": {"angle": [*angles], "cos": [np.cos(angle) for angle in angles]},
        "Sine Wave": {"angle": [*angles], "sine": [math.sin(angle) for angle in angles]},
    }
    assert run.get_metrics(name="Category") == {"Category": "Red"}
    assert run.get_metrics(name="Sigmoid") == {"Sigmoid": found["Sigmoid"]}
    assert run.get_metrics(name="nothing") == {}
    assert "logging-api/myfile.txt" in run.get_file_names()
    assert run.get_tags() == run.tags == {"My Favorite Run": None, "Competition Rank": "1"}
    assert [one["value"] for one in history(server, run, "Sigmoid")] == found["Sigmoid"]
    assert [one["step"] for one in history(server, run, "Sigmoid")] == list(range(20))
    assert [one["value"] for one in history(server, run, "Cosine Wave/cos")] == found["Cosine Wave"]["cos"]
    assert [one["value"] for one in history(server, run, "Fibonacci")] == found["Fibonacci"]
    run.download_file(file, tmp_path / "tanh.png")
    assert (tmp_path / "tanh.png").read_bytes().startswith(b"\x89PNG")


def test_once_is_a_value_and_twice_a_list(run):
    run.log("one", 1)
    run.log("two", 1)
    run.log("two", 0.5)
    run.log("mixed", "a")
    run.log("mixed", 2)
    run.log_list("list of one", [7])
    run.log_list("empty", [])
    run.log("first alone", 1)
    run.log_list("first alone", [2, "three"])
    run.log_row("row", "described", a=1, b="x")
    run.log_row("rows", a=1)
    run.log_row("rows", a=2)
    run.log_table("table of one", {"a": [1], "b": ["x"]})
    assert run.get_metrics() == {
        "one": 1,
        "two": [1, 0.5],
        "mixed": ["a", 2],
        "list of one": [7],
        "empty": [],
        "first alone": [1, 2, "three"],
        "row": {"a": 1, "b": "x"},
        "rows": {"a": [1, 2]},
        "table of one": {"a": [1], "b": ["x"]},
    }


def test_kinds_of_values(run):
    class Thing:
        def __repr__(self):
            return "a thing"

    values = {
        "numpy": (np.float32(0.5), 0.5), "array": (np.array([3]), 3), "true": (True, True),
        "none": (None, None), "numpy true": (np.bool_(False), False), "inf": (math.inf, math.inf),
        "large": (10**30, "1" + "0" * 30),
        "unicode ✓": ("ä", "ä"), "a (%)": (5, 5), "..": (6, 6), "long" + "g" * 300: (1, 1),
    }  # fmt: skip
    for name, (value, _) in values.items():
        run.log(name, value)
    with pytest.warns(UserWarning, match="Thing"):
        run.log("thing", Thing())
    run.log("nan", np.nan)
    run.log_list("odd", [math.nan, -math.inf, None, "x"])
    found = run.get_metrics()
    assert math.isnan(found.pop("nan"))
    odd = found.pop("odd")
    assert math.isnan(odd[0])
    assert odd[1:] == [-math.inf, None, "x"]
    # MLflow keeps an infinity as the largest number there is.
    assert found.pop("inf") > 1e308
    assert found == {name: value for name, (_, value) in values.items() if name != "inf"} | {
        "thing": "a thing"
    }


@pytest.mark.parametrize("wrong", [[1, 2], range(3), (i for i in range(3)), {"a": 1}, {1}, np.array([1, 2])])
def test_log_takes_one_value(run, wrong):
    with pytest.raises(UserErrorException, match="log_list"):
        run.log("x", wrong)
    assert run.get_metrics() == {}


def test_what_is_logged_wrongly(run, tmp_path):
    for call in (
        lambda: run.log("", 1),
        lambda: run.log(None, 1),
        lambda: run.log_list("x", 3),
        lambda: run.log_list("x", "text"),
        lambda: run.log_row("x"),
        lambda: run.log_row("x", a=[1]),
        lambda: run.log_table("x", {"a": [1, 2], "b": [1]}),
        lambda: run.log_table("x", [1]),
        lambda: run.log_image("x"),
        lambda: run.log_image("x", path="a", plot=object()),
        lambda: run.log_image("x", plot=object()),
        lambda: run.log_image("x", path=str(tmp_path / "nothing.png")),
        lambda: run.log_confusion_matrix("x", "not JSON"),
        lambda: run.log_confusion_matrix("x", "[1]"),
    ):
        with pytest.raises(UserErrorException):
            call()
    assert run.get_metrics() == {}


def test_documents(run):
    matrix = {"schema_type": "confusion_matrix", "data": {"class_labels": ["a"], "matrix": np.array([[1]])}}
    run.log_confusion_matrix("confusion", matrix)
    run.log_residuals("residuals", '{"a": [1, 2]}')
    run.log_predictions("predictions", {"b": (1, 2)})
    run.log_accuracy_table("accuracy", {"c": None})
    matrix["data"]["matrix"] = [[1]]
    assert run.get_metrics() == {
        "confusion": matrix,
        "residuals": {"a": [1, 2]},
        "predictions": {"b": [1, 2]},
        "accuracy": {"c": None},
    }


def test_steps(server, run, experiment):
    run.log("x", 1, step=10)
    run.log("x", 2)
    run.log("x", 3, step=5)
    assert run.get_metrics() == {"x": [1, 2, 3]}
    again = get_run(experiment, run.id)
    again.log("x", 4)  # another process would go on from what is there
    again.flush()
    assert sorted(one["step"] for one in history(server, run, "x")) == [5, 10, 11, 12]


def test_metrics_of_mlflow_are_there_too(run, experiment, python):
    program = (
        "import mlflow; mlflow.set_tracking_uri({!r})\n"
        "with mlflow.start_run(run_id={!r}):\n"
        "    mlflow.log_metric('theirs', 0.5)\n"
        "    [mlflow.log_metric('many', i, step=i) for i in range(3)]\n"
        "    mlflow.log_metric('system/cpu', 1)\n"
    )
    run.log("own", 1)
    python(program.format(experiment.workspace.get_mlflow_tracking_uri(), run.id))
    assert run.get_metrics() == {"own": 1, "theirs": 0.5, "many": [0, 1, 2]}
    assert run.get_status() == "Completed"


def test_many_rows_take_little_time(run):
    begin = time.monotonic()
    for i in range(1000):
        for name in ("a", "b", "c"):
            run.log_row(name, "described", **{f"c{j}": i * j for j in range(15)})
    logged = time.monotonic() - begin
    found = run.get_metrics()
    assert found["b"]["c7"] == [7 * i for i in range(1000)]
    assert {len(column) for row in found.values() for column in row.values()} == {1000}
    assert logged < 20


def test_what_is_logged_is_there_when_the_process_ends(experiment, python):
    program = (
        "from azureml.core import Workspace, Experiment\n"
        f"run = Experiment(Workspace.from_config(), {experiment.name!r}).start_logging()\n"
        "run.log('x', 1); run.log('word', 'w'); print(run.id)\n"
    )
    run_id = python(program).split()[-1]
    found = get_run(experiment, run_id)
    assert found.get_metrics() == {"x": 1, "word": "w"}
    assert found.get_status() == "Running"


def test_without_a_spool_each_call_waits_for_its_answer(experiment, monkeypatch):
    monkeypatch.setenv("LAZWARD_SPOOL", "off")
    run = experiment.start_logging(snapshot_directory=None)
    run.log("x", 1)
    run.log("word", "w")
    run.log_list("many", list(range(2500)))
    run.complete()
    assert run.get_metrics() == {"x": 1, "word": "w", "many": list(range(2500))}


def test_what_the_server_refuses_is_told(run, server):
    with server.client() as client:
        client.post("/api/2.0/mlflow/runs/delete", json={"run_id": run.id})
    run.log("word", "w")
    with pytest.raises(UserErrorException, match=r"log_records\('word'\).*deleted"):
        run.flush()


def test_offline(capsys):
    run = Run.get_context()
    assert isinstance(run, _OfflineRun)
    assert run.id.startswith("OfflineRun_")
    run.log("alpha", 0.5)
    run.log_row("row", a=1)
    run.tag("t", 1)
    run.upload_file("a.txt", "b.txt")
    with run.child_run() as child:
        child.log("inner", 2)
    run.complete()
    printed = capsys.readouterr().out
    assert "'alpha':\n0.5\n" in printed
    assert "'inner':\n2\n" in printed
    assert run.get_tags() == {"t": "1"}
    with pytest.raises(UserErrorException):
        run.log("x", [1])
    with pytest.raises(RunEnvironmentException, match="AZUREML_RUN_ID"):
        Run.get_context(allow_offline=False)
    with pytest.raises(RunEnvironmentException):
        _ = run.experiment
    with pytest.warns(DeprecationWarning, match="get_context"):
        assert isinstance(Run.get_submitted_run(), _OfflineRun)
