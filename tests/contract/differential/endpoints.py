"""A right request for every endpoint, to be spoilt field by field."""

from dataclasses import dataclass, field
from typing import Any

from pair import Pair

AJAX = "/ajax-api/2.0/mlflow/"
API = "/api/2.0/mlflow/"


@dataclass(frozen=True)
class Request:
    """A request that both servers answer with 200; ``fields`` is the body, or the query of a GET."""

    method: str
    path: str
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def reads(self) -> bool:
        """Whether nothing is changed by it."""
        return self.method == "GET" or self.path.endswith("search")


class Bench:
    """One of each thing, for requests to work on."""

    def __init__(self, pair: Pair) -> None:
        self.name = pair.unique("bench")
        self.experiment = pair.make("experiments/create", {"name": self.name})
        body = {"experiment_id": self.experiment, "start_time": 5, "tags": [{"key": "t", "value": "1"}]}
        self.run = pair.make("runs/create", body)
        body = {
            "run_id": self.run,
            "metrics": [{"key": "m", "value": 1, "timestamp": 1, "step": s} for s in (1, 2)],
        }
        pair.api("POST", "runs/log-batch", body | {"params": [{"key": "p", "value": "1"}]})
        pair.api("POST", "registered-models/create", {"name": self.name})
        body = {"name": self.name, "source": "s3://b/m", "tags": [{"key": "t", "value": "1"}]}
        pair.api("POST", "model-versions/create", body)
        pair.api("POST", "registered-models/alias", {"name": self.name, "alias": "a", "version": "1"})
        body = {"experiment_id": self.experiment, "name": "lm", "tags": [{"key": "t", "value": "1"}]}
        self.model = pair.make("logged-models", body)
        pair.api(
            "POST",
            "experiments/set-experiment-tag",
            {"experiment_id": self.experiment, "key": "t", "value": "1"},
        )


def everything(bench: Any, fresh: str) -> list[Request]:
    """The table. ``fresh`` is a name that nothing has yet."""
    e, r, m = {"experiment_id": bench.experiment}, {"run_id": bench.run}, {"name": bench.name}
    v, lm = m | {"version": "1"}, {"model_id": bench.model}
    tag = {"key": "k", "value": "v"}
    point = {"key": "m", "value": 1.5, "timestamp": 7, "step": 3}
    dataset = {
        "name": "d",
        "digest": "1",
        "source_type": "local",
        "source": "s",
        "schema": "{}",
        "profile": "{}",
    }
    inputs = [{"dataset": dataset, "tags": [tag]}]
    page = {"filter": "", "max_results": 3, "order_by": []}
    rows = [
        ("POST", "experiments/create", {"name": fresh, "artifact_location": "s3://b/x", "tags": [tag]}),
        ("GET", "experiments/get", e),
        ("GET", "experiments/get-by-name", {"experiment_name": bench.name}),
        ("POST", "experiments/search", page | {"filter": f"name = '{bench.name}'", "view_type": "ALL"}),
        ("POST", "experiments/update", e | {"new_name": fresh}),
        ("POST", "experiments/delete", e),
        ("POST", "experiments/set-experiment-tag", e | tag),
        ("POST", "experiments/delete-experiment-tag", e | {"key": "t"}),
        ("POST", AJAX + "experiments/search-datasets", {"experiment_ids": [bench.experiment]}),
        ("POST", "runs/create", e | {"user_id": "u", "run_name": "n", "start_time": 7, "tags": [tag]}),
        ("GET", "runs/get", r),
        ("POST", "runs/update", r | {"status": "FINISHED", "end_time": 9, "run_name": "z"}),
        ("POST", "runs/delete", r),
        ("POST", "runs/restore", r),
        ("POST", "runs/search", page | {"experiment_ids": [bench.experiment], "run_view_type": "ALL"}),
        ("POST", "runs/log-metric", r | point),
        ("POST", "runs/log-parameter", r | tag),
        ("POST", "runs/set-tag", r | tag),
        ("POST", "runs/delete-tag", r | {"key": "t"}),
        ("POST", "runs/log-batch", r | {"metrics": [point], "params": [tag], "tags": [tag]}),
        ("POST", "runs/log-inputs", r | {"datasets": inputs, "models": [lm]}),
        ("POST", "runs/outputs", r | {"models": [lm | {"step": 1}]}),
        ("GET", "metrics/get-history", r | {"metric_key": "m", "max_results": 2}),
        (
            "GET",
            AJAX + "metrics/get-history-bulk",
            {"run_id": [bench.run], "metric_key": "m", "max_results": 2},
        ),
        (
            "GET",
            AJAX + "metrics/get-history-bulk-interval",
            {"run_ids": [bench.run], "metric_key": "m", "start_step": 0, "end_step": 5, "max_results": 3},
        ),
        ("GET", "artifacts/list", r | {"path": "a"}),
        ("POST", "registered-models/create", {"name": fresh, "tags": [tag], "description": "d"}),
        ("POST", "registered-models/rename", m | {"new_name": fresh}),
        ("PATCH", "registered-models/update", m | {"description": "d"}),
        ("DELETE", "registered-models/delete", m),
        ("GET", "registered-models/get", m),
        ("GET", "registered-models/search", page | {"filter": f"name = '{bench.name}'"}),
        ("POST", "registered-models/get-latest-versions", m | {"stages": ["None"]}),
        ("POST", "registered-models/set-tag", m | tag),
        ("DELETE", "registered-models/delete-tag", m | {"key": "t"}),
        ("POST", "registered-models/alias", v | {"alias": "b"}),
        ("GET", "registered-models/alias", m | {"alias": "a"}),
        ("DELETE", "registered-models/alias", m | {"alias": "a"}),
        (
            "POST",
            "model-versions/create",
            m | {"source": "s3://b/n", "run_link": "l", "description": "d", "tags": [tag]},
        ),
        ("PATCH", "model-versions/update", v | {"description": "d"}),
        (
            "POST",
            "model-versions/transition-stage",
            v | {"stage": "Staging", "archive_existing_versions": True},
        ),
        ("DELETE", "model-versions/delete", v),
        ("GET", "model-versions/get", v),
        ("GET", "model-versions/search", page | {"filter": f"name = '{bench.name}'"}),
        ("GET", "model-versions/get-download-uri", v),
        ("POST", "model-versions/set-tag", v | tag),
        ("DELETE", "model-versions/delete-tag", v | {"key": "t"}),
        (
            "POST",
            "logged-models",
            e | {"name": "n", "model_type": "t", "source_run_id": bench.run, "params": [tag], "tags": [tag]},
        ),
        ("GET", f"logged-models/{bench.model}", {}),
        ("PATCH", f"logged-models/{bench.model}", lm | {"status": "LOGGED_MODEL_READY"}),
        ("DELETE", f"logged-models/{bench.model}", lm),
        ("PATCH", f"logged-models/{bench.model}/tags", lm | {"tags": [tag]}),
        ("DELETE", f"logged-models/{bench.model}/tags/t", {}),
        ("POST", f"logged-models/{bench.model}/params", lm | {"params": [tag]}),
        (
            "POST",
            "logged-models/search",
            {
                "experiment_ids": [bench.experiment],
                "filter": "",
                "max_results": 3,
                "order_by": [{"field_name": "name", "ascending": True}],
                "datasets": [{"dataset_name": "d", "dataset_digest": "1"}],
            },
        ),
    ]
    return [
        Request(verb, path if path.startswith("/") else API + path, fields) for verb, path, fields in rows
    ]
