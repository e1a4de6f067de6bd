"""A thousand points a request, and the same requests again."""

import itertools
import time

from suite import data
from suite.client import Connection, WrongAnswer, post
from suite.figure import Figure, middle, rate
from suite.server import Server
from suite.size import Size
from suite.together import together
from suite.tracking import CLIENTS, create_experiment, create_run, history


def log_batch(server: Server, size: Size, _: None) -> dict[str, Figure]:
    """From eight clients, each to a run of its own; a point that is sent again must not be stored again."""
    with Connection(server.port) as connection:
        experiment = create_experiment(connection)
        runs = [create_run(connection, experiment) for _ in range(CLIENTS)]
    prepared = [_batches(server.port, run, size.batches) for run in runs]
    first, times = _send(server.port, prepared, size.seconds)
    sent = [batches[: len(own)] for batches, own in zip(prepared, times, strict=True)]
    again, times_again = _send(server.port, sent, None)
    _check(server.port, runs, sent)
    count = sum(map(len, sent))
    return {
        "rate": rate(count * 1000, first, "points"),
        "p50": middle(itertools.chain(*times)),
        "again_rate": rate(count * 1000, again, "points"),
        "again_p50": middle(itertools.chain(*times_again)),
    }


def _batches(port: int, run: str, count: int) -> list[bytes]:
    return [post(port, "runs/log-batch", data.points(run, number * 1000)) for number in range(count)]


def _send(port: int, batches: list[list[bytes]], limit: float | None) -> tuple[float, list[list[float]]]:
    """Send each client's batches, no new one after ``limit`` seconds; the times of those sent."""

    def client(number: int) -> list[float]:
        begin, times = time.perf_counter(), list[float]()
        with Connection(port) as connection:
            for batch in batches[number]:
                connection.send(batch)
                times.append(connection.seconds)
                if limit and time.perf_counter() - begin > limit:
                    break
        return times

    return together(len(batches), client)


def _check(port: int, runs: list[str], sent: list[list[bytes]]) -> None:
    with Connection(port) as connection:
        for run, batches in zip(runs, sent, strict=True):
            expected = {step: data.value(step) for step in range(len(batches) * 1000)}
            if history(connection, run)[0] != expected:
                raise WrongAnswer(f"the history is not the {len(expected)} points that were sent")
