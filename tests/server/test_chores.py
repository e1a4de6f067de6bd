"""Chores are done again and again, and outlive their failures."""

import asyncio

import pytest

from lazward_server import chores
from lazward_server.chores import Chore, pause, running


def test_a_chore_is_done_again_and_again_also_after_a_failure(caplog):
    async def scenario():
        times, enough = [], asyncio.Event()

        async def act():
            times.append(1)
            if len(times) == 5:
                enough.set()
            if len(times) % 2:
                raise ValueError("no luck")

        async with running([Chore("trying", 0.001, act)]):
            await enough.wait()

    asyncio.run(scenario())
    assert "trying failed 1 times in a row: no luck" in caplog.text


def test_a_bell_calls_for_it_before_its_time_but_not_while_it_fails():
    async def scenario(fails):
        times, bell = [], asyncio.Event()

        async def act():
            times.append(1)
            if fails:
                raise ValueError("no luck")

        async with running([Chore("ringing", 0.2, act, bell)]):
            for _ in range(30):
                bell.set()
                await asyncio.sleep(0.02)
        return len(times)

    assert asyncio.run(scenario(fails=False)) > 10
    assert asyncio.run(scenario(fails=True)) <= 3


def test_one_that_has_nothing_to_do_is_done_more_rarely_until_it_is_called():
    async def scenario():
        idle, busy, bell, called = [], asyncio.Event(), asyncio.Event(), asyncio.Event()
        times = iter(range(40))

        async def nothing():
            idle.append(1)
            if bell.is_set() or busy.is_set():
                called.set()
            return True

        async def something():
            if next(times) == 39:
                busy.set()

        async with running([Chore("idle", 0.01, nothing, bell), Chore("busy", 0.01, something)]):
            await busy.wait()
            seldom = len(idle)
            bell.set()
            await called.wait()
        return seldom

    assert asyncio.run(scenario()) < 20


def test_a_stop_ends_what_runs_and_waits_for_it():
    async def scenario():
        begun, ended = asyncio.Event(), []

        async def act():
            try:
                begun.set()
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0)
                ended.append(True)

        async with running([Chore("waiting", 0.001, act)]):
            await begun.wait()
        return ended

    assert asyncio.run(scenario()) == [True]


def test_one_chore_that_hangs_holds_no_other_up():
    async def scenario():
        done = asyncio.Event()

        async def act():
            done.set()

        async with running([Chore("hanging", 0.001, asyncio.Event().wait), Chore("going on", 0.001, act)]):
            await done.wait()

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("interval", "failures", "expected"), [(2, 0, 2), (2, 3, 16), (2, 99, 600), (3600, 5, 3600)]
)
def test_each_failure_doubles_the_wait_up_to_ten_minutes(interval, failures, expected):
    assert pause(interval, failures) == pytest.approx(expected, rel=0.11)
    assert chores.pause(interval, failures) != chores.pause(interval, failures)
