"""Histories for charts: sampling, ranges, limits."""

import random

import pytest

from lazward.errors import InvalidRequest
from lazward_server.tracking import history

from .conftest import WORKSPACE, Desk

ALL = (None, None)


def interval(
    desk: Desk, run_ids: list[str], most: int, steps: tuple[int | None, int | None] = ALL
) -> list[tuple[str, int]]:
    desk.settle()
    found = desk.read(history.interval, WORKSPACE, run_ids, "m", steps, most)
    return [(m.run_id, m.step) for m in found]


def expected(
    series: dict[str, list[int]], most: int, low: int = -(10**9), high: int = 10**9
) -> list[tuple[str, int]]:
    """The rule as MLflow states it, over plain lists."""
    ranged = {run: sorted({s for s in steps if low <= s <= high}) for run, steps in series.items()}
    every = sorted({s for steps in ranged.values() for s in steps})
    chosen = set(every)
    if len(every) > most:
        chosen = {every[int(i * len(every) / most)] for i in range(most)} | {every[-1]}
    return [
        (run, s) for run, steps in ranged.items() for s in steps if s in chosen or s in (steps[0], steps[-1])
    ]


@pytest.mark.parametrize(
    "steps",
    [
        list(range(100)),
        list(range(-50, 250, 3)),
        [s for s in range(200) if s % 7],
        [5],
        [0, 10, 20, 31],
        [0, 1, 2, 2, 3, 9],
    ],
    ids=["dense", "even", "holes", "one", "almost even", "repeated"],
)
@pytest.mark.parametrize("most", [1, 3, 10, 99, 2500])
def test_one_run_is_sampled_by_the_rule(desk: Desk, steps: list[int], most: int) -> None:
    run_id = desk.run()
    desk.log(run_id, [("m", i, i, step) for i, step in enumerate(steps)])
    got = interval(desk, [run_id], most)
    assert sorted(set(got)) == expected({run_id: steps}, most)


def test_several_runs_are_sampled_together_and_keep_their_own_ends(desk: Desk) -> None:
    series = {desk.run(): steps for steps in (list(range(60)), list(range(25, 90, 2)), [7])}
    for run_id, steps in series.items():
        desk.log(run_id, [("m", s, s, s) for s in steps])
    assert interval(desk, list(series), 8) == expected(series, 8)
    assert interval(desk, list(series), 8, (20, 50)) == expected(series, 8, 20, 50)


def test_unknown_runs_and_metrics_are_left_out(desk: Desk) -> None:
    run_id = desk.run()
    assert interval(desk, [run_id, "f" * 32], 5) == []
    desk.log(run_id, [("m", 1, 1, 1)])
    assert interval(desk, [run_id, "f" * 32], 5) == [(run_id, 1)]


@pytest.mark.parametrize(
    ("run_ids", "steps", "most", "text"),
    [
        ([], ALL, 5, "run_ids"),
        (["r"] * 101, ALL, 5, "at most 100 run_ids. Received 101"),
        (["r"], ALL, 0, "between 1 and 2500"),
        (["r"], ALL, 2501, "between 1 and 2500"),
        (["r"], (1, None), 5, "both must be specified"),
        (["r"], (None, 1), 5, "both must be specified"),
        (["r"], (2, 1), 5, "end_step must be greater than start_step. "),
    ],
)
def test_bad_intervals_say_what_is_wrong(
    desk: Desk, run_ids: list[str], steps: tuple[int | None, int | None], most: int, text: str
) -> None:
    with pytest.raises(InvalidRequest, match=text):
        desk.read(history.interval, WORKSPACE, run_ids, "m", steps, most)


def test_bulk_goes_run_by_run_and_stops_at_the_limit(desk: Desk) -> None:
    ids = sorted(desk.run() for _ in range(3))
    for run_id in ids:
        desk.log(run_id, [("m", s, 10 - s, s) for s in range(3)])
    desk.settle()
    found = desk.read(history.bulk, WORKSPACE, ids[::-1], "m", 5)
    assert [(m.run_id, m.timestamp) for m in found] == [
        (ids[0], 8),
        (ids[0], 9),
        (ids[0], 10),
        (ids[1], 8),
        (ids[1], 9),
    ]


@pytest.mark.parametrize("token", ["!", "bm9wZQ==", "WzFd", "e30=", "WyJhIiwgMSwgMV0="])
def test_a_token_that_is_none_of_ours_is_refused(desk: Desk, token: str) -> None:
    run_id = desk.run()
    with pytest.raises(InvalidRequest, match="Invalid page token"):
        desk.read(history.page, WORKSPACE, run_id, "m", 5, token)


def test_pages_of_shuffled_points_come_in_order(desk: Desk) -> None:
    run_id = desk.run()
    rows = [("m", i, random.Random(i).randrange(50), i % 7) for i in range(200)]
    desk.log(run_id, rows)
    desk.settle()
    seen, token = [], ""
    while token is not None:
        found, token = desk.read(history.page, WORKSPACE, run_id, "m", 30, token)
        seen += [(m.timestamp, m.step, m.value) for m in found]
    assert seen == sorted((t, s, float(v)) for _, v, t, s in rows)
