"""The same searches in genuine MLflow's own store, which answers them alike, or refuses them alike.

What is allowed to differ stands in EXTENSIONS, which only we take, and STRICTER, which only we refuse.
"""

import math
from pathlib import Path
from typing import Any

import pytest

from lazward.errors import InvalidRequest
from lazward.wire.experiments import ViewType as View

LARGEST = 1.7976931348623157e308
RUNS: list[dict[str, Any]] = [
    {
        "name": "a",
        "status": "FINISHED",
        "user_id": "Ann",
        "start_time": 100,
        "end_time": 200,
        "points": {"loss": 0.5, "x/y z": 1.0, "big": math.inf},
        "params": {"lr": "0.1", "odd key": "v", "it": "it's", "depth": "10"},
        "tags": {"team": "Red", "mlflow.source.type": "LOCAL"},
        "datasets": [("iris", "d1", "train"), ("wine", "d2", None)],
    },
    {
        "name": "b",
        "status": "FAILED",
        "user_id": "bob",
        "start_time": 200,
        "points": {"loss": math.nan, "acc": 0.7},
        "params": {"lr": "0.2", "slash": "a\\b%c_d", "depth": "9"},
        "tags": {"team": "red"},
        "datasets": [("iris", "d3", "test")],
    },
    {
        "name": "c",
        "start_time": 300,
        "points": {"loss": 2.0, "acc": -0.7},
        "params": {"lr": " "},
        "tags": {"e": ""},
    },
    {"name": "D", "start_time": 300, "points": {"other": 0.0}, "status": "KILLED", "end_time": 150},
    {
        "name": "é",
        "start_time": 50,
        "points": {"loss": 0.5, "acc": 0.7},
        "tags": {"team": "ÉA"},
        "user_id": "",
    },
]

FILTERS = [
    "",
    " ",
    "metrics.loss > 0.1",
    "metrics.loss>=0.5",
    "metric.loss = 0.5",
    "metrics.loss = 0",
    "metrics.loss != 0.5",
    "metrics.loss < 1e400",
    "metrics.loss <= .5",
    "metrics.loss > -1.",
    "metrics.big > 1e308",
    "metrics.big = 1.7976931348623157e308",
    "metrics.big >= 1e400",
    'metrics."x/y z" = 1',
    "metrics.`x/y z` > 0 and metrics.loss < 1",
    "metrics.nobody > 0",
    "params.lr = '0.1'",
    'param.lr = "0.1"',
    "parameters.lr != '0.1'",
    "parameter.lr LIKE '0._'",
    "params.`odd key` = 'v'",
    "params.'odd key' = 'v'",
    "`params`.lr = '0.1'",
    'params.it = "it\'s"',
    "params.slash = 'a\\b%c_d'",
    "params.slash LIKE 'a\\b\\%%'",
    "params.slash LIKE 'a\\b%'",
    "params.slash like '%c_d'",
    "params.depth != '10'",
    "tags.team = 'Red'",
    "tag.team LIKE 'r%'",
    "tags.team ILIKE 'R%'",
    "tags.team ILIKE 'éA'",
    "tags.team ILIKE 'Éa'",
    "tags.e = ''",
    "tags.mlflow.source.type = 'LOCAL'",
    "tags.`mlflow.runName` LIKE 'a'",
    "tags.team IS NULL",
    "tags.team is not null",
    "params.lr IS NOT NULL and metrics.loss > 1",
    "metrics.loss IS NULL",
    "status = 'FINISHED'",
    "status = 'finished'",
    "status != 'FINISHED'",
    "attribute.status ILIKE 'f%'",
    "attr.user_id LIKE 'A%'",
    "run.user_id = ''",
    "user_id != 'bob'",
    "attributes.start_time >= 200",
    "start_time > 199.5",
    "start_time = 200.0",
    "created < 2e2",
    "Created != 100",
    "end_time > 0",
    "end_time != 200",
    "run_name = 'a'",
    "run_name ILIKE 'd'",
    "\"run name\" LIKE 'b'",
    "attributes.`Run name` != 'c'",
    "run_id IN ('nothing')",
    "run_id != 'nothing'",
    "artifact_uri LIKE '%'",
    "datasets.name = 'iris'",
    "dataset.name != 'iris'",
    "dataset.digest IN ('d2', 'd3')",
    "dataset.digest NOT IN ('d1')",
    "dataset.context = 'train'",
    "datasets.context ILIKE 'TE%'",
    "dataset.context != 'train'",
    "metrics.loss > 0.1 AND params.lr = '0.1' and tags.team LIKE '%'",
    # refused by both
    "params.lr = '0.1';",
    "params.lr = '0.1'; params.lr = '0.2'",
    "metrics.loss BETWEEN 1 AND 2",
    "metrics.loss > 1 NAND params.lr = 'x'",
    "metrics.loss > 'x'",
    "metrics.loss > NaN",
    "metrics.loss > +1",
    "metrics.loss > 0x10",
    "metrics.loss > 1_000",
    "metrics.loss LIKE 'x'",
    "metrics.loss IN (1)",
    "metrics.val-loss > 1",
    "metrics.a/b > 1",
    "metrics.loss > = 1",
    "params.lr > '0.1'",
    "params.lr == '0.1'",
    "params.lr <> '0.1'",
    "params.lr NOT LIKE '0.1'",
    "params.lr = 0.1",
    "params.lr = x",
    "params.lr = `x`",
    "params.lr IN ('0.1')",
    "Params.lr = '0.1'",
    "foo.lr = '0.1'",
    "foo = '0.1'",
    "experiment_id = '1'",
    "attributes.lifecycle_stage = 'active'",
    "dataset.foo = 'x'",
    "datasets.name > 'x'",
    "status IN ('FINISHED')",
    "status = 1",
    "run_id IN ()",
    "run_id IN ('a', 1)",
    "run_id IS NULL",
    "start_time = '1'",
    "start_time LIKE '1'",
    "'x' = params.lr",
    "1 = 1",
    "params.lr",
    "params.lr =",
    "= 'x'",
    "run name = 'x'",
    "params.lr = 'x",
    "`metrics.loss > 1",
    "metrics.loss > 1 -- c",
    "params.lr = 'x' /* c */",
]

EXTENSIONS = [
    "params.lr = '0.1' OR params.lr = '0.2'",
    "(params.lr = '0.1')",
    "NOT params.lr = '0.1'",
    "params.lr IS  NOT \n NULL",
    "params.in = 'x'",
    "params.1 = 'x'",
]
"""Beside OR, NOT and parentheses: white space between keywords, keys that are keywords or numbers."""

STRICTER = [
    "params.lr = '0.1' AND",
    "AND params.lr = '0.1'",
    "params.lr = '0.1' params.lr = '0.1'",
    "params. lr = '0.1'",
    "run_id IN ('a' 'b')",
    "params.lr = 'it\\'s'",
]
"""An AND too many or too few, blanks and glued strings that genuine drops or takes into the key or value."""

ORDERS = [
    [],
    ["start_time"],
    ["attributes.start_time DESC"],
    ["Created ASC"],
    ["end_time desc"],
    ["metrics.loss"],
    ["metrics.loss DESC"],
    ["metric.acc ASC", "metrics.loss DESC"],
    ["metrics.`x/y z`"],
    ['metrics."x/y z" desc'],
    ["params.depth"],
    ["params.lr DESC", "start_time"],
    ["tags.team"],
    ["tag.team DESC"],
    ["status", "run_name"],
    ["run_name DESC"],
    ["user_id", "start_time"],
    ["run_id"],
    # refused by both
    ["foo.a"],
    ["foo"],
    ["lifecycle_stage"],
    ["datasets.name"],
    ["start_time foo"],
    ["start_time desc nulls last"],
    [""],
    ["desc"],
    ["metrics.`a"],
    ["metrics.a, metrics.b"],
    ["start_time", "created"],
]


EXPERIMENTS = {
    "Abc": {"team": "red", "k": "v"},
    "a": {"team": "Blue"},
    "ab%": {},
    "é": {"team": ""},
}
EXPERIMENT_FILTERS = [
    "name != 'home' AND name != 'Default'",
    "name = 'a'",
    "attribute.name LIKE 'a%'",
    "name ILIKE 'A%'",
    "name LIKE 'ab\\%'",
    "tags.team = 'red'",
    "tag.team != 'red'",
    "tags.team = ''",
    "tags.`team` ILIKE 'B%' AND name LIKE '_'",
    "tags.team IS NULL AND name != 'home' AND name != 'Default'",
    "tags.team IS NOT NULL",
    "name != 'home' AND name != 'Default' AND creation_time > 0",
    "experiment_id NOT IN ('987654321')  AND tags.k = 'v'",
    # refused by both
    "experiment_id = 'x'",
    "experiment_id LIKE '1'",
    "name IN ('a')",
    "name > 'a'",
    "name IS NULL",
    "creation_time > 'x'",
    "lifecycle_stage = 'active'",
    "metrics.m > 1",
    "params.p = 'x'",
    "tags.team > 'x'",
    "name = 'a' AND name",
]
EXPERIMENT_ORDERS = [
    ["name"],
    ["name DESC"],
    ["experiment_id"],
    ["attribute.name ASC"],
    ["foo"],
    ["metrics.m"],
]


class Genuine:
    """MLflow's own store on SQLite, with the same runs."""

    def __init__(self, folder: Path) -> None:
        from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

        self.store = SqlAlchemyStore(f"sqlite:///{folder / 'genuine.db'}", str(folder / "artifacts"))
        self.home = self.store.create_experiment("home")
        for name, tags in EXPERIMENTS.items():
            self._experiment(name, tags)
        self.ids: dict[str, str] = {run["name"]: self._run(run) for run in RUNS}

    def _run(self, run: dict[str, Any]) -> str:
        from mlflow import entities

        made = self.store.create_run(self.home, run.get("user_id", "u"), run["start_time"], [], run["name"])
        run_id = made.info.run_id
        metrics = [entities.Metric(key, value, 0, 0) for key, value in run.get("points", {}).items()]
        params = [entities.Param(key, value) for key, value in run.get("params", {}).items()]
        tags = [entities.RunTag(key, value) for key, value in run.get("tags", {}).items()]
        self.store.log_batch(run_id, metrics, params, tags)
        self.store.log_inputs(run_id, [self._input(*dataset) for dataset in run.get("datasets", [])])
        status = entities.RunStatus.from_string(run.get("status", "RUNNING"))
        self.store.update_run_info(run_id, status, run.get("end_time"), None)
        return run_id

    def _experiment(self, name: str, tags: dict[str, str]) -> None:
        from mlflow.entities import ExperimentTag

        self.store.create_experiment(name, tags=[ExperimentTag(key, value) for key, value in tags.items()])

    def _input(self, name: str, digest: str, context: str | None) -> Any:
        from mlflow import entities

        tags = [entities.InputTag("mlflow.data.context", context)] if context else []
        return entities.DatasetInput(entities.Dataset(name, digest, "x", "x"), tags)

    def find(self, wanted: str, order_by: list[str]) -> list[str] | None:
        """The names of the runs found, or None if the search is refused."""
        from mlflow.entities import ViewType
        from mlflow.exceptions import MlflowException

        try:
            found = self.store.search_runs([self.home], wanted, ViewType.ACTIVE_ONLY, 100, order_by)
        except MlflowException:
            return None
        return [run.info.run_name for run in found]

    def find_experiments(self, wanted: str, order_by: list[str]) -> list[str] | None:
        """The names of the experiments found, or None if the search is refused."""
        from mlflow.exceptions import MlflowException

        try:
            found = self.store.search_experiments(filter_string=wanted, order_by=order_by, max_results=100)
        except MlflowException:
            return None
        return [experiment.name for experiment in found]


@pytest.fixture(scope="module")
def genuine(tmp_path_factory: pytest.TempPathFactory) -> Genuine:
    return Genuine(tmp_path_factory.mktemp("genuine"))


@pytest.fixture
def ours(world: Any, genuine: Genuine) -> Any:
    for run in RUNS:
        points = {
            key: LARGEST if value == math.inf else value for key, value in run.get("points", {}).items()
        }
        tags = run.get("tags", {}) | {"mlflow.runName": run["name"]}
        world.run(**run | {"points": points, "tags": tags, "run_id": genuine.ids[run["name"]]})
    return world


def find(world: Any, wanted: str, order_by: list[str]) -> list[str] | None:
    try:
        return world.find(wanted, order_by, view=View.ACTIVE_ONLY)
    except InvalidRequest:
        return None


@pytest.mark.parametrize("wanted", FILTERS)
def test_filters_match_the_same_runs(genuine: Genuine, ours: Any, wanted: str) -> None:
    assert find(ours, wanted, []) == genuine.find(wanted, [])


def found_experiments(world: Any, wanted: str, order_by: list[str]) -> list[str] | None:
    try:
        return world.find_experiments(wanted, order_by)
    except InvalidRequest:
        return None


@pytest.fixture
def experiments(world: Any) -> Any:
    for number, (name, tags) in enumerate(EXPERIMENTS.items(), start=1):
        world.experiment(name, tags, created_at=number)
    return world


@pytest.mark.parametrize("wanted", EXPERIMENT_FILTERS)
def test_filters_match_the_same_experiments(genuine: Genuine, experiments: Any, wanted: str) -> None:
    assert found_experiments(experiments, wanted, ["name"]) == genuine.find_experiments(wanted, ["name"])


@pytest.mark.parametrize("order_by", EXPERIMENT_ORDERS)
def test_orders_put_experiments_the_same_way(genuine: Genuine, experiments: Any, order_by: list[str]) -> None:
    some = "name != 'home' AND name != 'Default'"
    assert found_experiments(experiments, some, order_by) == genuine.find_experiments(some, order_by)


@pytest.mark.parametrize("order_by", ORDERS)
def test_orders_put_runs_the_same_way(genuine: Genuine, ours: Any, order_by: list[str]) -> None:
    assert find(ours, "", order_by) == genuine.find("", order_by)


@pytest.mark.parametrize("wanted", EXTENSIONS)
def test_some_filters_are_ours_alone(genuine: Genuine, ours: Any, wanted: str) -> None:
    assert genuine.find(wanted, []) is None
    assert find(ours, wanted, []) is not None


@pytest.mark.parametrize("wanted", STRICTER)
def test_some_mistakes_we_name_where_genuine_guesses(genuine: Genuine, ours: Any, wanted: str) -> None:
    assert genuine.find(wanted, []) is not None
    assert find(ours, wanted, []) is None


def test_two_quotes_stand_for_one_in_ours(genuine: Genuine, ours: Any) -> None:
    """As in SQL; genuine looks for both of them."""
    assert find(ours, "params.it = 'it''s'", []) == ["a"]
    assert genuine.find("params.it = 'it''s'", []) == []
