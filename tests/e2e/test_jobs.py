"""Jobs on real servers of every kind: with TLS, without tokens, on PostgreSQL with two processes."""

import time
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from lazward.client import compute, jobs, uri
from lazward.client.http import Connection
from lazward.client.uri import WorkspaceUri
from lazward.errors import PermissionDenied
from lazward.snapshot import snapshot
from lazward.wire.compute import CreateCompute
from lazward.wire.environments import EnvironmentSpec, PythonSpec
from lazward.wire.jobs import LOG, CreateJob, JobSpec, State

SCRIPT = """
import os, mlflow
print("the script runs")
os.makedirs("outputs", exist_ok=True)
open("outputs/result.txt", "w").write("42")
with mlflow.start_run():
    mlflow.log_metric("example", 1.23)
"""
SECONDS = 60


@pytest.fixture
def connect(monkeypatch):
    """A connection to a workspace of a server, as its administrator."""

    def to(server):
        monkeypatch.setenv("LAZWARD_CONFIG_DIR", str(server.config))
        if server.ca:
            monkeypatch.setenv("LAZWARD_CA_BUNDLE", str(server.ca))
        return Connection(WorkspaceUri(uri.server(server.url), "default"))

    return to


def submit(at, folder, **more):
    compute.create(at, CreateCompute(name="cluster", max_nodes=2))
    code = folder / "code"
    code.mkdir()
    (code / "train.py").write_text(SCRIPT)
    spec = JobSpec(
        script="train.py",
        snapshot_id=snapshot.take(at, code),
        environment=EnvironmentSpec(python=PythonSpec(user_managed=True)),
        **more,
    )
    return jobs.create(at, CreateJob(experiment="e", compute="cluster", spec=spec)).job.run_id


def ended(at, run_id):
    end = time.monotonic() + SECONDS
    while not State(jobs.get(at, run_id).state).over:
        assert time.monotonic() < end, jobs.get(at, run_id)
        time.sleep(0.1)
    return jobs.get(at, run_id)


def check(server, at, run_id):
    """The run has what the script logged, and nothing of a second one."""
    job = ended(at, run_id)
    assert (job.state, job.error, job.attempt) == ("Completed", None, 1), b"".join(
        jobs.whole_log(at, run_id, LOG)
    )
    assert "the script runs" in b"".join(jobs.whole_log(at, run_id, LOG)).decode()
    with server.client() as client:
        message = {"experiment_ids": [job.experiment_id]}
        (run,) = client.post("/api/2.0/mlflow/runs/search", json=message).json()["runs"]
        assert run["info"]["run_id"] == run_id
        assert run["info"]["status"] == "FINISHED"
        assert [(one["key"], one["value"]) for one in run["data"]["metrics"]] == [("example", 1.23)]
        found = client.get("/get-artifact", params={"run_id": run_id, "path": "outputs/result.txt"})
        assert found.text == "42"


def test_a_job_on_the_servers_own_machine(start_server, connect, tmp_path):
    server = start_server()
    at = connect(server)
    check(server, at, submit(at, tmp_path))


def test_where_nobody_is_asked_for_a_token(start_server, connect, tmp_path):
    server = start_server("--auth", "off")
    at = connect(server)
    check(server, at, submit(at, tmp_path))


def test_over_tls(start_server, connect, certificates, tmp_path):
    cert, key = certificates.issue()
    bundle = {"LAZWARD_CA_BUNDLE": str(certificates.ca)}
    server = start_server("--tls-cert", str(cert), "--tls-key", str(key), ca=certificates.ca, **bundle)
    at = connect(server)
    check(server, at, submit(at, tmp_path))


@pytest.mark.slow
def test_two_processes_on_postgresql_share_the_work(start_server, connect, postgres, tmp_path):
    server = start_server("--database", postgres.database(), "--workers", "2")
    at = connect(server)
    first = submit(at, tmp_path)
    spec = jobs.get(at, first).spec
    more = [jobs.create(at, CreateJob(experiment=f"e{n}", compute="cluster", spec=spec)) for n in range(6)]
    for run_id in (first, *(one.job.run_id for one in more)):
        check(server, at, run_id)


def test_a_server_for_others_runs_no_jobs_unless_it_is_told_to(start_server, connect, tmp_path):
    shut = connect(start_server("--host", "0.0.0.0"))
    with pytest.raises(PermissionDenied, match="--jobs on"):
        compute.create(shut, CreateCompute(name="cluster"))
    server = start_server("--host", "0.0.0.0", "--jobs", "on")
    at = connect(server)
    check(server, at, submit(at, tmp_path))


def test_a_server_that_is_told_not_to_runs_none(start_server, connect):
    at = connect(start_server("--jobs", "off"))
    with pytest.raises(PermissionDenied, match="--jobs on"):
        compute.create(at, CreateCompute(name="cluster"))


def test_a_link_opens_one_log_for_an_hour_and_nothing_else(start_server, connect, tmp_path):
    server = start_server()
    at = connect(server)
    run_id = submit(at, tmp_path)
    job = ended(at, run_id)
    link = job.log_links[LOG]
    stranger = httpx.Client(base_url=server.url)
    assert "the script runs" in stranger.get(link).text
    assert stranger.get(link).headers["content-type"] == "text/plain; charset=utf-8"
    other = jobs.create(at, CreateJob(experiment="e", compute="local", spec=JobSpec(command="true"))).job
    where = urlsplit(link)
    until = int(parse_qs(where.query)["until"][0])
    for wrong in (
        where.path,
        link.replace(f"until={until}", f"until={until + 1}"),
        link.replace(f"until={until}", "until=1"),
        link.replace(run_id, other.run_id),
        link.replace(run_id, "missing"),
        link[:-1] + ("0" if link[-1] != "0" else "1"),
        link.replace("std_log", "other"),
        link.replace("user_logs/std_log.txt", "..%2f..%2foutputs%2fresult.txt"),
        link + "é",
    ):
        answer = stranger.get(wrong)
        assert answer.status_code in (400, 404), wrong
        assert "the script runs" not in answer.text
