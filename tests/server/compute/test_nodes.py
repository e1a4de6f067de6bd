"""Nodes: given to jobs, brought in and let go, on both databases."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from lazward.wire.compute import UpdateCompute
from lazward.wire.jobs import State
from lazward_server.compute import nodes, targets
from lazward_server.db.database import Database
from lazward_server.db.schema import compute_targets
from tests.server.compute.conftest import WORKSPACE

DAY = 86_400_000


@pytest.fixture
def take(desk):
    """Gives the job of a run a node; its number or None."""

    def run(most, run_id):
        return desk.write(nodes.take, desk.number(), most, desk.job_id(run_id))

    return run


class TestTake:
    def test_an_idle_one_first_and_then_a_new_one(self, desk, take):
        desk.make(min_nodes=1, max_nodes=3)
        runs = [desk.submit() for _ in range(4)]
        assert [take(3, one) for one in runs] == [0, 1, 2, None]
        assert len(desk.nodes()) == 3

    def test_a_gap_is_filled_first(self, desk, take):
        desk.make(max_nodes=3, idle_seconds=0)
        first, second, third = (desk.submit() for _ in range(3))
        assert (take(3, first), take(3, second)) == (0, 1)
        desk.write(nodes.free, desk.job_id(first))
        desk.scale()
        assert desk.nodes() == [(1, "preparing")]
        assert take(3, third) == 0

    def test_no_more_than_the_most_even_if_there_were_more_before(self, desk, take):
        desk.make(min_nodes=3, max_nodes=3)
        first, second = desk.submit(), desk.submit()
        assert take(1, first) == 0
        assert take(1, second) is None

    def test_what_is_freed_can_be_taken_again(self, desk, take):
        desk.make()
        first, second = desk.submit(), desk.submit()
        assert take(1, first) == 0
        assert take(1, second) is None
        desk.write(nodes.free, desk.job_id(first))
        assert take(1, second) == 0


class TestListed:
    def test_states(self, desk):
        desk.make(min_nodes=2, max_nodes=2)
        run_id = desk.submit()
        desk.claim()
        assert desk.nodes() == [(0, "preparing"), (1, "idle")]
        for state in (State.PREPARING, State.RUNNING, State.FINALIZING):
            desk.move(run_id, state)
            expected = "preparing" if state is State.PREPARING else "running"
            assert desk.nodes() == [(0, expected), (1, "idle")]
        (first, second) = desk.read(nodes.listed, desk.number())
        assert (first.run_id, second.run_id) == (run_id, None)
        desk.end(run_id)
        assert desk.nodes() == [(0, "idle"), (1, "idle")]

    def test_since_when(self, desk, clock):
        desk.make(min_nodes=1)
        began = clock.now
        clock.now += 10
        desk.run()
        assert [one.since_at for one in desk.read(nodes.listed, desk.number())] == [began + 10]
        assert desk.get().allocated_at == began


class TestScale:
    def test_one_that_was_idle_for_long_goes(self, desk, clock):
        desk.make(max_nodes=2, idle_seconds=60)
        desk.end(desk.run())
        clock.now += 59_999
        desk.scale()
        assert desk.nodes() == [(0, "idle")]
        clock.now += 1
        desk.scale()
        assert desk.nodes() == []
        assert desk.get().allocated_at == clock.now

    def test_those_that_are_kept_stay(self, desk, clock):
        desk.make(min_nodes=1, max_nodes=3, idle_seconds=60)
        for run_id in [desk.run() for _ in range(3)]:
            desk.end(run_id)
        clock.now += DAY
        desk.scale()
        assert desk.nodes() == [(0, "idle")]

    def test_one_that_works_stays(self, desk, clock):
        desk.make(max_nodes=2, idle_seconds=0)
        desk.run()
        clock.now += DAY
        desk.scale()
        assert desk.nodes() == [(0, "running")]

    def test_those_beyond_the_most_go_at_once(self, desk):
        desk.make(max_nodes=3)
        for run_id in [desk.run() for _ in range(3)]:
            desk.end(run_id)
        desk.write(targets.update, WORKSPACE, "cpu", UpdateCompute(max_nodes=1))
        assert desk.nodes() == [(0, "idle")]

    def test_one_beyond_the_most_goes_when_its_job_has_ended(self, desk):
        desk.make(max_nodes=2)
        first, second = desk.run(), desk.run()
        desk.write(targets.update, WORKSPACE, "cpu", UpdateCompute(max_nodes=1))
        assert desk.nodes() == [(0, "running"), (1, "running")]
        desk.end(second)
        assert desk.read(nodes.due) == [desk.number()]
        desk.scale()
        assert desk.nodes() == [(0, "running")]
        desk.end(first)
        assert desk.read(nodes.due) == []

    def test_nothing_is_kept_of_what_is_being_deleted(self, desk):
        desk.make(min_nodes=2, max_nodes=2, idle_seconds=0)
        desk.run()
        desk.write(targets.delete, WORKSPACE, "cpu")
        desk.scale()
        assert desk.nodes() == [(0, "running")]


class TestDue:
    def test_only_what_has_been_idle_for_long(self, desk, clock):
        desk.make(max_nodes=2, idle_seconds=60)
        desk.make("other", max_nodes=2, idle_seconds=600)
        for name in ("cpu", "other"):
            desk.end(desk.run(name))
        assert desk.read(nodes.due) == []
        clock.now += 61_000
        assert desk.read(nodes.due) == [desk.number()]

    def test_nothing_that_works(self, desk, clock):
        desk.make(idle_seconds=0)
        desk.run()
        clock.now += DAY
        assert desk.read(nodes.due) == []


def test_a_node_that_is_just_given_to_a_job_is_not_let_go(desk, database_url):
    """Two processes: one claims, and before it commits the other looks for what is idle."""
    desk.make(max_nodes=1, idle_seconds=0)
    desk.end(desk.run())
    job_id, number = desk.job_id(desk.submit()), desk.number()
    taken, go_on = threading.Event(), threading.Event()
    one, other = Database(database_url), Database(database_url)

    def claim(tx):
        tx.execute(sa.select(compute_targets).where(compute_targets.c.id == number).with_for_update())
        nodes.take(tx, number, 1, job_id)
        taken.set()
        assert go_on.wait(10)

    try:
        with ThreadPoolExecutor(2) as pool:
            claiming = pool.submit(one.write_now, claim)
            assert taken.wait(10)
            scaling = pool.submit(other.write_now, nodes.scale, number)
            time.sleep(0.5)
            go_on.set()
            claiming.result(10)
            scaling.result(20)
        assert desk.nodes() == [(0, "preparing")]
    finally:
        one.close()
        other.close()
