"""What launchers tell every second costs next to nothing, and nothing else is taken for it."""

import asyncio

import pytest
import sqlalchemy as sa
from tests.server.jobs.conftest import WORKSPACE

from lazward.wire.jobs import State
from lazward_server.db.clock import now
from lazward_server.db.database import Batched
from lazward_server.db.schema import jobs
from lazward_server.jobs import life
from lazward_server.jobs.life import Beat

BEATS = Batched(life.beats)


@pytest.fixture
def run_id(shop):
    made = shop.submit()
    shop.round()
    shop.begin(made)
    shop.report(made, State.RUNNING)
    return made


def beat(shop, *given):
    async def send():
        return await asyncio.gather(*(shop.db.write_batched(BEATS, one) for one in given))

    return asyncio.run(send())


def seen(shop, value=None):
    """When the launcher was last heard of."""
    if value is not None:
        shop.write(lambda tx: tx.execute(sa.update(jobs).values(seen_at=value)))
    return shop.read(lambda tx: tx.execute(sa.select(jobs.c.seen_at)).scalars().all())[-1]


def test_one_that_tells_nothing_new_is_heard_and_told_whether_to_stop(shop, run_id):
    long_ago = seen(shop, now() - 60_000)
    assert beat(shop, Beat(WORKSPACE, run_id, State.RUNNING, 1, ran=True)) == [False]
    assert seen(shop) > long_ago + 50_000
    shop.cancel(run_id)
    assert beat(shop, Beat(WORKSPACE, run_id, None, None, ran=False)) == [True]


def test_that_it_was_heard_is_not_written_every_second(shop, run_id):
    just_now = seen(shop, now() - 1_000)
    assert beat(shop, Beat(WORKSPACE, run_id, None, 1, ran=True)) == [False]
    assert seen(shop) == just_now


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": State.FINALIZING},
        {"attempt": 2},
        {"workspace_id": WORKSPACE + 1},
        {"run_id": "0" * 32},
    ],
)
def test_whatever_says_more_is_left_to_the_report(shop, run_id, wrong):
    long_ago = seen(shop, 1)
    plain = Beat(WORKSPACE, run_id, State.RUNNING, 1, ran=True)
    assert beat(shop, plain._replace(**wrong)) == [None]
    assert seen(shop) == long_ago
    assert beat(shop, plain, plain._replace(**wrong)) == [False, None]


def test_so_are_the_start_and_what_is_over_or_queued_again(shop):
    run_id = shop.submit(retries=1)
    told = Beat(WORKSPACE, run_id, None, None, ran=False)
    assert beat(shop, told) == [None]
    shop.round()
    shop.begin(run_id)
    assert beat(shop, told, told._replace(ran=True)) == [False, None]
    shop.vanish(run_id)
    shop.round()
    assert beat(shop, told._replace(attempt=1)) == [None]
    shop.begin(run_id, 2)
    shop.report(run_id, State.COMPLETED)
    assert beat(shop, told) == [None]


def test_the_writer_forgets_nothing_over_it(shop, run_id):
    shop.db._known.metric_keys["loss"] = 7
    beat(shop, Beat(WORKSPACE, run_id, State.RUNNING, 1, ran=True))
    assert shop.db._known.metric_keys == {"loss": 7}
    shop.report(run_id)
    assert shop.db._known.metric_keys == {}
