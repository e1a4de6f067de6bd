"""Jobs that several processes are handed at the same moment."""

import threading

import pytest
from tests.server.jobs.conftest import WORKSPACE

from lazward.errors import AlreadyExists, LazwardError
from lazward_server.tracking import experiments


def test_the_first_jobs_of_an_experiment_may_come_at_once(shop):
    """Each has the experiment before it finds it, and one makes it."""
    if not shop.on_postgresql:
        pytest.skip("SQLite has one writer at a time")
    made, waiting, run_ids, errors = threading.Event(), threading.Event(), [], []

    def first(tx):
        run_ids.append(shop.submit_in(tx, experiment="new"))
        made.set()
        waiting.wait(1)

    def second():
        with shop.another_database() as other:
            try:
                run_ids.append(other.write_now(shop.submit_in, experiment="new"))
            except LazwardError as error:
                errors.append(error)
        waiting.set()

    threads = [threading.Thread(target=shop.write, args=[first]), threading.Thread(target=second)]
    threads[0].start()
    assert made.wait(10)
    threads[1].start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len({shop.job(run_id).experiment_id for run_id in run_ids}) == 1


def test_making_an_experiment_twice_is_told_and_leaves_the_transaction_whole(shop):
    number = shop.write(experiments.create, WORKSPACE, "x", "", ())

    def again(tx):
        with pytest.raises(AlreadyExists, match="'x' already exists"):
            experiments.create(tx, WORKSPACE, "x", "", ())
        return experiments.get_by_name(tx, WORKSPACE, "x").experiment_id

    assert shop.write(again) == number
