"""The server ends at every step of a job's life, and each job ends as it should, once.

A script appends a line to a file outside when it begins, so that nothing can run it twice unseen; it logs
metrics and writes a log while the server is away. Afterwards all of that is on the server, whichever step it
was that the server missed. ``LAZWARD_FAULT_ROUNDS`` says how often each step is tried in the long run.
"""

import contextlib
import os
import random
import time
from pathlib import Path

import psutil
import pytest
from tests.submitting import Submitter, living

from lazward.client import jobs as client
from lazward.errors import LazwardError
from lazward.launcher.settings import MARK
from lazward.wire.jobs import LOG

LINES = 40

SCRIPT = f"""
    import os, sys, time
    import urllib.request, json

    ran, seconds = sys.argv[1], float(sys.argv[2])
    with open(ran, "a") as file:
        file.write("x")
    for number in range({LINES}):
        print("line", number, "x" * 500, flush=True)
        time.sleep(seconds / {LINES})
    headers = {{"Authorization": "Bearer " + os.environ["MLFLOW_TRACKING_TOKEN"]}}
    headers["Content-Type"] = "application/json"
    url = os.environ["MLFLOW_TRACKING_URI"] + "/api/2.0/mlflow/runs/log-metric"
    for step in range(5):
        point = {{"key": "m", "value": step, "timestamp": step, "step": step}}
        body = json.dumps({{"run_id": os.environ["MLFLOW_RUN_ID"], **point}}).encode()
        while True:  # as a client with a spool does
            try:
                urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=10).close()
                break
            except OSError as error:
                if getattr(error, "code", 503) not in (500, 503):
                    raise
                time.sleep(0.1)
    open("outputs/result", "w").write("result" * 1000)
    print("end", flush=True)
    sys.exit(int(sys.argv[3]))
"""


def kill_without_launchers(pid):
    """End all processes of a server at once, and not what it has started for jobs."""
    server = list(its_own(psutil.Process(pid)))
    for one in server:
        with contextlib.suppress(psutil.Error):
            one.kill()
    psutil.wait_procs(server[:1], timeout=30)


def its_own(process):
    """A process and what it has started, but no launcher, nor what that has.

    From above, since a script that is just about to become itself has no environment to be known by.
    """
    yield process
    for child in process.children():
        with contextlib.suppress(psutil.Error):
            if MARK not in child.environ():
                yield from its_own(child)


class Faults:
    """A server that goes and comes back on the same port, and jobs on it."""

    def __init__(self, start_server, tmp_path, options, kill):
        self.begin, self.options, self.kill = start_server, options, kill
        self.folder = tmp_path
        self.server = start_server(*options)
        self.jobs = Submitter(self.server, tmp_path).cluster(3)

    def go(self):
        """The server ends, as in a power cut or as it is asked to."""
        if self.kill:
            kill_without_launchers(self.server.process.pid)
        else:
            self.server.stop()

    def come_back(self):
        port = int(self.server.url.rpartition(":")[2])
        self.server = self.jobs.server = self.begin(*self.options, home=self.server.home, port=port)

    def submit(self, ran: Path, seconds=0.3, status=0, **spec):
        return self.jobs.submit(SCRIPT, ran, seconds, status, **spec)

    def until_line(self, run_id, word):
        """Until the script has written this, whatever of it the server knows."""
        work = self.server.home / "jobs" / "work" / "lazward-jobs"
        log = work / f"{run_id}-1" / "std_log.txt"
        end = time.monotonic() + 30
        while not log.exists() or word not in log.read_text():
            assert time.monotonic() < end, f"{word} was never written"
            time.sleep(0.01)

    def check(self, run_id, ran, state="Completed", code=None, *, began=True):
        job = self.jobs.wait(run_id, seconds=90)
        assert job.state == state, (job, self.jobs.told(run_id))
        assert (job.error.code if job.error else None) == code, job
        assert (ran.read_text() if ran.exists() else "") == ("x" if began else ""), job
        if began and state != "Canceled":
            lines = self.jobs.log(run_id).decode().splitlines()
            assert [line.split()[:2] for line in lines[:LINES]] == [["line", str(n)] for n in range(LINES)]
            assert lines[LINES:] == ["end"]
            with self.server.client() as http:
                params = {"run_id": run_id, "metric_key": "m"}
                points = http.get("/api/2.0/mlflow/metrics/get-history", params=params).json()["metrics"]
            assert [point["value"] for point in points] == [0, 1, 2, 3, 4]
            assert self.jobs.artifact(run_id, "outputs/result") == b"result" * 1000
            assert job.started_at is not None
        status = {"Completed": "FINISHED", "Failed": "FAILED", "Canceled": "KILLED"}[state]
        info = self.jobs.mlflow_run(run_id)["info"]
        assert (info["status"], info["end_time"]) == (status, job.ended_at)
        time.sleep(0.3)
        assert self.jobs.get(run_id).ended_at == job.ended_at, "it ended once"
        self.nothing_is_left(run_id)

    def nothing_is_left(self, run_id):
        end = time.monotonic() + 15
        while left := living(run_id):
            assert time.monotonic() < end, f"processes are left: {left}"
            time.sleep(0.1)
        assert "Traceback" not in self.jobs.told(run_id)
        assert not list((self.server.home / "jobs" / "work" / "lazward-jobs").glob(f"{run_id}*"))


# ---------------------------------------------------------------- the steps


def first_of(ran):
    """What the job writes that is before another in the queue; each step has one of its own."""
    return ran.with_name(f"{ran.name}.first")


def queued(faults, ran):
    """It waits for a node while the server is away."""
    faults.jobs.cluster(1, name := f"narrow{time.time_ns() % 10**9}")
    first = faults.submit(first_of(ran), 2, compute=name)
    faults.jobs.wait(first, "Running")
    run_id = faults.submit(ran, compute=name)
    assert faults.jobs.get(run_id).state == "Queued"
    faults.go()
    faults.come_back()
    faults.check(first, first_of(ran))
    faults.check(run_id, ran)


def claimed(faults, ran):
    """It has just been queued: the scheduler is about to claim it, or its launcher starts."""
    run_id = faults.submit(ran)
    time.sleep(random.uniform(0.1, 0.5))
    faults.go()
    faults.come_back()
    faults.check(run_id, ran)


def beginning(faults, ran):
    """Its launcher is there and asks a server that is not."""
    run_id = faults.submit(ran)
    end = time.monotonic() + 20
    while not living(run_id):
        assert time.monotonic() < end
        time.sleep(0.002)
    faults.go()
    time.sleep(2)
    faults.come_back()
    faults.check(run_id, ran)


def preparing(faults, ran):
    """The launcher fetches the files and makes the environment."""
    run_id = faults.submit(ran)
    faults.jobs.wait(run_id, "Preparing", "Running", "Finalizing", "Completed")
    faults.go()
    time.sleep(1)
    faults.come_back()
    faults.check(run_id, ran)


def running(faults, ran):
    """The script runs and ends while the server is away."""
    run_id = faults.submit(ran, 1)
    faults.until_line(run_id, "line 5 ")
    faults.go()
    time.sleep(1.5)
    faults.come_back()
    faults.check(run_id, ran)


def output_written(faults, ran):
    """What the script left is on its way."""
    run_id = faults.submit(ran, 0.2)
    faults.until_line(run_id, "end")
    faults.go()
    time.sleep(random.uniform(0, 2))
    faults.come_back()
    faults.check(run_id, ran)


def exiting(faults, ran):
    """The script fails while the server is away, and its exit code is told later."""
    run_id = faults.submit(ran, 0.5, 7)
    faults.until_line(run_id, "line 10 ")
    faults.go()
    time.sleep(0.2)
    faults.come_back()
    faults.check(run_id, ran, "Failed", "ExitCode")
    assert faults.jobs.get(run_id).error.exit_code == 7


def finalizing(faults, ran):
    """The launcher tells the end."""
    run_id = faults.submit(ran, 0.1)
    faults.jobs.wait(run_id, "Finalizing", "Completed")
    faults.go()
    faults.come_back()
    faults.check(run_id, ran)


def over(faults, ran):
    """It is over, and its log is not yet an artifact."""
    run_id = faults.submit(ran, 0.1)
    faults.jobs.wait(run_id, "Completed")
    faults.go()
    faults.come_back()
    faults.check(run_id, ran)
    end = time.monotonic() + 15
    while LOG not in faults.jobs.artifacts(run_id):
        assert time.monotonic() < end, "the log never became an artifact"
        time.sleep(0.2)
    faults.check(run_id, ran)


def cancelled_while_queued(faults, ran):
    faults.jobs.cluster(1, name := f"narrow{time.time_ns() % 10**9}")
    first = faults.submit(first_of(ran), 1.5, compute=name)
    faults.jobs.wait(first, "Running")
    run_id = faults.submit(ran, compute=name)
    client.cancel(faults.jobs.at, run_id)
    faults.go()
    faults.come_back()
    faults.check(run_id, ran, "Canceled", began=False)
    faults.check(first, first_of(ran))


def cancel_requested(faults, ran):
    """Somebody cancels, and the server is gone before the launcher hears of it."""
    run_id = faults.submit(ran, 60)
    faults.until_line(run_id, "line 1 ")
    client.cancel(faults.jobs.at, run_id)
    faults.go()
    time.sleep(1)
    faults.come_back()
    faults.check(run_id, ran, "Canceled")


def cancelled_right_after_it_came_back(faults, ran):
    run_id = faults.submit(ran, 60)
    faults.until_line(run_id, "line 1 ")
    faults.go()
    time.sleep(2)
    faults.come_back()
    client.cancel(faults.jobs.at, run_id)
    faults.check(run_id, ran, "Canceled")


def too_long_while_away(faults, ran):
    """The launcher keeps the time by itself."""
    run_id = faults.submit(ran, 60, max_seconds=2)
    faults.until_line(run_id, "line 1 ")
    faults.go()
    time.sleep(3)
    assert not [one for one in living(run_id) if "t.py" in one.cmdline()], "it was not ended in time"
    faults.come_back()
    job = faults.jobs.wait(run_id)
    assert (job.state, job.error.code) == ("Failed", "TimeLimit")
    assert job.started_at + 1500 < job.ended_at
    faults.nothing_is_left(run_id)


def again_and_again(faults, ran):
    """The server hardly comes back before it goes again."""
    run_id = faults.submit(ran, 3)
    for _ in range(4):
        time.sleep(random.uniform(0.1, 1.0))
        faults.go()
        faults.come_back()
    faults.check(run_id, ran)


STEPS = [
    queued, claimed, beginning, preparing, running, output_written, exiting, finalizing, over,
    cancelled_while_queued, cancel_requested, cancelled_right_after_it_came_back, too_long_while_away,
    again_and_again,
]  # fmt: skip

OFTEN = (claimed, beginning, running, finalizing, cancel_requested)
"""Those of the default run; the others are slow."""

ROUNDS = int(os.environ.get("LAZWARD_FAULT_ROUNDS", "3"))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def options(request):
    if request.param == "sqlite":
        return ()
    return ("--database", request.getfixturevalue("postgres").database(), "--workers", "2")


def _each():
    return [
        pytest.param(step, id=step.__name__, marks=() if step in OFTEN else pytest.mark.slow)
        for step in STEPS
    ]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("step", _each())
def test_a_job_outlives_a_server_that_is_killed(start_server, tmp_path, options, step):
    random.seed(step.__name__)  # the same each time
    step(Faults(start_server, tmp_path, options, kill=True), tmp_path / "ran")


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kill", [True, False], ids=["killed", "stopped"])
def test_jobs_outlive_a_server_that_goes_often(start_server, tmp_path, options, kill):
    faults = Faults(start_server, tmp_path, options, kill)
    for number in range(ROUNDS):
        random.seed(number)
        for step in random.sample(STEPS, len(STEPS)):
            step(faults, tmp_path / f"{number}.{step.__name__}")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_many_jobs_outlive_a_server_that_is_killed_again_and_again(start_server, tmp_path, options):
    """Each runs once, though both processes of a server choose among them."""
    random.seed(1)
    faults = Faults(start_server, tmp_path, options, kill=True)
    jobs = {faults.submit(ran := tmp_path / f"ran{number}", 0.1): ran for number in range(12)}
    for _ in range(3):
        time.sleep(random.uniform(0.5, 2))
        faults.go()
        faults.come_back()
    for run_id, ran in jobs.items():
        faults.check(run_id, ran)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_launchers_that_are_killed_with_the_server(start_server, tmp_path, options):
    """The machine goes down as a whole: what ran is lost, and is run once more."""
    faults = Faults(start_server, tmp_path, options, kill=True)
    run_id = faults.submit(ran := tmp_path / "ran", 5)
    faults.until_line(run_id, "line 1 ")
    everyone = living(run_id)
    faults.go()
    for one in everyone:
        with contextlib.suppress(Exception):
            one.kill()
    faults.come_back()
    job = faults.jobs.wait(run_id)
    assert (job.state, job.attempt, len(job.warnings)) == ("Completed", 2, 1), job
    assert ran.read_text() == "xx"
    assert faults.jobs.log(run_id).decode().splitlines()[-1] == "end"
    faults.nothing_is_left(run_id)


@pytest.mark.slow
def test_a_launcher_that_cannot_start_fails_the_job_after_some_attempts(start_server, tmp_path):
    server = start_server()
    jobs = Submitter(server, tmp_path).cluster(1)
    launchers = server.home / "jobs" / "launchers"
    launchers.mkdir(parents=True)
    work = server.home / "jobs" / "work"
    work.write_text("a file where the folder should be")
    job = jobs.run("print(1)")
    assert (job.state, job.error.code, job.attempt) == ("Failed", "Launcher", 1), job
    assert "cannot keep its files" in job.error.message
    work.unlink()
    launchers.rename(launchers.with_name("kept"))
    launchers.write_text("a file where the folder should be")
    job = jobs.run("print(2)")
    assert (job.state, job.error.code, job.attempt) == ("Failed", "Start", 4), job
    assert "could not be started" in job.error.message
    launchers.unlink()
    assert jobs.run("print(3)").state == "Completed"


def test_what_is_cancelled_while_it_is_chosen_is_not_started(start_server, tmp_path, options):
    """Many are cancelled just when both processes choose among them."""
    server = start_server(*options)
    jobs = Submitter(server, tmp_path).cluster(4)
    runs = []
    for number in range(16):
        ran = tmp_path / f"ran{number}"
        runs.append((jobs.submit(command=f"echo x >> {ran}; sleep 0.1"), ran))
        time.sleep(0.03)
        with contextlib.suppress(LazwardError):
            client.cancel(jobs.at, runs[-1][0])
    for run_id, ran in runs:
        job = jobs.wait(run_id)
        assert job.state in ("Canceled", "Completed"), job
        assert job.error is None
        assert not ran.exists() or ran.read_text() == "x\n"
        assert job.state == "Canceled" or ran.exists()
        time.sleep(0.05)
        assert jobs.get(run_id).state == job.state
