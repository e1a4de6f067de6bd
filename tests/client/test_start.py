"""What the launcher of a job on this machine is told, and what it is not."""

import os
import subprocess
import sys
import time

import msgspec
import psutil
import pytest

from lazward.client import jobs, uri
from lazward.client.http import Connection
from lazward.client.uri import WorkspaceUri
from lazward.errors import ConfigError
from lazward.launcher import start
from lazward.wire.jobs import CreateJob, JobSpec


@pytest.fixture
def at(server, monkeypatch, tmp_path):
    monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(server.config))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return Connection(WorkspaceUri(uri.server(server.url), "default"))


def created(at, command):
    return jobs.create(at, CreateJob(experiment="start", compute="local", spec=JobSpec(command=command)))


def log_of(at, run_id):
    end = time.monotonic() + 60
    while (job := jobs.get(at, run_id)).state not in ("Completed", "Failed"):
        assert time.monotonic() < end, job
        time.sleep(0.1)
    assert job.state == "Completed", job
    return b"".join(jobs.whole_log(at, run_id, "user_logs/std_log.txt")).decode()


def test_who_submits_is_not_handed_on(at, monkeypatch):
    for name in ("MLFLOW_TRACKING_PASSWORD", "AZUREML_ROOT_RUN_ID", "MLFLOW_RUN_ID", "LAZWARD_TOKEN"):
        monkeypatch.setenv(name, "of the submitter")
    monkeypatch.setenv("COLOUR", "blue")
    monkeypatch.setattr(at, "_show", lambda _server: os.environ["SHOWN"])
    monkeypatch.setenv("SHOWN", _token(at))
    made = created(at, "env")
    start.start(at, made)
    told = log_of(at, made.job.run_id)
    assert "COLOUR=blue\n" in told
    assert "of the submitter" not in told
    assert f"MLFLOW_RUN_ID={made.job.run_id}\n" in told


def _token(at):
    from lazward.client import credentials

    return credentials.read(at.where.server.url) or ""


def test_a_launcher_that_cannot_be_started_lets_the_job_fail(at, monkeypatch):
    made = created(at, "true")
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(ConfigError, match="cannot start"):
        start.start(at, made)
    failed = jobs.get(at, made.job.run_id)
    assert failed.state == "Failed"
    assert "cannot start" in failed.error.message


def test_a_certificate_that_cannot_be_read_lets_the_job_fail(at, monkeypatch):
    made = created(at, "true")

    def unreadable(_server):
        raise ConfigError("the certificate cannot be read")

    monkeypatch.setattr(start.trust, "bundle", unreadable)
    with pytest.raises(ConfigError, match="the certificate cannot be read"):
        start.start(at, made)
    failed = jobs.get(at, made.job.run_id)
    assert (failed.state, failed.error.message) == ("Failed", "the certificate cannot be read")


def test_nothing_stays_of_a_launcher_that_ended(at):
    made = created(at, "true")
    start.start(at, made)
    log_of(at, made.job.run_id)
    end = time.monotonic() + 30
    while any(
        "lazward.launcher" in " ".join(_words(one)) or _dead(one) for one in psutil.Process().children()
    ):
        assert time.monotonic() < end
        time.sleep(0.1)


def _words(process):
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def _dead(process):
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def test_each_launcher_has_a_log_of_its_own(at, tmp_path):
    work = tmp_path / "cache" / "lazward" / "work"
    runs = [created(at, command) for command in ("sleep 2; env", "env")]
    for made in runs:
        start.start(at, made)
    assert sorted(file.stem for file in work.glob("*.log")) == sorted(made.job.run_id for made in runs)
    for made in runs:
        assert "LAUNCHER_LOG" not in log_of(at, made.job.run_id)
    end = time.monotonic() + 30
    while list(work.glob("*.log")):  # nothing was said in them
        assert time.monotonic() < end
        time.sleep(0.1)


def test_what_a_launcher_complains_of_stays(at, tmp_path):
    made = created(at, "true")
    start.start(at, msgspec.structs.replace(made, token="no token of ours"))
    file = tmp_path / "cache" / "lazward" / "work" / f"{made.job.run_id}.log"
    end = time.monotonic() + 30
    while "is not run here" not in file.read_text():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_the_launcher_outlives_who_started_it(at, server):
    program = """
import sys
from lazward.client import jobs, uri
from lazward.client.http import Connection
from lazward.client.uri import WorkspaceUri
from lazward.launcher import start
from lazward.wire.jobs import CreateJob, JobSpec
at = Connection(WorkspaceUri(uri.server(sys.argv[1]), "default"))
spec = JobSpec(command="sleep 2; echo on")
made = jobs.create(at, CreateJob(experiment="start", compute="local", spec=spec))
start.start(at, made)
print(made.job.run_id)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, server.url], env=server.environment(), capture_output=True, text=True
    )
    run_id = done.stdout.strip()
    assert run_id, done.stderr
    assert log_of(at, run_id) == "on\n"
