"""Cancelling ends all of a job, also what wants to get away, and so does its own end."""

import time

import psutil
import pytest
from tests.submitting import living

from lazward.client import jobs as client

RUNAWAYS = """
    import os, signal, subprocess, sys, time

    mark = sys.argv[1]
    line = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(300)"
    sleeper = [sys.executable, "-c", line, mark]
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    subprocess.Popen(sleeper)                                   # a child
    subprocess.Popen(["setsid", *sleeper])                      # in a session of its own
    subprocess.Popen(["nohup", *sleeper], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    subprocess.Popen(sleeper, env={"PATH": os.environ["PATH"]})  # that forgets whose it is
    if os.fork() == 0:                                          # a daemon, as in the book
        os.setsid()
        if os.fork() == 0:
            os.closerange(0, 100)
            os.execv(sleeper[0], sleeper)
        os._exit(0)
    os.wait()
    time.sleep(1)
    print("all there", flush=True)
    if len(sys.argv) > 2:
        sys.exit(int(sys.argv[2]))
    time.sleep(300)
"""


def test_cancelling_ends_everything_within_ten_seconds(jobs, eventually):
    run_id = jobs.submit(RUNAWAYS, mark := f"mark-{time.time()}")
    jobs.wait_for_log(run_id, "all there")
    assert len(living(mark)) >= 6
    answer = client.cancel(jobs.at, run_id)
    began = time.monotonic()
    assert answer.state == "CancelRequested"
    eventually(lambda: not living(mark), 10)
    job = jobs.wait(run_id, "Canceled", seconds=max(0.1, began + 10 - time.monotonic()))
    assert (job.error, job.attempt) == (None, 1)
    assert jobs.mlflow_run(run_id)["info"]["status"] == "KILLED"
    assert client.cancel(jobs.at, run_id).state == "Canceled", "again changes nothing"
    assert b"all there" in jobs.log(run_id)


@pytest.mark.parametrize(
    ("status", "state"), [(0, "Completed"), pytest.param(4, "Failed", marks=pytest.mark.slow)]
)
def test_what_a_script_leaves_behind_ends_with_it(jobs, status, state):
    run_id = jobs.submit(RUNAWAYS, mark := f"mark-{time.time()}", status)
    assert jobs.wait(run_id).state == state
    assert not living(mark)


def test_a_script_that_asks_for_a_moment_is_given_it(jobs):
    run_id = jobs.submit("""
        import signal, sys, time

        def last_words(*_):
            open("outputs/checkpoint", "w").write("kept")
            print("saved", flush=True)
            sys.exit(0)

        signal.signal(signal.SIGTERM, last_words)
        print("begun", flush=True)
        time.sleep(60)
    """)
    jobs.wait_for_log(run_id, "begun")
    client.cancel(jobs.at, run_id)
    assert jobs.wait(run_id).state == "Canceled"
    assert jobs.log(run_id) == b"begun\nsaved\n"
    assert jobs.artifact(run_id, "outputs/checkpoint") == b"kept"


def test_a_queued_job_is_cancelled_at_once_and_never_runs(jobs, tmp_path):
    jobs.cluster(1, "narrow")
    first = jobs.submit("import time\ntime.sleep(60)", compute="narrow")
    jobs.wait(first, "Running")
    ran = tmp_path / "ran"
    second = jobs.submit(f"open({str(ran)!r}, 'w')", compute="narrow")
    waiting = jobs.get(second)
    assert waiting.state == "Queued"
    assert "narrow" in waiting.reason
    assert client.cancel(jobs.at, second).state == "Canceled"
    client.cancel(jobs.at, first)
    jobs.wait(first, "Canceled")
    third = jobs.submit("print(1)", compute="narrow")
    assert jobs.wait(third).state == "Completed"
    assert not ran.exists()
    assert jobs.get(second).attempt == 0


def test_marking_as_failed_ends_the_script(jobs, eventually):
    mark = f"mark-{time.time()}"
    run_id = jobs.submit("import time\nprint('begun', flush=True)\ntime.sleep(300)", mark)
    jobs.wait_for_log(run_id, "begun")
    client.fail(jobs.at, run_id, "It diverged.")
    job = jobs.wait(run_id)
    assert (job.state, job.error.code, job.error.message) == ("Failed", "Failed", "It diverged.")
    eventually(lambda: not living(mark), 10)
    eventually(lambda: not living(run_id), 10)
    assert "Traceback" not in jobs.told(run_id)


def test_a_job_is_cancelled_while_its_environment_is_made(jobs, eventually):
    from lazward.snapshot import snapshot
    from lazward.wire.environments import CondaSpec, EnvironmentSpec, PythonSpec
    from lazward.wire.jobs import CreateJob, JobSpec

    # A package that takes its time to be built.
    slow = "import time, setuptools\ntime.sleep(120)\nsetuptools.setup(name='slow')\n"
    package = jobs.folder("", {"setup.py": slow})
    environment = EnvironmentSpec(python=PythonSpec(conda=CondaSpec(pip=[f"slow @ file://{package}"])))
    number = snapshot.take(jobs.at, jobs.folder("print('never')"))
    spec = JobSpec(script="t.py", snapshot_id=number, environment=environment)
    run_id = client.create(jobs.at, CreateJob(experiment="e", compute="test-cluster", spec=spec)).job.run_id
    jobs.wait(run_id, "Preparing")
    time.sleep(2)
    client.cancel(jobs.at, run_id)
    job = jobs.wait(run_id, seconds=15)
    assert (job.state, job.error, job.attempt) == ("Canceled", None, 1)
    assert b"never" not in jobs.log(run_id)
    eventually(lambda: not living(run_id), 10)
    assert not (jobs.server.home / "jobs" / "work" / "lazward-jobs" / f"{run_id}-1").exists()


# ---------------------------------------------------------------- a launcher that is killed


def launcher_of(run_id) -> psutil.Process:
    (found,) = (one for one in living(run_id) if "lazward.launcher" in one.cmdline())
    return found


def killed_at_work(jobs, tmp_path, **spec):
    """A job whose launcher was killed while the script ran, and who of the script was there then."""
    ran = tmp_path / "ran"
    mark = f"mark-{time.time()}"
    run_id = jobs.submit(
        f"""
        import os, subprocess, sys, time
        with open({str(ran)!r}, "a") as file:
            file.write("x")
        away = [sys.executable, "-c", "import time; time.sleep(300)", sys.argv[1]]
        subprocess.Popen(away, start_new_session=True)
        print("begun", os.getpid(), flush=True)
        time.sleep(300 if len({str(ran)!r}) and open({str(ran)!r}).read() == "x" else 1)
        """,
        mark,
        **spec,
    )
    jobs.wait_for_log(run_id, "begun")
    there = living(mark)
    assert len(there) == 2
    launcher_of(run_id).kill()
    return run_id, there, ran


def test_a_killed_launcher_takes_its_script_along_and_the_job_is_started_once_more(jobs, tmp_path):
    run_id, there, ran = killed_at_work(jobs, tmp_path)
    _, alive = psutil.wait_procs(there, timeout=10)
    assert not alive
    job = jobs.wait(run_id)
    assert (job.state, job.attempt, job.error) == ("Completed", 2, None)
    assert len(job.warnings) == 1
    assert "Attempt 1 was lost" in job.warnings[0]
    assert ran.read_text() == "xx"
    first, again, second = jobs.log(run_id).decode().splitlines()
    assert first.startswith("begun")
    assert again == "--- attempt 2 ---"
    assert second.startswith("begun")
    work = jobs.server.home / "jobs" / "work" / "lazward-jobs"
    assert not (work / f"{run_id}-1").exists(), "the second launcher has tidied up"


def test_a_job_that_may_not_be_started_again_fails(jobs, tmp_path):
    run_id, there, ran = killed_at_work(jobs, tmp_path, retries=0)
    job = jobs.wait(run_id)
    assert (job.state, job.attempt, job.error.code) == ("Failed", 1, "NodeLost")
    assert ran.read_text() == "x"
    assert not psutil.wait_procs(there, timeout=10)[1]


def test_a_launcher_that_is_asked_to_end_tidies_up_and_its_job_goes_on_elsewhere(jobs, tmp_path, eventually):
    ran = tmp_path / "ran"
    run_id = jobs.submit(f"""
        import os, time
        with open({str(ran)!r}, "a") as file:
            file.write("x")
        print("begun", flush=True)
        time.sleep(300 if open({str(ran)!r}).read() == "x" else 0)
    """)
    jobs.wait_for_log(run_id, "begun")
    launcher = launcher_of(run_id)
    launcher.terminate()
    eventually(lambda: not launcher.is_running(), 10)
    assert not (jobs.server.home / "jobs" / "work" / "lazward-jobs" / f"{run_id}-1").exists()
    job = jobs.wait(run_id)
    assert (job.state, job.attempt) == ("Completed", 2)
    assert jobs.log(run_id) == b"begun\n--- attempt 2 ---\nbegun\n"
    assert "Traceback" not in jobs.told(run_id)
