"""What is deleted while jobs of it are not over."""

import threading

import pytest
import sqlalchemy as sa
from tests.server.jobs.conftest import WORKSPACE

from lazward.errors import InvalidState
from lazward.wire.jobs import State
from lazward_server.db.clock import now
from lazward_server.db.database import Database
from lazward_server.db.schema import jobs, nodes, workspaces
from lazward_server.deletion import workspaces as emptying
from lazward_server.jobs import create
from lazward_server.tracking import experiments


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


def test_nobody_deletes_an_experiment_while_a_job_is_submitted_to_it(shop):
    first = shop.submit()
    number = experiment_of(shop, first)
    shop.cancel(first)
    if not shop.on_postgresql:
        pytest.skip("SQLite has one writer at a time")
    submitting, submitted, outcome = threading.Event(), threading.Event(), []

    def submit(tx):
        create._experiment(tx, WORKSPACE, "e")
        submitting.set()
        submitted.wait(2)
        outcome.append("submitted")

    def delete():
        other = Database(shop.db.engine.url.render_as_string(hide_password=False))
        other.write_now(experiments.delete, WORKSPACE, number)
        outcome.append("deleted")
        submitted.set()
        other.close()

    thread = threading.Thread(target=delete)
    writer = threading.Thread(target=shop.write, args=[submit])
    writer.start()
    assert submitting.wait(10)
    thread.start()
    for one in (writer, thread):
        one.join()
    assert outcome == ["submitted", "deleted"]


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
