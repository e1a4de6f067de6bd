"""Random sequences of operations on logged models and the runs they come from."""

import values
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, rule
from pair import Pair
from values import all_of, some

NAMES = st.sampled_from(["one", "Two", "three 3"])
DATASET = st.just({}) | all_of(
    dataset_name=st.sampled_from(["d", "e"]), dataset_digest=st.sampled_from(["1", "2"])
)
FILTERS = [
    "", "name = 'one'", "attributes.name LIKE 'T%'", "name ILIKE 't%'", "name != 'one'",
    "name IN ('one', 'Two')", "name NOT IN ('one')", "params.a = '1'", "params.`a b` != 'A'",
    "tags.a = 'a'", "tags.b LIKE '%'",
    "metrics.a > 0", "metrics.a <= 0.5", "metrics.`a b` != 1", "metrics.a = 1 AND name = 'one'",
    "model_type = 'kind'", "status = 'READY'", "status != 'LOGGED_MODEL_PENDING'",
    "status = 'LOGGED_MODEL_READY'",
    "creation_timestamp > 0", "creation_time > 0", "last_updated_timestamp_ms > 5", "source_run_id = ''",
    "attributes.model_id = 'm-1'", "experiment_id = '1'",
]  # fmt: skip
ORDERS = [
    "metrics.a", "metrics.`a b`", "name", "attributes.name", "creation_timestamp", "creation_time",
    "last_updated_timestamp", "model_id", "params.a", "tags.a", "status", "nothing",
]  # fmt: skip
ORDER = st.fixed_dictionaries(
    {"field_name": st.sampled_from(ORDERS)},
    optional={"ascending": st.booleans(), "dataset_name": st.just("d"), "dataset_digest": st.just("1")},
)


class LoggedModels(RuleBasedStateMachine):
    """One example: an experiment, two runs and a few models."""

    models = Bundle("models")
    pair: Pair

    @initialize()
    def begin(self):
        body = {"name": self.pair.unique("l")}
        self.experiment = self.pair.make("experiments/create", body)
        self.runs = [
            self.pair.make(
                "runs/create",
                {"experiment_id": self.experiment, "start_time": 5},
            )
            for _ in range(2)
        ]
        self.known: list[str] = []
        self.params: dict[str | None, set[str]] = {}

    @rule(
        target=models,
        more=some(
            name=NAMES,
            model_type=st.just("kind"),
            params=values.distinct(values.param),
            tags=values.distinct(values.tag),
        ),
        run=st.sampled_from([None, 0, 1]),
    )
    def create(self, more, run):
        body = {"experiment_id": self.experiment} | more
        if run is not None:
            body["source_run_id"] = self.runs[run]
        made = self.pair.make("logged-models", body)
        self.params[made] = {param["key"] for param in more.get("params", [])}
        self.known += [made] if made else []
        return made or multiple()

    @rule(model=models)
    def get(self, model):
        self.pair.api("GET", f"logged-models/{model}")

    @rule(model=models, status=st.sampled_from(["LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED", 2, 3]))
    def finalize(self, model, status):
        self.pair.api("PATCH", f"logged-models/{model}", {"model_id": model, "status": status})

    @rule(model=models, certain=st.integers(0, 3))
    def delete(self, model, certain):
        if not certain:
            self.pair.api("DELETE", f"logged-models/{model}")

    @rule(model=models, tags=values.distinct(values.tag))
    def set_tags(self, model, tags):
        self.pair.api("PATCH", f"logged-models/{model}/tags", {"model_id": model, "tags": tags})

    @rule(model=models, key=st.sampled_from(["a", "b", "A"]))
    def delete_tag(self, model, key):
        self.pair.api("DELETE", f"logged-models/{model}/tags/{key}")

    @rule(model=models, params=values.distinct(values.param))
    def log_params(self, model, params):
        params = [param for param in params if param["key"] not in self.params[model]]
        self.params[model] |= {param["key"] for param in params}
        self.pair.api("POST", f"logged-models/{model}/params", {"model_id": model, "params": params})

    @rule(model=models, run=st.integers(0, 1), point=values.point, dataset=DATASET)
    def log_metric(self, model, run, point, dataset):
        body = {"run_id": self.runs[run], "model_id": model} | point
        self.pair.api("POST", "runs/log-metric", body | dataset)

    @rule(model=models, run=st.integers(0, 1), points=st.lists(values.point, max_size=3))
    def log_batch(self, model, run, points):
        metrics = [point | {"model_id": model} for point in points]
        self.pair.api("POST", "runs/log-batch", {"run_id": self.runs[run], "metrics": metrics})

    @rule(model=models, run=st.integers(0, 1), step=st.integers(0, 2))
    def output(self, model, run, step):
        body = {"run_id": self.runs[run], "models": [{"model_id": model, "step": step}]}
        self.pair.api("POST", "runs/outputs", body)

    @rule(model=models, run=st.integers(0, 1))
    def input(self, model, run):
        self.pair.api("POST", "runs/log-inputs", {"run_id": self.runs[run], "models": [{"model_id": model}]})

    @rule(run=st.integers(0, 1))
    def get_run(self, run):
        self.pair.api("GET", "runs/get", query={"run_id": self.runs[run]})

    @rule(
        text=st.sampled_from(FILTERS),
        more=some(
            order_by=st.lists(ORDER, max_size=2),
            max_results=st.integers(1, 4),
            datasets=st.lists(
                st.fixed_dictionaries(
                    {"dataset_name": st.sampled_from(["d", "e"])}, optional={"dataset_digest": st.just("1")}
                ),
                max_size=1,
            ),
        ),
    )
    def search(self, text, more):
        body = {"experiment_ids": [self.experiment], "filter": text} | more
        for _ in range(20):
            got = self.pair.api("POST", "logged-models/search", body)
            if not got.ok or not got.ours.body.get("next_page_token"):
                return
            body = body | {"page_token": self.pair.learn("token", got, "next_page_token")}

    def teardown(self):
        for model in getattr(self, "known", []):
            self.get(model)
