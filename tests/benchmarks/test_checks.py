"""A wrong answer is an error, never a quick figure."""

import dataclasses

import pytest
from suite import data, report
from suite.client import WrongAnswer
from suite.figure import Figure
from suite.plan import WORKLOADS
from suite.recipe import RECIPES
from suite.results import Results
from suite.server import Server
from suite.size import SIZES
from suite.stage import Stage
from suite.tracking import check_run
from suite.workloads import history, log_metric, search


def answer(number):
    """A run as a right answer has it."""
    batch = data.batch("a", number)
    return {
        "info": {"run_name": f"run-{number}"},
        "data": {name: batch[name] for name in ("params", "tags", "metrics")},
    }


def sample(count):
    """Every fourth point, and the last."""
    return {step: data.value(step) for step in [*range(0, count * 4, 4), count * 4 - 1]}


def test_a_server_that_refuses_gets_an_error_and_no_figure(tmp_path):
    results = Results()
    creating = next(each for each in WORKLOADS if each.name == "create_runs")
    server = Server(RECIPES["null"], tmp_path, str)
    with Stage([server], SIZES["smoke"], results) as stage:
        server.start()
        stage.measure(dataclasses.replace(creating, on=("null",)))
    assert results.figures == {}
    assert "was answered 500" in results.errors[0]
    assert "was answered 500" in report.table(results)


def test_right_answers_pass():
    check_run(answer(7), 7)
    search._check([answer(7), answer(3)], [7, 3])
    history._check(sample(2500), 10_000)
    log_metric._check({0: 0.5, 1: 1.5}, 2)


@pytest.mark.parametrize("part", ["params", "tags", "metrics"])
def test_a_run_that_lacks_a_part_is_wrong(part):
    run = answer(7)
    run["data"][part] = run["data"][part][1:]
    with pytest.raises(WrongAnswer):
        check_run(run, 7)


def test_runs_in_another_order_are_wrong():
    with pytest.raises(WrongAnswer):
        search._check([answer(3), answer(7)], [7, 3])


@pytest.mark.parametrize(
    "wrong",
    [
        dict(reversed(sample(2500).items())),
        dict.fromkeys(sample(2500), 0.25),
        {step: value for step, value in sample(2500).items() if step > 0},
        {step: value for step, value in sample(2500).items() if step < 100 or step > 9_000},
    ],
    ids=["order", "values", "no first", "too few"],
)
def test_a_wrong_sample_is_wrong(wrong):
    with pytest.raises(WrongAnswer):
        history._check(wrong, 10_000)


def test_a_lost_point_is_wrong():
    with pytest.raises(WrongAnswer):
        log_metric._check({0: 0.5}, 2)


def test_times_tell_how_much_better_we_are_whichever_way_is_better():
    results = Results()
    results.add("log_metric_1", "ours", [{"rate": Figure(value, "requests/s")} for value in (90, 100, 400)])
    results.add("log_metric_1", "mlflow", [{"rate": Figure(2, "requests/s")}])
    results.add("history", "ours", [{"time": Figure(10, "ms", more=False)}])
    results.add("history", "mlflow", [{"time": Figure(200, "ms", more=False)}])
    found = {line.title: (line.reached, line.met) for line in report.lines(results)}
    assert found == {"log-metric, 1 connection": (50, True), "history as a whole": (20, False)}
