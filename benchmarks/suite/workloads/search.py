"""Searches in an experiment of many runs."""

from typing import Any

from suite import data
from suite.client import Connection, WrongAnswer
from suite.figure import Figure, middle, rate
from suite.server import Server
from suite.size import Size
from suite.tracking import check_run, create_experiment, log_runs

NEWEST = {"max_results": 100, "order_by": ["attributes.start_time DESC"]}
FILTERED = {
    "max_results": 100,
    "filter": "metrics.m3 > 0.5 and params.p2 = 'v7'",
    "order_by": ["metrics.m1 DESC"],
}


def prepare(server: Server, size: Size) -> str:
    """The experiment, with its runs."""
    with Connection(server.port) as connection:
        experiment = create_experiment(connection)
    log_runs(server.port, experiment, _count(server, size))
    return experiment


def newest(server: Server, size: Size, experiment: str) -> dict[str, Figure]:
    """The newest hundred runs."""
    count = _count(server, size)
    expected = list(range(count - 1, count - 101, -1))
    return _search(server, size.searches, {"experiment_ids": [experiment], **NEWEST}, expected)


def filtered(server: Server, size: Size, experiment: str) -> dict[str, Figure]:
    """By a metric and a param, ordered by another metric."""
    found = [
        number
        for number in range(_count(server, size))
        if data.metrics(number)["m3"] > 0.5 and data.params(number)["p2"] == "v7"
    ]
    expected = sorted(found, key=lambda number: -data.metrics(number)["m1"])[:100]
    return _search(server, size.searches, {"experiment_ids": [experiment], **FILTERED}, expected)


def both(server: Server, size: Size, experiment: str) -> dict[str, Figure]:
    """The two searches above."""
    return {
        "newest_p50": newest(server, size, experiment)["p50"],
        "filtered_p50": filtered(server, size, experiment)["p50"],
    }


def pages(server: Server, size: Size, experiment: str) -> dict[str, Figure]:
    """All runs, a thousand a page, in the order a server gives by itself."""
    count = _count(server, size)
    with Connection(server.port) as connection:
        seconds, seen = _page_through(connection, experiment, count)
    if sorted(seen) != list(range(count)):
        raise WrongAnswer(f"the pages held {len(set(seen))} of {count} runs")
    return {"rate": rate(count, seconds, "runs")}


def _page_through(connection: Connection, experiment: str, count: int) -> tuple[float, list[int]]:
    """The seconds that the pages took, and the runs on them."""
    seconds, seen, more = 0.0, list[int](), dict[str, str]()
    # Until all are seen rather than until no token comes: behind a last full page FastTrackML gives a token
    # that it then refuses.
    while len(seen) < count:
        page = connection.post("runs/search", experiment_ids=[experiment], max_results=1000, **more)
        seconds += connection.seconds
        seen += _check(page["runs"], [_number(run) for run in page["runs"]])
        if not page.get("next_page_token"):
            break
        more = {"page_token": page["next_page_token"]}
    return seconds, seen


def _search(server: Server, times: int, query: dict[str, Any], expected: list[int]) -> dict[str, Figure]:
    taken: list[float] = []
    with Connection(server.port) as connection:
        for _ in range(times + 1):
            answer = connection.post("runs/search", **query)
            _check(answer["runs"], expected)
            taken.append(connection.seconds)
    return {"p50": middle(taken[1:])}  # the first fills the caches


def _check(runs: list[dict[str, Any]], expected: list[int]) -> list[int]:
    found = [_number(run) for run in runs]
    if found != expected:
        raise WrongAnswer(f"found {len(found)} runs, {found[:3]}...; right were {expected[:3]}...")
    for run, number in zip(runs, expected, strict=True):
        check_run(run, number)
    return found


def _count(server: Server, size: Size) -> int:
    return size.search_runs * server.recipe.scale


def _number(run: dict[str, Any]) -> int:
    return int(run["info"]["run_name"].removeprefix("run-"))
