"""What the workloads do with experiments, runs and histories."""

import secrets
from typing import Any

from suite import data
from suite.client import Connection, WrongAnswer, post
from suite.together import together

CLIENTS = 8


def create_experiment(connection: Connection) -> str:
    """A new experiment's id."""
    return connection.post("experiments/create", name=f"bench-{secrets.token_hex(6)}")["experiment_id"]


def create_run(connection: Connection, experiment: str, number: int = 0) -> str:
    """A new run's id."""
    start = data.START + number * 1000
    answer = connection.post(
        "runs/create", experiment_id=experiment, start_time=start, run_name=f"run-{number}", tags=[]
    )
    return answer["run"]["info"]["run_id"]


def log_run(connection: Connection, experiment: str, number: int) -> str:
    """A new run with all its params, tags and metrics."""
    run = create_run(connection, experiment, number)
    connection.post("runs/log-batch", **data.batch(run, number))
    return run


def log_runs(port: int, experiment: str, count: int) -> None:
    """Log that many runs, from several clients."""

    def client(first: int) -> None:
        with Connection(port) as connection:
            for number in range(first, count, CLIENTS):
                log_run(connection, experiment, number)

    together(CLIENTS, client)


def log_history(port: int, run: str, count: int) -> None:
    """Log that many points of one metric, from several clients."""

    def client(first: int) -> None:
        with Connection(port) as connection:
            for step in range(first * 1000, count, CLIENTS * 1000):
                connection.send(post(port, "runs/log-batch", data.points(run, step)))

    together(CLIENTS, client)


def history(connection: Connection, run: str) -> tuple[dict[int, float], float]:
    """All points of a run's history, value by step, and the seconds their pages took.

    Raises:
        WrongAnswer: A step was answered twice.
    """
    found: list[dict[str, Any]] = []
    seconds, more = 0.0, dict[str, str]()
    while True:
        page = connection.get(
            "metrics/get-history", run_id=run, metric_key="loss", max_results=25_000, **more
        )
        seconds += connection.seconds
        found += page.get("metrics", [])
        if not page.get("next_page_token"):
            break
        more = {"page_token": page["next_page_token"]}
    values = by_step(found)
    if len(values) != len(found):
        raise WrongAnswer(f"the history has {len(found)} points at {len(values)} steps")
    return values, seconds


def by_step(points: list[dict[str, Any]]) -> dict[int, float]:
    """The points' values by step. Protobuf's JSON leaves a step of 0 out, and some write steps as text."""
    return {int(point.get("step", 0)): point["value"] for point in points}


def check_run(run: dict[str, Any], number: int) -> None:
    """See that a run has all that was logged to it.

    Raises:
        WrongAnswer: It has not.
    """
    logged = run["data"]
    params, tags, metrics = (_pairs(logged.get(name, [])) for name in ("params", "tags", "metrics"))
    if params != data.params(number) or metrics != data.metrics(number):
        raise WrongAnswer(f"run-{number} has not the params or metrics that were logged")
    if not data.tags(number).items() <= tags.items():
        raise WrongAnswer(f"run-{number} has not the tags that were logged")


def _pairs(entries: list[dict[str, Any]]) -> dict[str, Any]:
    return {entry["key"]: entry["value"] for entry in entries}
