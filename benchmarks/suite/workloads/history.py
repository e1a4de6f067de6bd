"""Long histories of one metric."""

from collections.abc import Callable

from suite import data
from suite.client import Connection, WrongAnswer
from suite.figure import Figure, middle
from suite.server import Server
from suite.size import Size
from suite.tracking import by_step, create_experiment, create_run, history, log_history

SAMPLE = 2500
_INTERVAL = "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval"


def prepare(points: Callable[[Size], int]) -> Callable[[Server, Size], str]:
    """Prepares a run with that many points."""

    def run(server: Server, size: Size) -> str:
        with Connection(server.port) as connection:
            created = create_run(connection, create_experiment(connection))
        log_history(server.port, created, points(size))
        return created

    return run


def whole(server: Server, size: Size, run: str) -> dict[str, Figure]:
    """All points, in as few pages as the server allows."""
    with Connection(server.port) as connection:
        found, seconds = history(connection, run)
    if found != {step: data.value(step) for step in range(size.history)}:
        raise WrongAnswer(f"{len(found)} points were read of {size.history}, or others")
    return {"time": middle([seconds])}


def interval(server: Server, size: Size, run: str) -> dict[str, Figure]:
    """A sample of 2,500 points, as a chart asks for it."""
    taken: list[float] = []
    with Connection(server.port) as connection:
        for _ in range(4):
            answer = connection.get(_INTERVAL, run_ids=run, metric_key="loss", max_results=SAMPLE)
            taken.append(connection.seconds)
            _check(by_step(answer["metrics"]), size.interval)
    return {"p50": middle(taken[1:])}  # the first fills the caches


def _check(sample: dict[int, float], count: int) -> None:
    steps = list(sample)
    if steps != sorted(steps) or (steps[0], steps[-1]) != (0, count - 1):
        raise WrongAnswer(f"the sample is out of order or lacks an end: {steps[:3]}...{steps[-3:]}")
    if not SAMPLE <= len(steps) <= SAMPLE + 2:
        raise WrongAnswer(f"the sample has {len(steps)} points")
    if any(value != data.value(step) for step, value in sample.items()):
        raise WrongAnswer("the sample has values that were not logged")
