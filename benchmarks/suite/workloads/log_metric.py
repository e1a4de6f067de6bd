"""One point a request."""

import secrets
import time

from suite import data, generator
from suite.client import Connection, WrongAnswer, post
from suite.figure import Figure, middle, milliseconds, most, rate
from suite.server import Server
from suite.size import Size
from suite.together import together
from suite.tracking import create_experiment, create_run, history

CONNECTIONS = 64


def one(server: Server, size: Size, _: None) -> dict[str, Figure]:
    """From one connection, each after the last is answered."""
    with Connection(server.port) as connection:
        run = create_run(connection, create_experiment(connection))
        connection.post("runs/log-metric", run_id=run, key="warm", value=1, timestamp=data.START, step=0)
        times = _send(connection, run, size.seconds)
        _check(history(connection, run)[0], len(times))
    return {"rate": rate(len(times), sum(times), "requests"), "p50": middle(times), "p99": most(times)}


def many(server: Server, size: Size, _: None) -> dict[str, Figure]:
    """From 64 connections, to 64 runs in turn."""
    runs = _runs(server)
    load = generator.log_metric(server.port, runs, CONNECTIONS, size.seconds)
    if server.recipe.stores:
        _check_all(server.port, runs, load.requests)
    return {
        "rate": rate(load.requests, load.seconds, "requests"),
        "p50": milliseconds(load.p50),
        "p99": milliseconds(load.p99),
    }


def _runs(server: Server) -> list[str]:
    """Runs to log to, each already logged to once, so that all of the server's workers are awake."""
    if not server.recipe.stores:
        return [secrets.token_hex(16) for _ in range(CONNECTIONS)]
    with Connection(server.port) as connection:
        experiment = create_experiment(connection)
        runs = [create_run(connection, experiment) for _ in range(CONNECTIONS)]

    def wake(number: int) -> None:
        with Connection(server.port) as connection:
            run = runs[number]
            connection.post("runs/log-metric", run_id=run, key="warm", value=1, timestamp=data.START, step=0)

    together(16, wake)
    return runs


def _send(connection: Connection, run: str, seconds: float) -> list[float]:
    end, times = time.perf_counter() + seconds, list[float]()
    while time.perf_counter() < end:
        connection.send(_point(connection.port, run, len(times)))
        times.append(connection.seconds)
    return times


def _point(port: int, run: str, step: int) -> bytes:
    point = {"key": "loss", "value": step + 0.5, "timestamp": data.START + step, "step": step}
    return post(port, "runs/log-metric", {"run_id": run, **point})


def _check_all(port: int, runs: list[str], answered: int) -> None:
    """See that all answered points are stored; those under way at the end may be."""
    with Connection(port) as connection:
        histories = [history(connection, run)[0] for run in runs]
    points = [point for each in histories for point in each.items()]
    if not answered <= len(points) <= answered + CONNECTIONS:
        raise WrongAnswer(f"{answered} points were answered and {len(points)} are stored")
    if wrong := [point for point in points if point[1] != point[0] + 0.5]:
        raise WrongAnswer(f"wrong values are stored: {wrong[:3]}")


def _check(stored: dict[int, float], count: int) -> None:
    if stored != {step: step + 0.5 for step in range(count)}:
        raise WrongAnswer(f"of {count} points {len(stored)} are stored, or others")
