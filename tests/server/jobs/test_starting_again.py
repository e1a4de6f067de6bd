"""What a lost attempt leaves to the next: nothing."""

import sqlalchemy as sa

from lazward.wire.jobs import State
from lazward_server.db.clock import now
from lazward_server.db.schema import jobs

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
