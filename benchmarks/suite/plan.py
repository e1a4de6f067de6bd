"""The workloads, and the servers each one runs on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from suite.figure import Figure
from suite.server import Server
from suite.size import Size
from suite.workloads import artifact, create_runs, history, log_batch, log_metric, search, startup

PEERS = ("fasttrackml", "mlflow", "mlflow_uvloop")
ON_POSTGRESQL = ("ours_postgresql", "fasttrackml_postgresql", "mlflow_postgresql")


def nothing(_: Server, __: Size) -> None:
    """The preparation of a workload that needs none."""


@dataclass(frozen=True)
class Workload:
    """A load on some servers.

    Attributes:
        name: Its name on the command line and in the results.
        stage: Workloads of a stage share their servers, which are started together.
        measure: One repetition on one server; takes what ``prepare`` returned.
        on: The servers, by name.
        prepare: Done once on each server; workloads of a stage share what is prepared the same way.
        starts: The workload starts the servers itself.
    """

    name: str
    stage: str
    measure: Callable[[Server, Size, Any], dict[str, Figure]]
    on: tuple[str, ...]
    prepare: Callable[[Server, Size], Any] = nothing
    starts: bool = False


_long = history.prepare(lambda size: size.history)
_longest = history.prepare(lambda size: size.interval)
_all = ("ours", *PEERS)
_mlflow = ("ours", "mlflow", "mlflow_uvloop")

WORKLOADS = (
    Workload("startup", "alone", startup.startup, _all, starts=True),
    Workload("log_metric_64", "sqlite", log_metric.many, ("ours", "null", *PEERS)),
    Workload("log_metric_1", "sqlite", log_metric.one, _all),
    Workload("log_batch", "sqlite", log_batch.log_batch, _all),
    Workload("create_runs", "sqlite", create_runs.create_runs, _all),
    Workload("search_newest", "sqlite", search.newest, _all, search.prepare),
    Workload("search_filtered", "sqlite", search.filtered, _all, search.prepare),
    Workload("search_pages", "sqlite", search.pages, _all, search.prepare),
    Workload("history", "sqlite", history.whole, (*_all, "fasttrackml_postgresql"), _long),
    Workload("history_interval", "sqlite", history.interval, _mlflow, _longest),
    Workload("artifact", "sqlite", artifact.artifact, _mlflow),
    Workload("search_growth", "growth", search.both, ("ours", "ours_large"), search.prepare),
    Workload("log_metric_64_postgresql", "postgresql", log_metric.many, ON_POSTGRESQL),
    Workload("log_batch_postgresql", "postgresql", log_batch.log_batch, ON_POSTGRESQL),
)
