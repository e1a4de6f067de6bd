"""What the chore asks of engines, and what it costs where there is nothing to do."""

import threading
import time

import pytest
import sqlalchemy as sa
from tests.server.jobs.conftest import WORKSPACE

from lazward.wire.compute import UpdateCompute
from lazward.wire.jobs import State
from lazward_server.compute import targets
from lazward_server.compute.fake import Fake
from lazward_server.db.schema import workspaces


class Watchful(Fake):
    """Notes when it is called by several callers at once."""

    def __init__(self):
        super().__init__()
        self.crowded = False
        self._busy = threading.Lock()

    def submit(self, launch):
        if not self._busy.acquire(blocking=False):
            self.crowded = True
            return super().submit(launch)
        try:
            time.sleep(0.02)
            return super().submit(launch)
        finally:
            self._busy.release()


def test_an_engine_is_called_by_one_caller_at_a_time(shop):
    shop.engine = Watchful()
    shop.scheduler = shop.another_scheduler()
    shop.write(targets.update, WORKSPACE, "cluster", UpdateCompute(max_nodes=5))
    for _ in range(5):
        shop.submit()
    shop.round()
    assert len(shop.engine.living) == 5
    assert not shop.engine.crowded


def test_a_fault_of_an_engine_concerns_one_job_and_is_told(shop, monkeypatch, caplog):
    bad, good = shop.submit(), shop.submit()
    real = shop.engine.submit

    def submit(launch):
        if launch.run_id == bad:
            raise KeyError(7)
        return real(launch)

    monkeypatch.setattr(shop.engine, "submit", submit)
    shop.round()
    assert (shop.job(bad).state, shop.job(good).state) == ("Queued", "Starting")
    assert "failed to start it (KeyError)" in shop.job(bad).warnings[0]
    assert bad in caplog.text


class TestNothingToDo:
    """Looking is no write: a write that is no batch has the writes of metrics beside it ask all again."""

    @pytest.fixture
    def written(self, shop, monkeypatch):
        """What the scheduler writes from now on."""
        written, write = [], shop.db.write

        def noting(fn, *args, **named):
            written.append(fn.__name__)
            return write(fn, *args, **named)

        def begin():
            shop.round()  # the first one tidies
            monkeypatch.setattr(shop.db, "write", noting)
            return written

        return begin

    def test_where_all_nodes_are_busy(self, shop, written):
        for _ in range(3):
            shop.submit()
        found = written()
        for _ in range(3):
            shop.round()
        assert found == []
        assert shop.job(shop.engine.launched[0].run_id).state == "Starting"

    def test_where_what_waits_may_not_begin(self, shop, written):
        shop.submit()
        shop.write(lambda tx: tx.execute(sa.update(workspaces).values(deleting_at=1)))
        found = written()
        shop.round()
        assert (found, shop.engine.launched) == ([], [])

    def test_a_node_that_is_free_again_is_given_away(self, shop, written):
        run_ids = [shop.submit() for _ in range(3)]
        found = written()
        shop.begin(run_ids[0])
        shop.report(run_ids[0], State.COMPLETED)
        shop.round()
        assert "claim" in found
        assert shop.job(run_ids[2]).state == "Starting"
