"""What the launcher of a job on this machine is told, and what it is not."""

import os
import stat
import subprocess
import sys
import tempfile
import time

import pytest

from lazward.client import jobs, uri
from lazward.client.http import Connection
from lazward.client.uri import WorkspaceUri
from lazward.errors import ConfigError
from lazward.launcher import start
from lazward.wire.jobs import CreatedJob, CreateJob, JobSpec


@pytest.fixture
def temporary(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_who_submits_is_not_handed_on(monkeypatch):
    for name in ("LAZWARD_TOKEN", "MLFLOW_TRACKING_TOKEN", "MLFLOW_RUN_ID", "AZUREML_RUN_TOKEN"):
        monkeypatch.setenv(name, "of the submitter")
    monkeypatch.setenv("COLOUR", "blue")
    handed_on = start._environment()
    assert handed_on["COLOUR"] == "blue"
    assert "of the submitter" not in handed_on.values()


def test_the_folder_is_private_and_the_same_again(temporary):
    folder = start._private_folder()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert start._private_folder() == folder == temporary / f"lazward-{os.getuid()}"


def test_a_folder_that_others_look_into_is_not_used(temporary):
    theirs = temporary / f"lazward-{os.getuid()}"
    theirs.mkdir(mode=0o755)
    theirs.chmod(0o755)
    assert start._private_folder() != theirs


def test_a_link_in_its_place_is_not_followed(temporary):
    (temporary / "elsewhere").mkdir(mode=0o700)
    (temporary / f"lazward-{os.getuid()}").symlink_to(temporary / "elsewhere")
    assert start._private_folder() not in (temporary / "elsewhere", temporary / f"lazward-{os.getuid()}")


def test_a_launcher_that_cannot_be_started_lets_the_job_fail(server, monkeypatch):
    monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(server.config))
    at = Connection(WorkspaceUri(uri.server(server.url), "default"))
    created = jobs.create(at, CreateJob(experiment="start", compute="local", spec=JobSpec(command="true")))
    assert isinstance(created, CreatedJob)
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(ConfigError, match="could not be started"):
        start.start(at, created)
    failed = jobs.get(at, created.job.run_id)
    assert failed.state == "Failed"
    assert "could not be started" in failed.error.message


def test_the_launcher_outlives_who_started_it(server, monkeypatch):
    program = """
import sys
from lazward.client import jobs, uri
from lazward.client.http import Connection
from lazward.client.uri import WorkspaceUri
from lazward.launcher import start
from lazward.wire.jobs import CreateJob, JobSpec
at = Connection(WorkspaceUri(uri.server(sys.argv[1]), "default"))
spec = JobSpec(command="sleep 2; echo on")
created = jobs.create(at, CreateJob(experiment="start", compute="local", spec=spec))
start.start(at, created)
print(created.job.run_id)
"""
    done = subprocess.run(
        [sys.executable, "-c", program, server.url], env=server.environment(), capture_output=True, text=True
    )
    run_id = done.stdout.strip()
    assert run_id, done.stderr
    monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(server.config))
    at = Connection(WorkspaceUri(uri.server(server.url), "default"))
    end = time.monotonic() + 60
    while jobs.get(at, run_id).state not in ("Completed", "Failed"):
        assert time.monotonic() < end
        time.sleep(0.1)
    assert jobs.get(at, run_id).state == "Completed"
    assert b"".join(jobs.whole_log(at, run_id, "user_logs/std_log.txt")) == b"on\n"
