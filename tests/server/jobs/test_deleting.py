"""What is deleted while jobs of it are not over."""

import threading

import pytest
import sqlalchemy as sa
from tests.server.jobs.conftest import WORKSPACE

from lazward.errors import InvalidState, NotFound
from lazward.wire.jobs import State
from lazward_server.compute import targets
from lazward_server.db.clock import now
from lazward_server.db.schema import compute_targets, jobs, nodes, workspaces
from lazward_server.deletion import workspaces as emptying
from lazward_server.jobs import following, life, queue
from lazward_server.tracking import experiments, runs


def experiment_of(shop, run_id):
    return shop.job(run_id).experiment_id


def test_an_experiment_is_not_deleted_before_its_jobs_are_over(shop):
    first, second = shop.submit(), shop.submit()
    number = experiment_of(shop, first)
    shop.round()
    with pytest.raises(InvalidState, match=r"has 2 job\(s\) that are not over; cancel them"):
        shop.write(experiments.delete, WORKSPACE, number)
    assert shop.read(experiments.get, WORKSPACE, number).lifecycle_stage == "active"
    for run_id in (first, second):
        shop.begin(run_id)
        shop.report(run_id, State.COMPLETED)
    shop.write(experiments.delete, WORKSPACE, number)
    assert shop.read(experiments.get, WORKSPACE, number).lifecycle_stage == "deleted"
    with pytest.raises(InvalidState, match="is deleted; restore it"):
        shop.submit()


@pytest.mark.parametrize("what", ["experiment", "target"])
def test_nobody_deletes_what_a_job_is_submitted_to_at_the_moment(shop, what):
    """Whoever deletes waits, and sees the job then."""
    if not shop.on_postgresql:
        pytest.skip("SQLite has one writer at a time")
    first = shop.submit()
    number = experiment_of(shop, first)
    shop.cancel(first)
    delete = {
        "experiment": (experiments.delete, WORKSPACE, number),
        "target": (targets.delete, WORKSPACE, "cluster"),
    }[what]
    submitting, done, outcome = threading.Event(), threading.Event(), []

    def submit(tx):
        run_id = shop.submit_in(tx)
        submitting.set()
        done.wait(1)
        outcome.append("submitted")
        return run_id

    def elsewhere():
        with shop.another_database() as other:
            try:
                other.write_now(*delete)
            except InvalidState as error:
                outcome.append(error.message)
            else:
                outcome.append("deleted")
        done.set()

    submitter = threading.Thread(target=shop.write, args=[submit])
    submitter.start()
    assert submitting.wait(10)
    deleter = threading.Thread(target=elsewhere)
    deleter.start()
    submitter.join()
    deleter.join()
    assert outcome[0] == "submitted"
    if what == "experiment":
        assert "1 job(s) that are not over" in outcome[1]
    else:
        assert shop.read(targets.get, WORKSPACE, "cluster").queued == 1


def test_what_waits_for_a_target_that_is_gone_ends(shop):
    run_id = shop.submit()
    shop.write(lambda tx: tx.execute(sa.delete(compute_targets)))
    shop.write(queue.orphaned)
    assert (shop.job(run_id).state, shop.job(run_id).error.code) == ("Failed", "ComputeDeleted")


def test_a_workspace_is_emptied_when_the_engine_has_ended_its_jobs(shop):
    run_id = shop.submit()
    shop.round()
    shop.begin(run_id)
    gone = sa.update(workspaces).where(workspaces.c.id == WORKSPACE).values(deleting_at=now())
    shop.write(lambda tx: tx.execute(gone))
    assert shop.read(emptying._waiting) == []
    shop.round()
    assert shop.engine.living == set()
    assert shop.read(emptying._waiting) == []
    shop.round()
    assert [number for number, _ in shop.read(emptying._waiting)] == [WORKSPACE]


def test_a_node_whose_job_is_gone_is_free(shop):
    shop.submit()
    shop.round()
    shop.write(lambda tx: tx.execute(sa.delete(jobs)))
    shop.round(shop.another_scheduler())  # the first round tidies
    assert shop.read(lambda tx: tx.execute(sa.select(nodes.c.job_id)).scalars().all()) in ([], [None])


class TestFailing:
    """Somebody says that a job has failed, of which its launcher knows nothing yet."""

    def test_it_keeps_its_node_until_its_launcher_is_gone(self, shop):
        run_id = begun(shop)
        token = shop.token_of(run_id)
        shop.write(life.fail, WORKSPACE, run_id, "It diverged.")
        assert (shop.job(run_id).state, shop.job(run_id).error.message) == ("Failed", "It diverged.")
        assert not shop.is_valid(token)
        assert shop.nodes() == {"preparing": 0, "running": 0, "idle": 0, "leaving": 1}
        shop.round()
        assert len(shop.engine.living) == 1  # it has some seconds to tidy up
        shop.vanish(run_id)
        shop.round()
        assert (shop.job(run_id).state, shop.nodes()["idle"]) == ("Failed", 1)

    def test_a_launcher_that_does_not_go_is_ended(self, shop):
        run_id = begun(shop)
        shop.write(life.fail, WORKSPACE, run_id, "")
        shop.write(lambda tx: tx.execute(sa.update(jobs).values(ended_at=1)))
        shop.settle()
        shop.round()
        assert shop.engine.living == set()
        shop.round()
        assert shop.nodes()["idle"] == 1

    def test_its_run_and_its_target_stay_until_then(self, shop):
        run_id = begun(shop)
        shop.write(life.fail, WORKSPACE, run_id, "")
        with pytest.raises(InvalidState, match="not over"):
            shop.write(runs.delete, WORKSPACE, run_id)
        shop.write(targets.delete, WORKSPACE, "cluster")
        assert shop.read(targets.get, WORKSPACE, "cluster").state == "Deleting"
        shop.vanish(run_id)
        shop.round()
        shop.write(runs.delete, WORKSPACE, run_id)
        shop.write(targets.vanish)
        with pytest.raises(NotFound):
            shop.read(targets.get, WORKSPACE, "cluster")

    def test_the_node_of_a_host_that_is_away_is_free_at_last(self, shop):
        run_id = begun(shop)
        shop.write(life.fail, WORKSPACE, run_id, "")
        ended = shop.job(run_id).ended_at
        for since, leaving in ((ended, 1), (ended + 1, 0)):
            shop.write(following.silent, since, "another host")
            assert shop.nodes()["leaving"] == leaving

    def test_what_waits_or_runs_elsewhere_has_no_node_to_keep(self, shop):
        for run_id in (shop.submit(), shop.submit("local")):
            shop.write(life.fail, WORKSPACE, run_id, "")
            shop.write(runs.delete, WORKSPACE, run_id)
        assert sum(shop.nodes().values()) == 0


def begun(shop):
    run_id = shop.submit()
    shop.round()
    shop.begin(run_id)
    return run_id
