"""Jobs that their engine has accepted and not begun, what it refuses, and what it says of those it lost."""

import pytest
import sqlalchemy as sa
from tests.server.jobs.conftest import WORKSPACE

from lazward.errors import InvalidRequest, InvalidState, Unavailable
from lazward.wire.jobs import Problem, SearchJobs, State
from lazward_server.compute.engine import Presence, Queues, Wait
from lazward_server.compute.fake import Fake
from lazward_server.db.schema import jobs
from lazward_server.jobs import following, life, load

BUSY = Wait("It waits in the engine's queue: Resources.", 1_900_000_000_000)


class Queueing(Fake, Queues):
    """An engine with a queue of its own; what waits in it, the test says."""

    def __init__(self):
        super().__init__()
        self.queued = {}
        self.silent = False

    def poll(self, handles):
        return dict.fromkeys(handles, Presence.UNKNOWN) if self.silent else super().poll(handles)

    def waiting(self, handles):
        return {} if self.silent else {one: self.queued[one] for one in handles if one in self.queued}


@pytest.fixture
def queue(shop):
    """The run id of a job that waits in its engine's queue."""
    shop.engine = Queueing()
    shop.scheduler = shop.another_scheduler()
    run_id = shop.submit()
    shop.round()
    shop.engine.queued[f"{run_id} 1"] = BUSY
    shop.round()
    return run_id


def found(shop, *states):
    req = SearchJobs(states=[one.value for one in states])
    return [one.run_id for one in shop.read(load.search, WORKSPACE, req)]


def test_it_is_queued_and_tells_why_and_until_when(shop, queue):
    job = shop.job(queue)
    assert (job.state, job.reason, job.expected_at) == ("Queued", BUSY.reason, BUSY.expected_at)
    assert found(shop, State.QUEUED) == [queue]
    assert found(shop, State.STARTING) == []
    assert found(shop, State.STARTING, State.QUEUED) == [queue]


def test_a_reason_that_changes_is_told(shop, queue):
    shop.engine.queued[f"{queue} 1"] = Wait("Priority.")
    shop.round()
    assert (shop.job(queue).reason, shop.job(queue).expected_at) == ("Priority.", None)


def test_once_it_begins_there_it_is_starting(shop, queue):
    shop.engine.queued.clear()
    shop.round()
    job = shop.job(queue)
    assert (job.state, job.reason, job.expected_at) == ("Starting", None, None)
    assert found(shop, State.QUEUED) == []


def test_a_launcher_may_report_before_it_is_noted_that_it_waits_no_longer(shop, queue):
    shop.begin(queue)
    assert shop.job(queue).state == "Preparing"
    shop.round()
    assert shop.job(queue).state == "Preparing"


def a_year_ago(shop, run_id):
    change = sa.update(jobs).where(jobs.c.run_id == run_id).values(seen_at=1)
    shop.write(lambda tx: tx.execute(change))


def test_one_that_waits_for_days_is_not_mute(shop, queue):
    shop.settle()
    a_year_ago(shop, queue)
    shop.round()
    assert f"{queue} 1" in shop.engine.living
    shop.engine.silent = True
    a_year_ago(shop, queue)
    shop.round()
    shop.round()
    assert f"{queue} 1" in shop.engine.living
    assert shop.job(queue).reason == BUSY.reason


def test_that_it_waits_is_noted_again_so_that_no_other_host_thinks_it_lost(shop, queue):
    a_year_ago(shop, queue)
    shop.round()
    shop.write(following.silent, 1000, "another")
    assert shop.job(queue).state == "Queued"


def test_its_launcher_has_its_time_from_when_it_begins(shop, queue):
    shop.settle()
    a_year_ago(shop, queue)
    shop.engine.queued.clear()
    shop.round()
    shop.round()
    assert f"{queue} 1" in shop.engine.living
    a_year_ago(shop, queue)
    shop.round()
    assert f"{queue} 1" not in shop.engine.living


def test_cancelling_it_is_for_its_engine_at_once(shop, queue):
    shop.cancel(queue)
    shop.round()
    shop.round()
    assert shop.job(queue).state == "Canceled"
    assert shop.engine.living == set()


def test_lost_there_it_waits_anew(shop, queue):
    shop.engine.living.clear()
    shop.round()
    shop.round()
    assert (shop.job(queue).state, shop.job(queue).attempt, shop.job(queue).reason) == ("Starting", 2, None)


@pytest.mark.parametrize(
    ("error", "attempts"), [(InvalidRequest("No such partition."), 1), (Unavailable("Away."), 4)]
)
def test_what_an_engine_refuses_is_not_asked_again(shop, monkeypatch, error, attempts):
    def refuse(_launch):
        raise error

    monkeypatch.setattr(shop.engine, "submit", refuse)
    run_id = shop.submit()
    for _ in range(6):
        shop.round()
    job = shop.job(run_id)
    assert (job.state, job.error.code, job.error.message) == ("Failed", "Start", error.message)
    assert job.attempt == attempts


@pytest.mark.parametrize("began", [True, False])
@pytest.mark.parametrize(
    ("code", "state"), [("TimeLimit", "Failed"), ("OutOfMemory", "Failed"), ("Canceled", "Canceled")]
)
def test_what_another_attempt_would_not_mend_is_the_end(shop, code, state, began):
    run_id = shop.submit()
    shop.round()
    if began:
        shop.begin(run_id)
    shop.engine.words[f"{run_id} 1"] = Problem(code, "The engine's words.")
    shop.vanish(run_id)
    shop.round()
    job = shop.job(run_id)
    assert (job.state, job.attempt) == (state, 1)
    assert "The engine's words." in [*job.warnings, job.error.message if job.error else ""]


def test_what_another_attempt_may_mend_is_tried_again_with_the_engines_words(shop):
    run_id = shop.submit()
    shop.round()
    shop.begin(run_id)
    shop.engine.words[f"{run_id} 1"] = Problem("NodeLost", "Slurm says NODE_FAIL.")
    shop.vanish(run_id)
    shop.round()
    job = shop.job(run_id)
    assert (job.state, job.attempt) == ("Starting", 2)
    assert "Slurm says NODE_FAIL." in job.warnings[0]


def join(shop, run_id, attempt=1):
    return shop.write(life.joined, WORKSPACE, run_id, attempt).run_id


def test_further_nodes_join_the_attempt_that_is_under_way_and_no_other(shop):
    run_id = shop.submit()
    with pytest.raises(InvalidState, match="attempt 1 of it is not under way"):
        join(shop, run_id)
    shop.round()
    for change in (lambda: None, lambda: shop.begin(run_id), lambda: shop.report(run_id, State.RUNNING)):
        change()
        assert join(shop, run_id) == run_id
        with pytest.raises(InvalidState):
            join(shop, run_id, 2)
    shop.report(run_id, State.COMPLETED)
    with pytest.raises(InvalidState, match="is Completed"):
        join(shop, run_id)
