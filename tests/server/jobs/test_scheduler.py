"""What the chore asks of engines, and what it costs where there is nothing to do."""

import threading
import time

from tests.server.jobs.conftest import WORKSPACE

from lazward.wire.compute import UpdateCompute
from lazward_server.compute import targets
from lazward_server.compute.fake import Fake


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
