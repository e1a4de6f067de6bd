"""Search of runs: filters, order, pages."""

import mlflow
from lab import feature, refused, version
from mlflow.entities import ViewType

RUNS = (
    {
        "params": {"kind": "ridge", "alpha": "0.1"},
        "metrics": {"rmse": 3.0, "r 2": 0.1},
        "tags": {"team": "Red"},
    },
    {
        "params": {"kind": "lasso", "alpha": "0.2"},
        "metrics": {"rmse": 1.0, "r 2": 0.2},
        "tags": {"team": "red"},
    },
    {"params": {"kind": "ridge", "alpha": "0.3"}, "metrics": {"rmse": 2.0}, "tags": {"team": "blue%"}},
    {"params": {"kind": "tree"}},
)

FILTERS = (
    ("", {0, 1, 2, 3}),
    ("metrics.rmse < 2.5", {1, 2}),
    ("metrics.rmse >= 2 and metrics.rmse <= 3", {0, 2}),
    ("metrics.rmse != 1", {0, 2}),
    ('metrics."r 2" > 0.15', {1}),
    ("metrics.`r 2` = 0.1", {0}),
    ("params.kind = 'ridge'", {0, 2}),
    ("params.kind != 'ridge'", {1, 3}),
    ('parameters.kind = "tree"', {3}),
    ("params.kind = 'ridge' AND metrics.rmse < 2.5", {2}),
    ("tags.team = 'red'", {1}),
    ("tag.team != 'red'", {0, 2}),
    ("metrics.never > 0", set()),
)
SINCE_ATTRIBUTES = (
    ("attributes.status = 'FINISHED'", {0, 1, 2, 3}),
    ("attribute.status != 'FINISHED'", set()),
    ("tags.team LIKE 're%'", {1}),
    ("tags.team ILIKE 're%'", {0, 1}),
    ("params.alpha LIKE '0._'", {0, 1, 2}),
    ("attributes.start_time > 0", {0, 1, 2, 3}),
)

ORDERS = (
    (["metrics.rmse ASC"], [1, 2, 0, 3]),
    (["metrics.rmse DESC"], [0, 2, 1, 3]),
    (["params.kind DESC", "metrics.rmse"], [3, 2, 0, 1]),
    (["params.`alpha` desc"], [2, 1, 0, 3]),
    (["attributes.start_time ASC"], [0, 1, 2, 3]),
    ([], [3, 2, 1, 0]),
)


@feature("search filters")
def filters(lab):
    experiment, runs = _prepared(lab)
    for text, expected in FILTERS + (SINCE_ATTRIBUTES if version() >= (1, 30) else ()):
        found = {runs.index(r.info.run_id) for r in lab.client.search_runs([experiment], text)}
        assert found == expected, (text, found)
    one = lab.client.search_runs([experiment], "params.alpha = '0.3'")[0]
    assert one.data.params == RUNS[2]["params"]
    assert one.data.metrics == RUNS[2]["metrics"]
    for text in ("params.alpha > 1", "metrics.rmse = 'a'", "nothing.a = 1", "tags.a ="):
        refused("INVALID_PARAMETER_VALUE", lab.client.search_runs, [experiment], text)


@feature("search several experiments")
def several(lab):
    first, second = lab.experiment(), lab.experiment()
    runs = {lab.run(first), lab.run(second)}
    lab.run()
    assert {r.info.run_id for r in lab.client.search_runs([first, second], "")} == runs
    assert list(lab.client.search_runs([], "")) == []


@feature("search filters by run id and name", "mlflow>=2.0")
def by_run(lab):
    experiment, runs = _prepared(lab)
    lab.client.update_run(runs[1], name="the one")
    for text, expected in (
        (f"attributes.run_id IN ('{runs[0]}', '{runs[2]}')", {0, 2}),
        (f"attributes.run_id = '{runs[3]}'", {3}),
        ("run_name = 'the one'", {1}),
        ("attributes.run_name LIKE 'the%'", {1}),
    ):
        found = {runs.index(r.info.run_id) for r in lab.client.search_runs([experiment], text)}
        assert found == expected, (text, found)


@feature("search order", "mlflow>=1.2")
def order(lab):
    experiment, runs = _prepared(lab)
    for by, expected in ORDERS:
        found = lab.client.search_runs([experiment], "", order_by=by)
        assert [runs.index(r.info.run_id) for r in found] == expected, by


@feature("search in pages", "mlflow>=1.2")
def pages(lab):
    experiment = lab.experiment()
    runs = [lab.run(experiment, metrics={"m": i % 2}) for i in range(7)]
    found, token = [], None
    for size in (3, 3, 1):
        page = lab.client.search_runs(
            [experiment], "", max_results=3, order_by=["metrics.m"], page_token=token
        )
        assert len(page) == size
        found += [r.info.run_id for r in page]
        token = page.token
    assert not token
    assert found == runs[::-2] + runs[-2::-2]


@feature("search limit and view")
def limit_and_view(lab):
    experiment = lab.experiment()
    runs = [lab.run(experiment) for _ in range(4)]
    lab.client.delete_run(runs[0])
    some = lab.client.search_runs([experiment], "", max_results=2)
    assert len(some) == 2
    every = lab.client.search_runs([experiment], "", run_view_type=ViewType.ALL)
    assert len(every) == 4


@feature("search as a data frame", "mlflow.search_runs")
def data_frame(lab):
    experiment, runs = _prepared(lab)
    frame = mlflow.search_runs([experiment], "params.kind = 'ridge'", order_by=["metrics.rmse"])
    assert list(frame["run_id"]) == [runs[2], runs[0]]
    assert list(frame["metrics.rmse"]) == [2.0, 3.0]
    assert list(frame["params.alpha"]) == ["0.3", "0.1"]


def _prepared(lab):
    """An experiment with the runs above, started one after the other."""
    experiment = lab.experiment()
    runs = []
    for start, data in enumerate(RUNS, start=1):
        run_id = lab.client.create_run(experiment, start_time=start).info.run_id
        for key, value in data.get("metrics", {}).items():
            lab.client.log_metric(run_id, key, value + 1, step=1)
            lab.client.log_metric(run_id, key, value, step=2)
        for key, value in data.get("params", {}).items():
            lab.client.log_param(run_id, key, value)
        for key, value in data.get("tags", {}).items():
            lab.client.set_tag(run_id, key, value)
        lab.client.set_terminated(run_id)
        runs.append(run_id)
    return experiment, runs
