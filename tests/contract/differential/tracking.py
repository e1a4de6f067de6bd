"""Random sequences of operations on experiments, runs and what they hold."""

import filters
import values
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, rule
from pair import Exchange, Pair

METRICS = "/ajax-api/2.0/mlflow/metrics/"

_search_experiments = values.some(order_by=filters.experiment_order, view_type=values.view_types).flatmap(
    lambda more: st.integers(1, 5).map(lambda size: more | {"max_results": size})
)
_search_runs = values.some(
    order_by=filters.run_order, run_view_type=values.view_types, max_results=st.integers(1, 5)
)


class Tracking(RuleBasedStateMachine):
    """One example: a few experiments and runs, changed and looked at in random order."""

    experiments = Bundle("experiments")
    runs = Bundle("runs")

    pair: Pair

    def __init__(self) -> None:
        super().__init__()
        self.word = self.pair.unique("x")
        self.names = 0
        self.starts = 0
        self.known_experiments: list[str] = []
        self.known_runs: list[str] = []

    # Experiments

    @initialize(target=experiments)
    def begin(self):
        return self._experiment({})

    @rule(target=experiments, tags=values.tags)
    def create_experiment(self, tags):
        return self._experiment(tags)

    def _experiment(self, more):
        self.names += 1
        body = {"name": f"{self.word}/{self.names}"} | more
        made = self.pair.make("experiments/create", body)
        self.known_experiments += [made] if made else []
        return made or multiple()

    @rule(experiment=experiments)
    def get_experiment(self, experiment):
        self.pair.api("GET", "experiments/get", query={"experiment_id": experiment})

    @rule(number=st.integers(1, 4))
    def get_experiment_by_name(self, number):
        name = f"{self.word}/{number}"
        self.pair.api("GET", "experiments/get-by-name", query={"experiment_name": name})

    @rule(experiment=experiments, number=st.integers(1, 6))
    def rename_experiment(self, experiment, number):
        body = {"experiment_id": experiment, "new_name": f"{self.word}/{number}"}
        self.pair.api("POST", "experiments/update", body)

    @rule(experiment=experiments)
    def delete_experiment(self, experiment):
        self.pair.api("POST", "experiments/delete", {"experiment_id": experiment})

    @rule(experiment=experiments)
    def restore_experiment(self, experiment):
        self.pair.api("POST", "experiments/restore", {"experiment_id": experiment})

    @rule(experiment=experiments, tag=values.tag)
    def tag_experiment(self, experiment, tag):
        self.pair.api("POST", "experiments/set-experiment-tag", {"experiment_id": experiment} | tag)

    @rule(experiment=experiments, key=values.key)
    def untag_experiment(self, experiment, key):
        body = {"experiment_id": experiment, "key": key}
        self.pair.api("POST", "experiments/delete-experiment-tag", body)

    @rule(text=filters.experiments, more=_search_experiments)
    def search_experiments(self, text, more):
        text = f"name LIKE '{self.word}/%'" + (f" AND {text}" if text else "")
        self._pages("experiments/search", {"filter": text} | more)

    @rule(text=filters.odd_experiments)
    def search_experiments_oddly(self, text):
        self.pair.api("POST", "experiments/search", {"filter": text, "max_results": 1}, wrong="filter")

    @rule(order=filters.odd_experiment_order)
    def order_experiments_oddly(self, order):
        body = {"order_by": [order], "max_results": 1, "filter": "name = 'none'"}
        self.pair.api("POST", "experiments/search", body, wrong="order_by")

    # Runs

    @rule(target=runs, experiment=experiments, tags=values.tags, name=values.run_name)
    def create_run(self, experiment, tags, name):
        self.starts += 1
        body = {"experiment_id": experiment, "start_time": self.starts * 7919 % 1009 + 1, "user_id": "u"}
        body |= name | tags
        made = self.pair.make("runs/create", body)
        self.known_runs += [made] if made else []
        return made or multiple()

    @rule(run=runs)
    def get_run(self, run):
        self.pair.api("GET", "runs/get", query={"run_id": run})

    @rule(run=runs, change=values.run_change)
    def update_run(self, run, change):
        self.pair.api("POST", "runs/update", {"run_id": run} | change)

    @rule(run=runs)
    def delete_run(self, run):
        self.pair.api("POST", "runs/delete", {"run_id": run})

    @rule(run=runs)
    def restore_run(self, run):
        self.pair.api("POST", "runs/restore", {"run_id": run})

    @rule(run=runs, point=values.point)
    def log_metric(self, run, point):
        self.pair.api("POST", "runs/log-metric", {"run_id": run} | point)

    @rule(run=runs, param=values.param)
    def log_param(self, run, param):
        self.pair.api("POST", "runs/log-parameter", {"run_id": run} | param)

    @rule(run=runs, tag=values.tag | values.name_tag)
    def set_tag(self, run, tag):
        self.pair.api("POST", "runs/set-tag", {"run_id": run} | tag)

    @rule(run=runs, key=values.key)
    def delete_tag(self, run, key):
        self.pair.api("POST", "runs/delete-tag", {"run_id": run, "key": key})

    @rule(run=runs, batch=values.batch)
    def log_batch(self, run, batch):
        self.pair.api("POST", "runs/log-batch", {"run_id": run} | batch)

    @rule(run=runs, datasets=st.lists(values.dataset_input, max_size=3))
    def log_inputs(self, run, datasets):
        self.pair.api("POST", "runs/log-inputs", {"run_id": run, "datasets": datasets})

    # Reading

    @rule(run=runs, key=values.key)
    def history(self, run, key):
        self.pair.api("GET", "metrics/get-history", query={"run_id": run, "metric_key": key})

    @rule(run=runs, key=values.key, size=st.integers(1, 4))
    def history_in_pages(self, run, key, size):
        self._pages("metrics/get-history", {"run_id": run, "metric_key": key, "max_results": size}, "GET")

    @rule(some=st.lists(runs, min_size=1, max_size=3, unique=True), key=values.key, more=values.interval)
    def history_interval(self, some, key, more):
        query = {"run_ids": some, "metric_key": key} | more
        self.pair.ask("GET", METRICS + "get-history-bulk-interval", query=query)

    @rule(some=st.lists(runs, min_size=1, max_size=3, unique=True), key=values.key)
    def history_bulk(self, some, key):
        self.pair.ask("GET", METRICS + "get-history-bulk", query={"run_id": some, "metric_key": key})

    @rule(data=st.data(), text=filters.runs, more=_search_runs)
    def search_runs(self, data, text, more):
        self._pages("runs/search", {"experiment_ids": self._some(data), "filter": text} | more)

    @rule(text=filters.odd_runs)
    def search_runs_oddly(self, text):
        body = {"experiment_ids": self.known_experiments, "filter": text}
        self.pair.api("POST", "runs/search", body, wrong="filter")

    @rule(order=filters.odd_run_order)
    def order_runs_oddly(self, order):
        body = {"experiment_ids": self.known_experiments, "order_by": [order]}
        self.pair.api("POST", "runs/search", body, wrong="order_by")

    @rule(data=st.data())
    def search_by_run_id(self, data):
        if not self.known_runs:
            return
        some = data.draw(st.lists(st.sampled_from(self.known_runs), min_size=1, max_size=3))
        verb = data.draw(st.sampled_from(["IN", "NOT IN"]))
        listed = ", ".join(f"'{run}'" for run in some)
        body = {"experiment_ids": self.known_experiments, "filter": f"run_id {verb} ({listed})"}
        self.pair.api("POST", "runs/search", body)

    @rule(data=st.data())
    def search_datasets(self, data):
        self.pair.ask(
            "POST", "/ajax-api/2.0/mlflow/experiments/search-datasets", {"experiment_ids": self._some(data)}
        )

    def teardown(self):
        for experiment in self.known_experiments:
            self.pair.api("GET", "experiments/get", query={"experiment_id": experiment})
        for run in self.known_runs:
            self.pair.api("GET", "runs/get", query={"run_id": run})

    def _some(self, data) -> list[str]:
        return data.draw(st.lists(st.sampled_from(self.known_experiments), max_size=3, unique=True))

    def _pages(self, path: str, body: dict, method: str = "POST") -> None:
        """All pages, the tokens of each side being its own."""
        for _ in range(30):
            got = self._ask(method, path, body)
            if not got.ok or not got.ours.body.get("next_page_token"):
                return
            body = body | {"page_token": self.pair.learn("token", got, "next_page_token")}

    def _ask(self, method: str, path: str, fields: dict) -> Exchange:
        given = {"query": fields} if method == "GET" else {"body": fields}
        return self.pair.api(method, path, **given)
