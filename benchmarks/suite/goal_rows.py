"""The goals, in the order of the table. They are stated for the full size."""

from suite.goals import AtMost, Growth, Row, Times


def _times(
    title: str,
    workload: str,
    figure: str,
    *,
    fasttrackml: float | None = None,
    mlflow: float | None = None,
    has_fasttrackml: bool = True,
) -> Times:
    """A row over all peers; with uvloop, mlflow server has no goal of its own."""
    fast = {"fasttrackml": fasttrackml} if has_fasttrackml else {}
    return Times(title, workload, figure, {**fast, "mlflow": mlflow, "mlflow_uvloop": None})


def _on_postgresql(title: str, workload: str, fasttrackml: float, mlflow: float) -> Times:
    over = {"fasttrackml_postgresql": fasttrackml, "mlflow_postgresql": mlflow}
    return Times(title, workload, "rate", over, subject="ours_postgresql")


ROWS: tuple[Row, ...] = (
    _times("log-metric, 64 connections", "log_metric_64", "rate", fasttrackml=12, mlflow=150),
    Times("log-metric, 64 connections", "log_metric_64", "rate", {"null": 0.6}),
    _times("log-metric, 1 connection", "log_metric_1", "rate", fasttrackml=1.7, mlflow=40),
    _times("log-batch of 1,000, 8 clients", "log_batch", "rate", fasttrackml=8, mlflow=40),
    _times("the same batches again", "log_batch", "again_rate", fasttrackml=3, mlflow=60),
    _times("create runs, 8 clients", "create_runs", "rate", fasttrackml=4, mlflow=40),
    _times("search: newest 100, p50", "search_newest", "p50", fasttrackml=4, mlflow=30),
    _times("search: filtered and ordered, p50", "search_filtered", "p50", fasttrackml=6, mlflow=40),
    Growth("search: newest 100, 5 times the runs", "search_growth", "newest_p50", 2),
    Growth("search: filtered, 5 times the runs", "search_growth", "filtered_p50", 2),
    _times("search: all runs, 1,000 a page", "search_pages", "rate", fasttrackml=4, mlflow=30),
    _times("history as a whole", "history", "time", mlflow=30),
    Times("history as a whole", "history", "time", {"fasttrackml_postgresql": 3}),
    _times("history, sampled, p50", "history_interval", "p50", mlflow=15, has_fasttrackml=False),
    _times("artifact up", "artifact", "up", mlflow=2, has_fasttrackml=False),
    _times("artifact down", "artifact", "down", mlflow=2, has_fasttrackml=False),
    AtMost("memory growth, artifact up", "artifact", "up_growth", 32),
    AtMost("memory growth, artifact down", "artifact", "down_growth", 32),
    _times("start to first /health", "startup", "first", mlflow=10),
    _times("start again", "startup", "again"),
    _times("idle memory", "startup", "memory", mlflow=15),
    AtMost("idle memory", "startup", "memory", 120),
    _on_postgresql("log-metric, 64 connections, PostgreSQL", "log_metric_64_postgresql", 12, 60),
    _on_postgresql("log-batch of 1,000, PostgreSQL", "log_batch_postgresql", 3, 12),
)
