"""A job from the queue to its end, and all ways that lead elsewhere."""

import asyncio
import threading

import pytest
import sqlalchemy as sa
from tests.server.jobs.conftest import WORKSPACE

from lazward.errors import InvalidRequest, InvalidState, NotFound
from lazward.wire.compute import UpdateCompute
from lazward.wire.environments import EnvironmentSpec
from lazward.wire.jobs import ENDS, Problem, State
from lazward.wire.runs import DeleteRun, RunStatus, UpdateRun
from lazward_server.compute import targets
from lazward_server.db.schema import jobs, tokens
from lazward_server.jobs import attempts, following, life, queue, scheduler
from lazward_server.tracking import runs


def status(shop, run_id):
    def read(tx):
        found = runs.find(tx, WORKSPACE, run_id)
        row = tx.execute(sa.select(runs.runs).where(runs.runs.c.id == found.id)).one()
        return runs.info(row)

    return shop.read(read)


def test_from_the_queue_to_its_end(shop):
    run_id = shop.submit()
    assert (shop.job(run_id).state, status(shop, run_id).status) == ("Queued", "SCHEDULED")
    shop.round()
    assert (shop.job(run_id).state, shop.nodes()["preparing"]) == ("Starting", 1)
    token = shop.token_of(run_id)
    assert shop.is_valid(token)
    shop.begin(run_id)
    assert (shop.job(run_id).state, status(shop, run_id).status) == ("Preparing", "SCHEDULED")
    shop.report(run_id, State.RUNNING)
    assert (shop.job(run_id).state, status(shop, run_id).status) == ("Running", "RUNNING")
    assert shop.nodes()["running"] == 1
    assert shop.report(run_id) is False
    shop.report(run_id, State.FINALIZING)
    shop.report(run_id, State.COMPLETED)
    job = shop.job(run_id)
    assert (job.state, job.attempt, job.error) == ("Completed", 1, None)
    assert job.created_at <= job.started_at <= job.ended_at
    found = status(shop, run_id)
    assert (found.status, found.end_time) == ("FINISHED", job.ended_at)
    assert not shop.is_valid(token)
    assert shop.nodes() == {"preparing": 0, "running": 0, "idle": 1, "leaving": 0}
    shop.let_idle_nodes_go()
    assert sum(shop.nodes().values()) == 0


def test_there_is_no_job_without_its_run_and_no_run_without_its_job(shop):
    for wrong in ({"compute": "missing"}, {"command": ""}, {"parent_run_id": "0" * 32}):
        with pytest.raises((NotFound, InvalidRequest)):
            shop.submit(**wrong)
    assert shop.read(lambda tx: tx.execute(sa.select(runs.runs.c.id)).all()) == []


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"script": "a.py"}, "either a script or a command"),
        ({"command": "", "script": "a.py"}, "needs the snapshot"),
        ({"command": "a\0b"}, "NUL"),
        ({"variables": {"A=B": "c"}}, "'A=B'"),
        ({"variables": {"": "c"}}, "''"),
        ({"environment": EnvironmentSpec(variables={"A=B": "c"})}, "'A=B'"),
        ({"environment": EnvironmentSpec(variables={"": "c"})}, "''"),
        ({"environment": EnvironmentSpec(variables={"A": "b\0"})}, "NUL"),
        ({"watched": ["../secrets"]}, "'../secrets'"),
        ({"watched_files": ["/etc/passwd"]}, "'/etc/passwd'"),
        ({"node_count": 2}, "one node"),
        ({"distribution": "mpi"}, "mpi"),
    ],
)
def test_what_no_node_could_run_is_refused_when_it_is_submitted(shop, wrong, named):
    with pytest.raises(InvalidRequest, match=named):
        shop.submit(**wrong)


def test_a_target_that_has_no_gpu_takes_no_job_that_wants_one(shop, monkeypatch):
    monkeypatch.setattr("lazward_server.compute.machine.gpus", lambda: 0)
    shop.write(lambda tx: tx.execute(sa.update(targets.compute_targets).values(size="STANDARD_NC6")))
    with pytest.raises(InvalidRequest, match="1 GPU"):
        shop.submit()


def test_unknown_targets_are_named_beside_those_that_there_are(shop):
    with pytest.raises(NotFound, match=r"'gpu'.*local, cluster"):
        shop.submit("gpu")


def test_there_are_no_more_jobs_than_nodes_and_the_rest_know_why_they_wait(shop):
    waiting = [shop.submit() for _ in range(4)]
    shop.round()
    states = [shop.job(run_id).state for run_id in waiting]
    assert states == ["Starting", "Starting", "Queued", "Queued"]
    assert "All 2 node(s) of 'cluster' are busy; 1 job(s) are ahead" in shop.job(waiting[3]).reason
    shop.begin(waiting[0])
    shop.report(waiting[0], State.COMPLETED)
    shop.round()
    assert [shop.job(run_id).state for run_id in waiting] == ["Completed", "Starting", "Starting", "Queued"]
    assert shop.job(waiting[2]).node == "node-0"


def test_higher_priorities_go_first_and_can_be_changed_while_they_wait(shop):
    low, high, later = shop.submit(), shop.submit(priority=5), shop.submit()
    shop.write(targets.update, WORKSPACE, "cluster", UpdateCompute(max_nodes=1))
    shop.write(life.prioritise, WORKSPACE, later, 9)
    order = []
    for _ in range(3):
        shop.round()
        launched = shop.engine.launched[-1].run_id
        order.append(launched)
        shop.begin(launched)
        shop.report(launched, State.COMPLETED)
    assert order == [later, high, low]
    with pytest.raises(InvalidState, match="Completed"):
        shop.write(life.prioritise, WORKSPACE, low, 1)


class TestOneLauncher:
    """However often it is claimed, one launcher runs it."""

    def test_a_second_launcher_of_the_same_attempt_is_let_in_only_before_the_script_runs(self, shop):
        run_id = shop.submit()
        shop.round()
        shop.begin(run_id)
        shop.begin(run_id)  # the answer was lost
        shop.report(run_id, State.RUNNING)
        with pytest.raises(InvalidState, match="Running"):
            shop.begin(run_id)

    def test_one_of_an_attempt_that_was_given_up_is_not(self, shop):
        run_id = shop.submit()
        token = shop.write(queue.claim, "host")[0].token  # and the process dies
        shop.write(lambda tx: tx.execute(sa.update(jobs).values(claimed_until=0)))
        shop.expire()
        assert shop.job(run_id).state == "Queued"
        assert not shop.is_valid(token)
        shop.round()
        with pytest.raises(InvalidState):
            shop.begin(run_id, 1)
        shop.begin(run_id, 2)

    def test_a_claim_that_ran_out_is_not_applied_and_what_was_started_is_ended(self, shop, monkeypatch):
        run_id = shop.submit()
        submit = shop.engine.submit

        def slowly(launch):
            handle = submit(launch)
            if launch.attempt == 1:
                shop.write(lambda tx: tx.execute(sa.update(jobs).values(claimed_until=0)))
                shop.expire()
            return handle

        monkeypatch.setattr(shop.engine, "submit", slowly)
        shop.round()
        assert shop.engine.living == set()
        shop.round()
        assert shop.engine.living == {f"{run_id} 2"}

    def test_many_processes_claim_each_job_once(self, shop):
        shop.write(targets.update, WORKSPACE, "cluster", UpdateCompute(max_nodes=20))
        waiting = [shop.submit() for _ in range(20)]
        with shop.processes() as schedulers:
            threads = [threading.Thread(target=shop.round, args=[one]) for one in schedulers]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert sorted(one.run_id for one in shop.engine.launched) == sorted(waiting)
        assert len({shop.job(run_id).node for run_id in waiting}) == 20


class TestLost:
    """A launcher that vanishes without a word."""

    def test_its_job_is_started_once_more_and_then_fails(self, shop):
        run_id = shop.submit()
        shop.round()
        first = shop.token_of(run_id)
        shop.begin(run_id)
        shop.report(run_id, State.RUNNING)
        shop.vanish(run_id)
        shop.round()
        assert (shop.job(run_id).state, shop.is_valid(first)) == ("Starting", False)
        assert "Attempt 1 was lost" in shop.job(run_id).warnings[0]
        shop.begin(run_id, 2)
        shop.vanish(run_id, 2)
        shop.round()
        job = shop.job(run_id)
        assert (job.state, job.error.code, job.attempt) == ("Failed", "NodeLost", 2)
        assert status(shop, run_id).status == "FAILED"
        assert shop.nodes()["idle"] == 1

    def test_one_that_has_told_the_end_is_not_lost(self, shop):
        run_id = shop.submit()
        shop.round()
        shop.begin(run_id)
        shop.report(run_id, State.FAILED, error=Problem("ExitCode", "3", 3))
        shop.vanish(run_id)
        shop.round()
        assert shop.job(run_id).error.exit_code == 3

    def test_one_that_never_reports_is_ended_and_so_is_its_job_at_last(self, shop, monkeypatch):
        run_id = shop.submit(retries=0)
        shop.settle()
        for _ in range(1 + attempts._MORE_STARTS):
            shop.round()
            assert len(shop.engine.living) == 1
            later = following.now() + 2 * following._PATIENCE
            monkeypatch.setattr(following, "now", lambda later=later: later)
            shop.round()
            assert shop.engine.living == set()
        shop.round()
        job = shop.job(run_id)
        assert (job.state, job.error.code) == ("Failed", "Start")
        assert "never took the job over" in job.error.message

    def test_no_retries_means_none(self, shop):
        run_id = shop.submit(retries=0)
        shop.round()
        shop.begin(run_id)
        shop.vanish(run_id)
        shop.round()
        assert shop.job(run_id).state == "Failed"

    def test_an_engine_that_takes_nothing_is_asked_again_and_its_words_are_told(self, shop):
        run_id = shop.submit(retries=0)
        shop.engine.refusing = True
        for _ in range(attempts._MORE_STARTS):
            shop.round()
            assert shop.job(run_id).state == "Queued"
        shop.round()
        job = shop.job(run_id)
        assert (job.state, job.error.code) == ("Failed", "Start")
        assert "takes nothing" in job.error.message

    def test_a_machine_that_submitted_and_fell_silent(self, shop, monkeypatch):
        run_id = shop.submit("local")
        shop.begin(run_id)
        shop.report(run_id, State.RUNNING)
        shop.round()
        assert shop.job(run_id).state == "Running"
        later = scheduler.now() + 2 * scheduler._SILENCE
        monkeypatch.setattr(scheduler, "now", lambda: later)
        shop.round(shop.another_scheduler())  # a server that was away itself gives them time
        assert shop.job(run_id).state == "Running"
        for _ in range(scheduler._SELDOM):
            shop.round()
        assert (shop.job(run_id).state, shop.job(run_id).error.code) == ("Failed", "NodeLost")


class TestCancel:
    def test_what_waits_ends_at_once(self, shop):
        run_id = shop.submit()
        shop.cancel(run_id)
        assert (shop.job(run_id).state, status(shop, run_id).status) == ("Canceled", "KILLED")
        shop.round()
        assert shop.engine.launched == []

    def test_what_runs_is_told_to_stop(self, shop):
        run_id = shop.submit()
        shop.round()
        shop.begin(run_id)
        shop.report(run_id, State.RUNNING)
        shop.cancel(run_id)
        assert shop.job(run_id).state == "CancelRequested"
        assert shop.report(run_id) is True
        shop.report(run_id, State.CANCELED)
        assert shop.job(run_id).state == "Canceled"
        shop.cancel(run_id)
        assert shop.job(run_id).state == "Canceled"

    def test_what_does_not_stop_is_stopped(self, shop):
        run_id = shop.submit()
        shop.round()
        shop.begin(run_id)
        shop.cancel(run_id)
        shop.write(lambda tx: tx.execute(sa.update(jobs).values(cancel_at=1)))
        shop.settle()
        shop.round()
        assert shop.engine.living == set()
        shop.round()
        assert shop.job(run_id).state == "Canceled"

    def test_a_launcher_that_comes_late_is_sent_away(self, shop):
        run_id = shop.submit()
        shop.round()
        shop.cancel(run_id)
        assert shop.begin(run_id) is None
        assert shop.job(run_id).state == "Canceled"
        with pytest.raises(InvalidState, match="Canceled"):
            shop.begin(run_id)

    def test_what_is_over_stays_as_it_is_whatever_comes_late(self, shop):
        run_id = shop.submit()
        shop.round()
        shop.begin(run_id)
        shop.report(run_id, State.COMPLETED)
        ended = shop.job(run_id).ended_at
        assert shop.report(run_id, State.RUNNING) is True
        assert shop.report(run_id, State.COMPLETED) is False  # its answer was lost, and it tells again
        shop.report(run_id, State.FAILED, error=Problem("x", "y"))
        shop.write(life.fail, WORKSPACE, run_id, "z")
        assert (shop.job(run_id).state, shop.job(run_id).ended_at) == ("Completed", ended)


def test_a_state_never_goes_backwards(shop):
    run_id = shop.submit()
    shop.round()
    shop.begin(run_id)
    shop.report(run_id, State.FINALIZING)
    shop.report(run_id, State.RUNNING)
    assert shop.job(run_id).state == "Finalizing"


def test_what_a_script_left_open_is_closed_with_its_job(shop):
    run_id = shop.submit()
    shop.round()
    shop.begin(run_id)
    job = shop.read(lambda tx: tx.execute(sa.select(jobs)).one())
    made = [(WORKSPACE, runs.CreateRun(shop.job(run_id).experiment_id), runs.OfJob(job.id, run_id))] * 2
    open_, closed = shop.write(runs.create_many, made)
    shop.write(runs.update, WORKSPACE, UpdateRun(closed.info.run_id, status=RunStatus.FINISHED, end_time=7))
    shop.report(run_id, State.FAILED, error=Problem("ExitCode", "1"))
    assert status(shop, open_.info.run_id).status == "FAILED"
    assert (status(shop, closed.info.run_id).status, status(shop, closed.info.run_id).end_time) == (
        "FINISHED",
        7,
    )


def test_a_run_can_be_deleted_when_its_job_is_over_and_not_before(shop):
    run_id = shop.submit()
    with pytest.raises(InvalidState, match="cancel it"):
        shop.write(runs.delete, WORKSPACE, run_id)
    shop.cancel(run_id)
    shop.write(runs.delete, WORKSPACE, DeleteRun(run_id).run_id)
    assert shop.job(run_id).state == "Canceled"


def test_a_target_that_is_deleted_takes_no_more_jobs_and_goes_when_its_last_has_ended(shop):
    run_id = shop.submit()
    shop.round()
    shop.write(targets.delete, WORKSPACE, "cluster")
    with pytest.raises(InvalidState, match="being deleted"):
        shop.submit()
    assert shop.read(targets.get, WORKSPACE, "cluster").state == "Deleting"
    shop.begin(run_id)
    shop.report(run_id, State.COMPLETED)
    shop.write(targets.vanish)
    with pytest.raises(NotFound):
        shop.read(targets.get, WORKSPACE, "cluster")
    assert shop.job(run_id).compute == "cluster"


def test_what_waits_for_a_target_that_is_deleted_ends(shop):
    running, waiting = shop.submit(), shop.submit()
    shop.write(targets.update, WORKSPACE, "cluster", UpdateCompute(max_nodes=1))
    shop.round()
    shop.write(targets.delete, WORKSPACE, "cluster")
    shop.write(queue.orphaned)
    assert shop.job(running).state == "Starting"
    assert (shop.job(waiting).state, shop.job(waiting).error.code) == ("Failed", "ComputeDeleted")


@pytest.mark.parametrize("wrong", [{"node_count": 2}, {"distribution": "pytorch"}])
def test_the_machine_that_submits_is_one_machine(shop, wrong):
    with pytest.raises(InvalidRequest, match="'local'"):
        shop.submit("local", **wrong)


def test_an_image_is_refused_where_nothing_runs_it_before_anything_is_queued(shop, monkeypatch):
    monkeypatch.setenv("PATH", "")
    image = EnvironmentSpec(image="python:3.11")
    with pytest.raises(InvalidRequest, match="cannot run a job in an image: Docker engine is not installed"):
        shop.submit(environment=image)
    # The machine that submits has looked for an engine of its own.
    assert shop.job(shop.submit("local", environment=image)).state == "Queued"


def test_every_state_has_a_status_and_every_end_is_one():
    assert set(life.STATUSES) == set(State)
    assert {state for state in State if state.over} == set(ENDS)


def test_a_token_is_limited_to_its_job_and_to_its_time(shop):
    run_id = shop.submit(max_seconds=60)
    shop.round()
    bearer = shop.read(queue.tokens.find, queue.tokens.digest(shop.token_of(run_id)))
    assert bearer.job.run_id == run_id
    assert bearer.scope.workspace_id == WORKSPACE
    kept = shop.read(lambda tx: tx.execute(sa.select(tokens).where(tokens.c.kind == "job")).one())
    assert kept.expires_at - kept.created_at == pytest.approx(60_000 + 24 * 3_600_000, abs=2000)


def test_where_nobody_is_asked_for_a_token_there_is_none(shop):
    shop.caller.user_id = None
    run_id = shop.submit()
    shop.round()
    assert "LAZWARD_TOKEN" not in shop.engine.launched[0].variables
    shop.begin(run_id)
    assert asyncio.run(shop.db.read(queue.waiting)) is False
