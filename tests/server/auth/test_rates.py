"""Request rates: what is allowed passes, what is more waits, whatever others do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazward.errors import TooManyRequests
from lazward_server.auth import rates
from lazward_server.auth.rates import Rates
from lazward_server.http.workspace import Workspace

PLACE = Workspace(1, "vision", "vision")


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def passed(buckets, clock, seconds, a_second, most, token="t", place=PLACE):
    """How many of evenly sent requests were let through."""
    count = 0
    for _ in range(int(seconds * a_second)):
        clock.now += 1 / a_second
        try:
            buckets.take(token, place, most)
            count += 1
        except TooManyRequests:
            pass
    return count


def test_requests_at_the_limit_all_pass(clock):
    assert passed(Rates(clock=clock), clock, 60, 10, 10) == 600


def test_more_are_cut_to_the_limit_after_a_burst(clock):
    assert passed(Rates(clock=clock), clock, 60, 100, 10) == pytest.approx(60 * 10 + 30, abs=2)


def test_a_limit_of_one_lets_one_through(clock):
    assert passed(Rates(4, clock), clock, 40, 2, 1) == pytest.approx(10 + 1, abs=1)


def test_processes_share_the_limit(clock):
    assert passed(Rates(4, clock), clock, 60, 100, 40) == pytest.approx(60 * 10 + 30, abs=2)


def test_tokens_and_workspaces_have_buckets_of_their_own(clock):
    buckets = Rates(clock=clock)
    assert passed(buckets, clock, 10, 100, 10, "greedy") < 200
    assert passed(buckets, clock, 1, 10, 10, "modest") == 10
    assert passed(buckets, clock, 1, 10, 10, "greedy", Workspace(2, "other", "other")) == 10


def test_a_refusal_tells_the_limit_its_value_the_use_and_how_long_to_wait(clock):
    buckets = Rates(clock=clock)
    assert passed(buckets, clock, 0.03, 1000, 10) == 30
    with pytest.raises(TooManyRequests) as refused:
        buckets.take("t", PLACE, 10)
    text = str(refused.value)
    assert "'vision' takes 10 requests a second from each token (most_requests)" in text
    assert "31 within a second" in text
    assert refused.value.retry_after == 1


def test_after_the_time_to_wait_it_passes(clock):
    buckets = Rates(8, clock)
    buckets.take("t", PLACE, 1)
    with pytest.raises(TooManyRequests) as refused:
        buckets.take("t", PLACE, 1)
    clock.now += refused.value.retry_after
    buckets.take("t", PLACE, 1)


def test_memory_is_bounded_and_forgetting_gives_nobody_more(clock, monkeypatch):
    monkeypatch.setattr(rates, "_MOST", 100)
    buckets = Rates(clock=clock)
    passes = 0
    for number in range(2000):
        clock.now += 0.001
        buckets.take(f"other {number}", PLACE, 10)
        try:
            buckets.take("greedy", PLACE, 10)
            passes += 1
        except TooManyRequests:
            pass
    assert len(buckets._buckets) <= 100
    assert passes == pytest.approx(30 + 20, abs=2)


@given(st.lists(st.floats(0, 2), max_size=300), st.integers(1, 20), st.integers(1, 4))
def test_never_more_than_the_burst_and_the_rate_over_any_time(pauses, most, processes):
    clock = Clock()
    buckets = Rates(processes, clock)
    let_through = []
    for pause in pauses:
        clock.now += pause
        try:
            buckets.take("t", PLACE, most)
            let_through.append(clock.now)
        except TooManyRequests:
            pass
    rate = most / processes
    for first, start in enumerate(let_through):
        for last, end in enumerate(let_through[first:], first):
            assert last - first + 1 <= max(1, 3 * rate) + (end - start) * rate + 1e-6
