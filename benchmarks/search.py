"""Measure searches among many runs that logged much: 50,000 runs with 50 metrics, 20 params and 5 tags each.

    .venv/bin/python benchmarks/search.py
    .venv/bin/python benchmarks/search.py --servers ours,mlflow --runs 2000
    .venv/bin/python benchmarks/search.py --keep /var/tmp/search        the next time nothing is logged anew

Runs are logged through the API. Then each query asks for its first page, over one kept-alive connection,
first in peace and then while other clients log to the same experiment. Every answer is compared with what
is right. A first column tells what the very first asking took, which may have to read what later ones find
in memory.
"""

import argparse
import contextlib
import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any, NamedTuple

from suite import data, machine, wide
from suite.client import Connection, WrongAnswer
from suite.postgres import Postgres
from suite.recipe import RECIPES
from suite.server import Server
from suite.together import together
from suite.tracking import CLIENTS, create_experiment, create_run
from suite.usage import wait_until_quiet

_GOAL = 100.0
_PAUSE = 0.02


class Times(NamedTuple):
    """Milliseconds that a query took: the first time, and of the times after it."""

    first: float
    p50: float
    p95: float


def main() -> None:
    """Measure and print."""
    asked = _arguments()
    with _scratch(asked.keep) as scratch:
        print(machine.sentence(machine.describe(scratch)))
        for name in asked.servers.split(","):
            for title, query, times in _measured(name, scratch, asked):
                mark = "" if times.p95 < _GOAL else "  over the goal"
                print(f"{name:20} {title:14} {query:32} first {times.first:7.1f}  p50 {times.p50:6.1f}"
                      f"  p95 {times.p95:6.1f} ms{mark}", flush=True)  # fmt: skip


def _measured(name: str, scratch: Path, asked: argparse.Namespace) -> Generator[tuple[str, str, Times]]:
    with _running(name, scratch, asked.runs) as (server, experiment):
        for query in wide.QUERIES:
            yield "quiet", query.title, _times(server, experiment, query, asked)
        with _logging(server, experiment):
            for query in wide.QUERIES:
                yield "while logging", query.title, _times(server, experiment, query, asked)


def _times(server: Server, experiment: str, query: wide.Query, asked: argparse.Namespace) -> Times:
    expected = query.answer(asked.runs, 1)
    taken: list[float] = []
    with Connection(server.port) as connection:
        for _ in range(asked.times + 1):
            answer = connection.post("runs/search", **query.message(experiment))
            taken.append(connection.seconds * 1000)
            _check(query, answer, expected)
            time.sleep(_PAUSE)  # as clients that look again and again do
    first, later = taken[0], sorted(taken[1:])
    return Times(first, statistics.median(later), later[len(later) * 95 // 100])


def _check(query: wide.Query, answer: dict[str, Any], expected: list[int]) -> None:
    numbers = [int(run["info"]["run_name"].removeprefix("run-")) for run in answer.get("runs", [])]
    if numbers != expected:
        raise WrongAnswer(f"{query.title}: found {numbers[:5]}..., right were {expected[:5]}...")


@contextlib.contextmanager
def _running(name: str, scratch: Path, runs: int) -> Generator[tuple[Server, str]]:
    """A server with its runs, logged unless the folder has them from before."""
    postgres = Postgres(scratch)
    note = scratch / f"{name}-{runs}.json"
    kept: dict[str, str] = json.loads(note.read_text()) if note.exists() else {}
    database = kept.get("database", "")
    server = Server(RECIPES[name], scratch, lambda: postgres.database(database))
    try:
        server.start()
        experiment = kept.get("experiment") or _log_all(server, runs)
        note.write_text(json.dumps({"experiment": experiment, "database": postgres.last}))
        wait_until_quiet(server.pid, 600)
        yield server, experiment
    finally:
        server.end()
        postgres.end()


def _log_all(server: Server, runs: int) -> str:
    with Connection(server.port) as connection:
        experiment = create_experiment(connection)

    def client(first: int) -> None:
        with Connection(server.port) as connection:
            for number in range(first, runs, CLIENTS):
                run = create_run(connection, experiment, number)
                connection.post("runs/log-batch", **wide.batch(run, number))

    begin = time.perf_counter()
    together(CLIENTS, client)
    print(f"{server.recipe.name}: logged {runs} runs in {time.perf_counter() - begin:.0f} s", flush=True)
    return experiment


@contextlib.contextmanager
def _logging(server: Server, experiment: str) -> Generator[None]:
    """Clients that log a metric nobody asks for to sixteen of the runs, some hundred points a second."""
    ended = threading.Event()
    with Connection(server.port) as connection:
        answer = connection.post("runs/search", experiment_ids=[experiment], max_results=16)
    runs = [run["info"]["run_id"] for run in answer["runs"]]

    def log() -> None:
        with Connection(server.port) as connection:
            step = 0
            while not ended.wait(0.004):
                point = {"key": "other", "value": step / 7, "timestamp": data.START + step, "step": step}
                connection.post("runs/log-metric", run_id=runs[step % len(runs)], **point)
                step += 1

    thread = threading.Thread(target=log, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextlib.contextmanager
def _scratch(keep: Path | None) -> Generator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="lzsearch") as folder:
            Path(folder).chmod(0o755)  # as root, PostgreSQL runs as a user of its own
            yield Path(folder)
    else:
        keep.mkdir(parents=True, exist_ok=True, mode=0o755)
        yield keep.absolute()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add(
        "--servers",
        default="ours,ours_postgresql",
        help="comma-separated; also mlflow, mlflow_postgresql, ...",
    )
    add("--runs", type=int, default=50_000)
    add("--times", type=int, default=40, help="how often each query is asked")
    add("--keep", type=Path, metavar="FOLDER", help="keep the databases there, with a short path")
    asked = parser.parse_args()
    if unknown := set(asked.servers.split(",")) - set(RECIPES):
        sys.exit(f"unknown servers: {', '.join(sorted(unknown))}")
    return asked


if __name__ == "__main__":
    main()
