"""What a run logs, and how runs are managed, labelled and found."""

import math

import pytest
from tests.acceptance.conftest import is_page, links, metrics, opens, tags

FIBONACCI = [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89]
ANGLES = [float(angle) for angle in range(-10, 10)]


def close(values):
    return [pytest.approx(value, rel=1e-12, abs=1e-12) for value in values]


def test_c1_what_a_run_logs(rest, play, surroundings):
    facts = play("c1_logging").facts
    run_id, found = facts["run"], facts["metrics"]
    sigmoid = close(1 / (1 + math.exp(-angle)) for angle in ANGLES)
    image = found.pop("Hyperbolic Tangent")
    assert found == {
        "Category": "Red",
        "scale factor": 2,
        "Magic Number": 84,
        "Fibonacci": [2 * one for one in FIBONACCI],
        "Sigmoid": sigmoid,
        "Cosine Wave": {"angle": ANGLES, "cos": close(map(math.cos, ANGLES))},
        "Sine Wave": {"angle": ANGLES, "sine": close(map(math.sin, ANGLES))},
    }
    assert facts["one"] == {"scale factor": 2}
    (plot,) = [name for name in facts["files"] if name.startswith("Hyperbolic Tangent_")]
    assert plot.endswith(".png")
    assert image.endswith(plot)
    assert {*facts["files"]} == {plot, "logging-api/myfile.txt"} == {*rest.files(run_id)}
    assert rest.content(run_id, "logging-api/myfile.txt") == b"This is an output file"
    assert (surroundings / "files" / "myfile.txt").read_text() == "This is an output file"
    assert rest.content(run_id, plot) == (surroundings / "files" / plot).read_bytes()
    assert rest.content(run_id, plot).startswith(b"\x89PNG")
    assert facts["tags"] == {"My Favorite Run": None, "Competition Rank": "1"}
    run = rest.run(run_id)
    assert (facts["status"], run["info"]["status"]) == ("Completed", "FINISHED")
    assert tags(run)["Competition Rank"] == "1"
    assert (metrics(run)["scale factor"], metrics(run)["Magic Number"]) == (2, 84)
    assert "Category" not in metrics(run)
    assert rest.history(run_id, "Sigmoid") == sigmoid
    assert rest.history(run_id, "Cosine Wave/cos") == close(map(math.cos, ANGLES))
    assert rest.history(run_id, "Sine Wave/sine") == close(map(math.sin, ANGLES))
    assert rest.history(run_id, "Fibonacci") == [2 * one for one in FIBONACCI]


def test_c3_managing_runs(rest, play):
    played = play("c3_managing")
    facts = played.facts
    assert facts["statuses"] == ["Running", "Running", "Completed", "Running", "Completed"]
    assert facts["first"] not in ("Failed", "Canceled")
    assert facts["last"] == "Completed"
    assert "Hello from a script!" in played.printed
    assert facts["listed"] == [*reversed(facts["ids"])]
    assert facts["messages"] == {"message": "Hello from run!"}
    details = facts["details"]
    assert (details["runId"], details["target"], details["status"]) == (facts["ids"][2], "local", "Completed")
    for name, text in facts["logs"].items():
        assert isinstance(text, str)
        assert opens(details["logFiles"][name]) == text
    assert "Hello from a script!\n" in facts["logs"]["user_logs/std_log.txt"]
    for shown, run_id, kind in zip(
        facts["reprs"], facts["ids"][::2], ("None", "azureml.scriptrun"), strict=True
    ):
        assert "Experiment: explore-runs" in shown
        assert f"Id: {run_id}" in shown
        assert f"Type: {kind}" in shown
        assert "Status: Completed" in shown
    for page in facts["pages"]:
        (own,) = [url for url in links(page) if url.startswith(rest.url)]
        assert is_page(own)
    failing, error = facts["failing"]
    assert error["error"]["message"] == "it was meant to"
    canceled, status = facts["canceled"]
    assert status == "Canceled"
    assert sorted(one["number"] for one in facts["children"].values()) == [0, 1, 2]
    known = {run["info"]["run_id"]: run for run in rest.runs("explore-runs")}
    for child in facts["children"]:
        assert tags(known.pop(child))["mlflow.parentRunId"] == facts["parent"]
    ended = dict.fromkeys([*facts["ids"], facts["parent"]], "FINISHED")
    assert {run_id: run["info"]["status"] for run_id, run in known.items()} == ended | {
        failing: "FAILED", canceled: "KILLED",
    }  # fmt: skip
    assert any(facts["ids"][0] in page for page in played.pages) == play.notebook


def test_c4_properties_and_tags(rest, play):
    played = play("c4_labels")
    facts = played.facts
    kind, text = facts["refused"]
    assert "author" in text
    assert text in played.printed
    assert kind.endswith("Exception")
    assert facts["properties"] == {"author": "azureml-user"}
    assert facts["tags"] == [
        {"quality": "great run"},
        {"quality": "fantastic run"},
        {"quality": "fantastic run", "worth another look": None},
    ]
    assert facts["found"] == [[facts["run"]], [facts["run"]]]
    found = rest.post(
        "/api/2.0/mlflow/runs/search",
        {"experiment_ids": [rest.experiment("explore-runs")], "filter": "tags.quality = 'fantastic run'"},
    )["runs"]
    assert [run["info"]["run_id"] for run in found] == [facts["run"]]
