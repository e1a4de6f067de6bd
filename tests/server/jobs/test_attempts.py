"""A job has one launcher at a time, and what is lost is noticed however its launcher went."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from lazward.errors import InvalidState
from lazward.wire.compute import CreateCompute
from lazward.wire.jobs import CreateJob, JobSpec, Problem, Report, State
from lazward_server.auth.gate import Caller
from lazward_server.compute import nodes, targets
from lazward_server.compute.cluster import Cluster
from lazward_server.db.clock import now
from lazward_server.db.schema import jobs as rows
from lazward_server.db.schema import nodes as node_rows
from lazward_server.jobs import attempts, create, following, life, load, queue

HOST = "here"
ME = Caller("me", administrator=True)


class Queue:
    """A queue with a target of two nodes; ``do`` runs a function in a transaction of its own."""

    def __init__(self, database):
        self.do = database.write_now
        self.do(targets.create, 1, CreateCompute(name="cluster", max_nodes=2))

    def submit(self, compute="cluster", **spec):
        message = CreateJob(experiment="e", compute=compute, spec=JobSpec(command="true", **spec))
        return self.do(create.create, 1, ME, message)

    def get(self, run_id):
        return self.do(load.get, 1, run_id)

    def row(self, run_id):
        return self.do(load.row, 1, run_id)

    def set(self, run_id, **values):
        self.do(lambda tx: tx.execute(sa.update(rows).where(rows.c.run_id == run_id).values(**values)))

    def claim(self):
        (claimed,) = self.do(queue.claim, HOST)
        return claimed

    def begun(self, run_id, handle="h"):
        """Claim, start and begin the only job that waits."""
        claimed = self.claim()
        assert claimed.run_id == run_id
        if handle:
            assert self.do(attempts.started, claimed.job_id, claimed.claim, handle)
        assert self.do(life.begin, 1, run_id, claimed.attempt) is not None
        return claimed

    def report(self, run_id, **message):
        return self.do(life.report, 1, run_id, Report(**message))


@pytest.fixture
def jobs(database):
    return Queue(database)


def test_the_launcher_of_a_lost_attempt_can_neither_begin_nor_report(jobs):
    run_id = jobs.submit()
    first = jobs.begun(run_id)
    jobs.do(following.gone, first.job_id, "h")
    assert jobs.get(run_id).state == "Queued"
    with pytest.raises(InvalidState, match="is not to be started"):
        jobs.do(life.begin, 1, run_id, 1)
    with pytest.raises(InvalidState, match="was taken from its launcher"):
        jobs.report(run_id, state=State.COMPLETED, attempt=1)
    second = jobs.begun(run_id, "h2")
    assert second.attempt == 2
    with pytest.raises(InvalidState):
        jobs.report(run_id, state=State.COMPLETED, attempt=1)
    assert jobs.get(run_id).state == "Preparing"
    jobs.report(run_id, state=State.COMPLETED, attempt=2)
    assert jobs.get(run_id).state == "Completed"


def test_beginning_twice_is_one_launcher_whose_answer_was_lost(jobs):
    run_id = jobs.submit()
    jobs.begun(run_id)
    assert jobs.do(life.begin, 1, run_id, 1) is not None
    jobs.report(run_id, state=State.RUNNING, attempt=1)
    with pytest.raises(InvalidState):
        jobs.do(life.begin, 1, run_id, 1)


def test_a_job_that_was_cancelled_before_it_begins_ends_for_good(jobs):
    run_id = jobs.submit()
    claimed = jobs.claim()
    jobs.do(life.cancel, 1, run_id)
    assert jobs.get(run_id).state == "CancelRequested"
    assert jobs.do(life.begin, 1, run_id, claimed.attempt) is None
    assert jobs.get(run_id).state == "Canceled"


def test_the_end_tells_since_when_the_script_ran(jobs):
    run_id = jobs.submit()
    jobs.begun(run_id)
    jobs.report(run_id, state=State.FAILED, error=Problem("ExitCode", "no"), attempt=1, ran_ms=5000)
    job = jobs.get(run_id)
    assert 5000 <= job.ended_at - job.started_at < 6000


def test_a_script_that_never_ran_has_not_started(jobs):
    run_id = jobs.submit()
    jobs.begun(run_id)
    jobs.report(run_id, state=State.FAILED, error=Problem("Environment", "no"), attempt=1)
    assert jobs.get(run_id).started_at is None


@pytest.mark.parametrize("retries", [0, 1])
def test_what_never_began_is_started_some_times_more(jobs, retries):
    run_id = jobs.submit(retries=retries)
    for attempt in range(1, retries + 4):
        claimed = jobs.claim()
        assert claimed.attempt == attempt
        jobs.do(attempts.not_started, claimed.job_id, claimed.claim, "The engine is full.")
    job = jobs.get(run_id)
    assert (job.state, job.error.code, job.error.message) == ("Failed", "Start", "The engine is full.")
    assert len(job.warnings) == retries + 2


def test_a_launcher_that_ends_before_it_begins_says_where_to_look(jobs):
    run_id = jobs.submit()
    while jobs.get(run_id).state == "Queued":
        claimed = jobs.claim()
        jobs.do(attempts.started, claimed.job_id, claimed.claim, "h")
        jobs.do(following.gone, claimed.job_id, "h", why=Cluster(Path("/nowhere")).why("h"))
    job = jobs.get(run_id)
    assert (job.state, job.error.code) == ("Failed", "Start")
    assert "never took the job over" in job.error.message
    assert "jobs/launchers" in job.error.message


@pytest.mark.parametrize(
    ("why", "code", "words"),
    [
        (Problem("NodeLost", "Node n3 failed."), "NodeLost", "vanished without a word.* Node n3 failed."),
        (Problem("Memory", "It took 9 GB."), "Memory", "^It took 9 GB.$"),
        (None, "NodeLost", "vanished without a word"),
    ],
)
def test_a_lost_job_tells_what_its_engine_says(jobs, why, code, words):
    run_id = jobs.submit(retries=0)
    lose(jobs, run_id, why)
    job = jobs.get(run_id)
    assert (job.state, job.error.code) == ("Failed", code)
    assert re.search(words, job.error.message)


def test_what_the_engine_ended_for_its_time_is_not_started_again(jobs):
    run_id = jobs.submit(retries=3)
    lose(jobs, run_id, Problem("TimeLimit", "DUE TO TIME LIMIT"))
    job = jobs.get(run_id)
    assert (job.state, job.error, job.attempt) == ("Failed", Problem("TimeLimit", "DUE TO TIME LIMIT"), 1)


def lose(jobs, run_id, why):
    """A launcher that has begun is gone without a word."""
    claimed = jobs.begun(run_id)
    jobs.do(following.gone, claimed.job_id, "h", why=why)


def test_a_claim_that_ran_out_is_worth_nothing(jobs):
    run_id = jobs.submit()
    claimed = jobs.claim()
    jobs.do(attempts.expire)
    assert jobs.get(run_id).state == "Starting"
    jobs.set(run_id, claimed_until=now() - 1)
    jobs.do(attempts.expire)
    assert jobs.get(run_id).state == "Queued"
    assert not jobs.do(attempts.started, claimed.job_id, claimed.claim, "late")
    with pytest.raises(InvalidState):
        jobs.do(life.begin, 1, run_id, claimed.attempt)


@pytest.mark.parametrize("values", [{"handle": None}, {"host": "another"}])
def test_who_cannot_be_asked_after_and_is_silent_is_lost(jobs, values):
    run_id = jobs.submit()
    jobs.begun(run_id)
    jobs.set(run_id, seen_at=now() - 10_000, **values)
    jobs.do(following.silent, now() - 20_000, HOST)
    assert jobs.get(run_id).state == "Preparing"
    jobs.do(following.silent, now() - 5_000, HOST)
    assert jobs.get(run_id).state == "Queued"


def test_one_whose_host_goes_before_it_begins_is_lost_too(jobs):
    run_id = jobs.submit()
    claimed = jobs.claim()
    jobs.do(attempts.started, claimed.job_id, claimed.claim, "h")
    jobs.do(following.silent, now() + 1, HOST)
    assert jobs.get(run_id).state == "Starting"
    jobs.do(following.silent, now() + 1, "another")
    assert jobs.get(run_id).state == "Queued"


def test_who_can_be_asked_after_may_be_silent(jobs):
    run_id = jobs.submit()
    jobs.begun(run_id)
    jobs.set(run_id, seen_at=now() - 10_000)
    jobs.do(following.silent, now(), HOST)
    assert jobs.get(run_id).state == "Preparing"


def test_a_launcher_that_goes_just_after_its_report_changes_nothing(jobs):
    run_id = jobs.submit()
    claimed = jobs.begun(run_id)
    jobs.report(run_id, state=State.COMPLETED, attempt=1)
    before = jobs.row(run_id)
    jobs.do(following.gone, claimed.job_id, "h")
    assert jobs.report(run_id, state=State.FAILED, attempt=1) is False
    assert jobs.row(run_id) == before


def test_a_node_that_was_given_a_job_meanwhile_stays(jobs, monkeypatch):
    """Another process takes an idle node between the look at it and its going."""
    jobs.submit()
    jobs.claim()
    jobs.do(lambda tx: tx.execute(sa.update(node_rows).values(job_id=None, since_at=0)))
    real = nodes._number

    def taken_meanwhile(one):
        database_tx[0].execute(sa.update(node_rows).values(job_id=1))
        return real(one)

    database_tx = []

    def scale(tx):
        database_tx.append(tx)
        monkeypatch.setattr(nodes, "_number", taken_meanwhile)
        nodes.scale(tx, 1)

    jobs.do(scale)
    assert jobs.do(lambda tx: tx.execute(sa.select(sa.func.count()).select_from(node_rows)).scalar()) == 1
