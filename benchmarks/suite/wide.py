"""Runs that logged much, and searches among them whose answers can be foretold."""

import math
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from suite.data import START

MODELS = ("cnn", "rnn", "mlp", "tree", "svm")
PAGE = 100
_PRIME = 1_000_003


def metrics(run: int) -> dict[str, float]:
    """Up to fifty metrics between 0 and 1; no two runs have the same, and a tenth lacks ``late``."""
    names = ["acc", "loss", "late", *(f"m{j}" for j in range(47))]
    found = {name: (run * 7919 + j * 104_729) % _PRIME / _PRIME for j, name in enumerate(names)}
    if run % 10 == 0:
        del found["late"]
    return found


def params(run: int) -> dict[str, str]:
    """Twenty params: one of five values, one of its own, and others of twenty values each."""
    own = {"model": MODELS[run * 31 % 5], "lr": f"{run * 7919 % _PRIME}e-9"}
    return own | {f"p{j}": f"value-{(run // (j + 1) + 3 * j) % 20}" for j in range(18)}


def tags(run: int) -> dict[str, str]:
    """Five tags: one of fifty values, one of its own, and three that are alike."""
    own = {"team": f"team-{run * 17 % 50}", "note": f"number {run * 7919 % _PRIME:07}"}
    return own | {f"t{j}": "the same in all" for j in range(3)}


def batch(run_id: str, run: int) -> dict[str, Any]:
    """All that is logged to a run in one message."""
    time = START + run * 1000
    points = [{"key": k, "value": v, "timestamp": time, "step": 7} for k, v in metrics(run).items()]
    return {"run_id": run_id, "metrics": points, "params": _pairs(params(run)), "tags": _pairs(tags(run))}


class Query(NamedTuple):
    """A search, and which runs it must find in which order.

    Attributes:
        title: What it is called in tables.
        filter: As the protocol has it.
        order_by: As the protocol has it.
        keeps: Whether a run matches; of all if None.
        key: What matching runs are sorted by; the newest first if None.
    """

    title: str
    filter: str = ""
    order_by: tuple[str, ...] = ()
    keeps: Callable[[int], bool] | None = None
    key: Callable[[int], Any] | None = None

    def message(self, experiment: str, token: str = "") -> dict[str, Any]:
        """The message that asks for a page."""
        asked: dict[str, Any] = {"experiment_ids": [experiment], "max_results": PAGE}
        if self.filter:
            asked["filter"] = self.filter
        if self.order_by:
            asked["order_by"] = list(self.order_by)
        return asked | ({"page_token": token} if token else {})

    def answer(self, runs: int, pages: int) -> list[int]:
        """The numbers of the runs on the first pages, of so many runs."""
        found: Iterable[int] = (
            filter(self.keeps, reversed(range(runs))) if self.keeps else reversed(range(runs))
        )
        return (sorted(found, key=self.key) if self.key else list(found))[: PAGE * pages]


QUERIES = (
    Query("newest first"),
    Query(
        "metric and param, by a metric",
        "metrics.acc > 0.5 AND params.model = 'cnn'",
        ("metrics.loss ASC",),
        lambda run: metrics(run)["acc"] > 0.5 and params(run)["model"] == "cnn",
        lambda run: metrics(run)["loss"],
    ),
    Query("by a metric", "", ("metrics.loss ASC",), None, lambda run: metrics(run)["loss"]),
    Query("by a metric, descending", "", ("metrics.m5 DESC",), None, lambda run: -metrics(run)["m5"]),
    Query(
        "by a metric that some lack",
        "",
        ("metrics.late DESC",),
        None,
        lambda run: -metrics(run).get("late", -math.inf),
    ),
    Query("metric, many match", "metrics.acc > 0.5", (), lambda run: metrics(run)["acc"] > 0.5),
    Query("metric, few match", "metrics.m9 > 0.999", (), lambda run: metrics(run)["m9"] > 0.999),
    Query("like on a param", "params.lr LIKE '%777%e-9'", (), lambda run: "777" in params(run)["lr"]),
    Query("like on a tag", "tags.note LIKE '%1234%'", (), lambda run: "1234" in tags(run)["note"]),
    Query("a param's own value", "params.lr = '7919e-9'", (), lambda run: params(run)["lr"] == "7919e-9"),
    Query("by a param", "", ("params.p3 ASC",), None, lambda run: params(run)["p3"]),
    Query("by a tag", "", ("tags.note DESC",), None, lambda run: -(run * 7919 % _PRIME)),
)


def _pairs(of: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": text} for key, text in of.items()]
