"""What a chart draws: fewer points than were logged, and every spike."""

from __future__ import annotations

import random
from typing import Any

import pytest

from lazward.errors import InvalidRequest, NotFound
from lazward.wire.base import MAX_FLOAT
from lazward.wire.metrics import Chart, GetChart, XAxis
from lazward_server.tracking import chart

from .conftest import WORKSPACE, Desk

NAN, INF = float("nan"), MAX_FLOAT


def draw(desk: Desk, run_id: str, **asked: Any) -> Chart:
    desk.settle()
    return desk.read(chart.chart, WORKSPACE, run_id, GetChart(key="m", **asked))


def rows(drawn: Chart) -> list[tuple[int, int, float]]:
    return list(zip(drawn.steps, drawn.timestamps, drawn.values, strict=True))


def logged(desk: Desk, points: list[tuple[float, int, int]]) -> str:
    """A run with these points: value, timestamp, step."""
    run_id = desk.run()
    for start in range(0, len(points), 1000):
        desk.log(run_id, [("m", *point) for point in points[start : start + 1000]])
    return run_id


def test_few_points_are_all_there(desk: Desk) -> None:
    run_id = logged(desk, [(value, 100 + value, value) for value in range(10)])
    drawn = draw(desk, run_id, buckets=5)
    assert rows(drawn) == [(value, 100 + value, float(value)) for value in range(10)]
    assert (drawn.count, drawn.odd, drawn.begins_at) == (10, [], 100)


@pytest.mark.parametrize("axis", XAxis)
def test_a_spike_of_one_point_among_thousands_is_kept(desk: Desk, axis: XAxis) -> None:
    spike, dip = 1234, 4321
    values = {spike: 99.0, dip: -99.0}
    run_id = logged(desk, [(values.get(step, 1.0), 10 * step, step) for step in range(5000)])
    drawn = draw(desk, run_id, x=axis, buckets=20)
    assert (spike, 10 * spike, 99.0) in rows(drawn)
    assert (dip, 10 * dip, -99.0) in rows(drawn)
    assert len(drawn.steps) <= 2 * 20 + 4
    assert drawn.steps[0] == 0
    assert drawn.steps[-1] == 4999
    assert drawn.count == 5000


@pytest.mark.parametrize("axis", XAxis)
@pytest.mark.parametrize("seed", range(6))
def test_each_bucket_keeps_its_lowest_and_highest_point(desk: Desk, axis: XAxis, seed: int) -> None:
    """Over series with gaps, repeated steps, times that run backwards and what is no number."""
    dice = random.Random(seed)
    spread = dice.choice([1, 7, 10**9])
    points = []
    for number in range(600):
        value = dice.choice([NAN, INF, -INF]) if dice.random() < 0.05 else dice.gauss(0, 1)
        timestamp = 10**12 + (number if seed % 2 else dice.randrange(10**6))
        points.append((value, timestamp, dice.randrange(300) * spread - 100 * spread))
    run_id = logged(desk, points)
    column = 2 if axis is XAxis.STEP else 1
    low = min(point[column] for point in points)
    high = max(point[column] for point in points)
    drawn = draw(desk, run_id, x=axis, buckets=25)
    got = set(rows(drawn))
    numbers = {(step, at, value) for value, at, step in points if abs(value) < INF}
    assert got <= numbers
    places = [row[0] if axis is XAxis.STEP else row[1] for row in rows(drawn)]
    assert places == sorted(places)
    # A window as wide as two buckets holds one whole, so the extremes in it are no worse than that bucket's.
    width = 2 * ((high - low) // 25 + 1)
    for start in range(low, high, width):
        inside = [
            one[2] for one in numbers if start <= (one[0] if axis is XAxis.STEP else one[1]) < start + width
        ]
        shown = [
            one[2]
            for one in got
            if start - width <= (one[0] if axis is XAxis.STEP else one[1]) < start + 2 * width
        ]
        if inside:
            assert max(shown) >= max(inside)
            assert min(shown) <= min(inside)
    words = {"NaN": lambda v: v != v, "Infinity": lambda v: v == INF, "-Infinity": lambda v: v == -INF}  # noqa: PLR0124
    distinct = {(repr(value), at, step) for value, at, step in points}
    counts = {
        word: sum(1 for value, _, _ in distinct if is_it(float(value))) for word, is_it in words.items()
    }
    assert {odd.value: odd.count for odd in drawn.odd} == {word: n for word, n in counts.items() if n}
    assert drawn.count == len(distinct)


def test_a_zoomed_range_is_finer(desk: Desk) -> None:
    run_id = logged(desk, [(step % 10, 5 * step, step) for step in range(3000)])
    drawn = draw(desk, run_id, start=1000, end=1030, buckets=20)
    assert drawn.steps == list(range(1000, 1031))
    assert drawn.begins_at == 0
    by_time = draw(desk, run_id, x=XAxis.TIME, start=5000, end=5150, buckets=20)
    assert by_time.steps == list(range(1000, 1031))
    assert draw(desk, run_id, start=5000, end=6000).steps == []


def test_what_is_no_number_is_marked_where_it_was_logged(desk: Desk) -> None:
    odd = {5: NAN, 50: INF, 51: INF, 90: -INF}
    run_id = logged(desk, [(odd.get(step, 1.0), step, step) for step in range(100)])
    for buckets in (100, 10):
        drawn = draw(desk, run_id, buckets=buckets)
        found = {one.value: (one.count, one.steps[0]) for one in drawn.odd}
        assert found == {"NaN": (1, 5), "Infinity": (2, 50), "-Infinity": (1, 90)}
        assert set(drawn.values) == {1.0}
        assert drawn.steps[-1] == 99


def test_nothing_but_nan_draws_nothing(desk: Desk) -> None:
    run_id = logged(desk, [(NAN, step, step) for step in range(500)])
    drawn = draw(desk, run_id, buckets=10)
    assert (drawn.steps, drawn.count) == ([], 500)
    assert [(odd.value, odd.count) for odd in drawn.odd] == [("NaN", 500)]
    assert 10 <= len(drawn.odd[0].steps) <= 11


def test_steps_as_far_apart_as_numbers_go_are_drawn(desk: Desk) -> None:
    ends = (-(2**63), 2**63 - 1)
    run_id = logged(desk, [(1, 1, ends[0]), (2, 2, ends[1]), *((3, 3, step) for step in range(100))])
    for axis in XAxis:
        drawn = draw(desk, run_id, x=axis, buckets=10)
        assert {ends[0], ends[1]} <= set(drawn.steps)
        assert max(drawn.values) == 3


def test_an_unknown_key_draws_nothing_and_an_unknown_run_is_told(desk: Desk) -> None:
    assert draw(desk, desk.run()) == Chart()
    with pytest.raises(NotFound):
        draw(desk, "f" * 32)


def test_a_range_that_ends_before_it_begins_is_refused(desk: Desk) -> None:
    with pytest.raises(InvalidRequest, match="ends before it begins"):
        draw(desk, desk.run(), start=2, end=1)
