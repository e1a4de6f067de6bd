"""How a script ended is how its job ends, and why is said."""

import subprocess
import sys
from pathlib import Path

import pytest

from lazward.wire.jobs import JobSpec


def test_a_script_that_ends_well(jobs):
    job = jobs.run("import sys\nprint('done')\nsys.exit(0)")
    assert (job.state, job.error, job.attempt, job.warnings) == ("Completed", None, 1, [])
    assert job.created_at <= job.started_at <= job.ended_at
    info = jobs.mlflow_run(job.run_id)["info"]
    assert info["status"] == "FINISHED"
    assert info["start_time"] == job.started_at
    assert info["end_time"] == job.ended_at


def test_an_exit_code_is_told_with_the_last_lines(jobs):
    job = jobs.run("""
        import sys
        for number in range(2000):
            print("line", number)
        print("the last words", file=sys.stderr)
        sys.exit(3)
    """)
    assert (job.state, job.error.code, job.error.exit_code) == ("Failed", "ExitCode", 3)
    assert "3" in job.error.message
    lines = job.error.log_tail.splitlines()
    assert lines[-2:] == ["line 1999", "the last words"]
    assert 10 < len(lines) < 1000
    assert lines[0].startswith("line "), "the first line is whole"
    assert jobs.mlflow_run(job.run_id)["info"]["status"] == "FAILED"


def test_an_exception_fails_the_job_with_its_traceback(jobs):
    job = jobs.run("raise ValueError('no such thing')")
    assert (job.state, job.error.exit_code) == ("Failed", 1)
    assert job.error.log_tail.endswith("ValueError: no such thing\n")


def test_a_run_that_the_script_left_open_is_closed_with_the_job(jobs):
    job = jobs.run("""
        import os, sys, urllib.request, json
        headers = {"Authorization": "Bearer " + os.environ["MLFLOW_TRACKING_TOKEN"]}
        headers["Content-Type"] = "application/json"
        body = json.dumps({"experiment_id": os.environ["MLFLOW_EXPERIMENT_ID"]}).encode()
        url = os.environ["MLFLOW_TRACKING_URI"] + "/api/2.0/mlflow/runs/create"
        with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:
            print(json.load(answer)["run"]["info"]["run_id"])
        sys.exit(1)
    """)
    other = jobs.log(job.run_id).decode().strip()
    info = jobs.mlflow_run(other)["info"]
    assert (info["status"], info["end_time"]) == ("FAILED", job.ended_at)


def test_a_missing_script_is_named(jobs):
    job = jobs.run("", name="src/absent.py")
    assert (job.state, job.error.code, job.error.exit_code) == ("Failed", "Snapshot", None)
    assert "src/absent.py" in job.error.message
    assert ".amlignore" in job.error.message


def test_a_missing_interpreter_is_named(jobs):
    from lazward.client import jobs as client
    from lazward.snapshot import snapshot
    from lazward.wire.environments import EnvironmentSpec, PythonSpec
    from lazward.wire.jobs import CreateJob

    environment = EnvironmentSpec(python=PythonSpec(user_managed=True, interpreter="python9.9"))
    number = snapshot.take(jobs.at, jobs.folder("print(1)"))
    spec = JobSpec(script="t.py", snapshot_id=number, environment=environment)
    created = client.create(jobs.at, CreateJob(experiment="e", compute="test-cluster", spec=spec))
    job = jobs.wait(created.job.run_id)
    assert (job.state, job.error.code) == ("Failed", "Environment")
    assert "python9.9" in job.error.message
    assert job.started_at is None


@pytest.mark.parametrize(
    ("command", "state", "code"),
    [("true", "Completed", None), ("cat < nothing", "Failed", 2), ("no-such-program", "Failed", 127)],
)
def test_a_command_runs_in_the_shell(jobs, command, state, code):
    job = jobs.run(command=command)
    assert (job.state, job.error and job.error.exit_code) == (state, code)


def test_a_script_that_is_killed(jobs):
    job = jobs.run("import os\nprint('on the way', flush=True)\nos.kill(os.getpid(), 9)")
    assert (job.state, job.error.code, job.error.exit_code) == ("Failed", "Killed", -9)
    assert "SIGKILL" in job.error.message
    assert job.error.log_tail == "on the way\n"
    assert job.attempt == 1, "what the script did is not tried again"


def test_a_command_in_which_a_program_is_killed(jobs):
    job = jobs.run(command="sh -c 'kill -9 $$'; exit $?")
    assert (job.state, job.error.code, job.error.exit_code) == ("Failed", "Killed", 137)
    assert "SIGKILL" in job.error.message


def test_a_script_that_crashes(jobs):
    job = jobs.run("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)")
    assert (job.state, job.error.code, job.error.exit_code) == ("Failed", "ExitCode", -11)
    assert "SIGSEGV" in job.error.message


def test_a_job_that_runs_too_long_is_ended(jobs):
    job = jobs.run("import time\nprint('begun', flush=True)\ntime.sleep(60)", max_seconds=2)
    assert (job.state, job.error.code) == ("Failed", "TimeLimit")
    assert "2 seconds" in job.error.message
    assert job.error.log_tail == "begun\n"
    assert 2000 <= job.ended_at - job.started_at < 15_000


def test_a_job_is_refused_that_cannot_be_run(jobs):
    from lazward.errors import InvalidRequest

    for spec in ({"command": "a\0b"}, {"command": ""}, {"command": "x", "watched": ["../up"]}):
        with pytest.raises(InvalidRequest):
            jobs.submit(**spec)


# ---------------------------------------------------------------- memory


LIMITED = """
import pathlib, sys, threading, types
from lazward.environment.containers import Call
from lazward.launcher import execute, starving
from lazward.launcher.logs import Log
from lazward.wire.jobs import LOG, Job, JobSpec, Order

line, limit, folder = sys.argv[1], int(sys.argv[2]), pathlib.Path(sys.argv[3])
job = Job("r", "1", "e", "n", "c", "Running", JobSpec(command="x"), "me", 0, 1)
heart = types.SimpleNamespace(stop=threading.Event())
log = Log(LOG, folder / "log", 0)
starving._COUNTERS = folder / "vmstat"
starving._COUNTERS.write_text("pgfault 7\\noom_kill 3\\n")
program = Call([sys.executable, "-c", line], {})
found = execute.execute(Order(job, "", None, limit), program, folder, log, heart)
print(found.state.value, found.error and found.error.code, found.error and found.error.message, sep="|")
"""
"""Runs a line of Python in a process of its own, since all that it has started is ended."""


@pytest.fixture
def limited(tmp_path):
    """Runs a line of Python that may take so much memory; state, code and message of what came of it."""

    def run(line: str, limit: int):
        words = [sys.executable, "-c", LIMITED, line, str(limit), str(tmp_path)]
        done = subprocess.run(words, capture_output=True, text=True, timeout=60)
        assert not done.stderr
        return done.stdout.strip().split("|")

    return run


MB = 2**20


def test_a_script_that_takes_more_memory_than_its_node_has_is_ended(limited):
    line = "import time; print('big', flush=True); x = b'x' * 300_000_000; time.sleep(60)"
    state, code, message = limited(line, 200 * MB)
    assert (state, code) == ("Failed", "OutOfMemory")
    assert "0.2 GiB" in message
    assert "larger size" in message


def test_what_children_take_counts(limited):
    line = (
        "import subprocess, sys; subprocess.run([sys.executable, '-c',"
        " 'import time; x = b\"x\" * 300_000_000; time.sleep(60)'])"
    )
    assert limited(line, 200 * MB)[:2] == ["Failed", "OutOfMemory"]


def test_what_processes_share_counts_once(limited):
    line = (
        "import os, time; x = b'x' * 120_000_000;"
        " [os.fork() or (time.sleep(4), os._exit(0)) for _ in range(3)]; time.sleep(4)"
    )
    assert limited(line, 300 * MB)[:2] == ["Completed", "None"]


COUNTED = "open('vmstat', 'w').write('oom_kill_disable 9\\nnr_free 2\\noom_kill {}\\n')"


@pytest.mark.parametrize("end", ["__import__('os').kill(__import__('os').getpid(), 9)", "exit(137)"])
@pytest.mark.parametrize(("count", "code"), [(4, "OutOfMemory"), (3, "Killed")])
def test_what_the_kernel_ends_for_want_of_memory(limited, end, count, code):
    state, told, message = limited(f"{COUNTED.format(count)}; {end}", 2**40)
    assert (state, told) == ("Failed", code)
    assert ("run out of memory. Use less" in message) == (code == "OutOfMemory")


def test_where_the_kernel_counts_nothing(limited):
    line = "import os; os.remove('vmstat'); os.kill(os.getpid(), 9)"
    assert limited(line, 2**40)[:2] == ["Failed", "Killed"]


@pytest.mark.slow
def test_the_size_of_a_target_limits_its_jobs(jobs):
    import psutil

    if psutil.virtual_memory().available < 6 * 2**30:
        pytest.skip("the smallest size has 3.5 GiB, and this machine has not that much to spare")
    jobs.cluster(1, "small", size="STANDARD_D1_V2")
    job = jobs.run("import time\nx = b'x' * (37 * 2**27 // 10 * 8)\ntime.sleep(60)", compute="small")
    assert (job.state, job.error.code) == ("Failed", "OutOfMemory")
    assert "3.5 GiB" in job.error.message


def test_nothing_is_left_in_the_server_of_what_went_wrong(jobs):
    """After all of the above, the launchers had nothing to complain about."""
    said = [file.read_text() for file in Path(jobs.server.home, "jobs", "launchers").glob("*.log")]
    assert not any("Traceback" in text for text in said), said
