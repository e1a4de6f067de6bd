"""What a lost attempt leaves to the next: nothing."""

import sqlalchemy as sa
from tests.server.jobs.conftest import WORKSPACE

from lazward.wire.compute import UpdateCompute
from lazward.wire.jobs import State
from lazward_server.compute import targets
from lazward_server.db.clock import now
from lazward_server.db.schema import jobs
from lazward_server.jobs import attempts, queue

HALF_AN_HOUR = 1_800_000


def test_each_attempt_has_the_whole_time(shop):
    run_id = shop.submit(max_seconds=3600)
    shop.round()
    shop.begin(run_id)
    shop.report(run_id, State.RUNNING)
    shop.write(lambda tx: tx.execute(sa.update(jobs).values(started_at=now() - HALF_AN_HOUR)))
    shop.vanish(run_id)
    shop.round()
    assert shop.job(run_id).started_at is None
    shop.begin(run_id, 2)
    shop.report(run_id, State.RUNNING)
    assert shop.job(run_id).started_at > now() - 60_000


def test_an_engine_that_refuses_is_left_alone_for_longer_each_time(shop, monkeypatch):
    monkeypatch.setattr(attempts, "_PAUSE", 5_000)
    for module in (queue, attempts):
        monkeypatch.setattr(module, "now", lambda: time[0])
    time = [now()]
    run_id = shop.submit(retries=10)
    shop.engine.refusing = True
    pauses = []
    for attempt in range(1, 9):
        shop.round()
        assert (shop.job(run_id).state, shop.job(run_id).attempt) == ("Queued", attempt)
        began = time[0]
        while not shop.read(queue.waiting):
            time[0] += 1_000
        pauses.append((time[0] - began) // 1000)
    assert pauses == [5, 10, 20, 40, 80, 160, 300, 300]


def test_one_that_pauses_says_so_and_lets_others_go_first(shop, monkeypatch):
    monkeypatch.setattr(attempts, "_PAUSE", 5_000)
    shop.write(targets.update, WORKSPACE, "cluster", UpdateCompute(max_nodes=1))
    lost, other = shop.submit(priority=9), shop.submit()
    shop.round()
    shop.begin(lost)
    shop.vanish(lost)
    shop.round()
    assert (shop.job(lost).state, shop.job(other).state) == ("Queued", "Starting")
    assert "Attempt 1 of it was lost; the next begins in 5 second(s)." in shop.job(lost).reason
