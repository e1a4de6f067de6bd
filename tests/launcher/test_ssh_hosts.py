"""Jobs on a host that is reached over SSH: a real server, a real sshd, and the launcher brought there."""

import secrets
import sqlite3
import time

import pytest
from tests.sshd import Sshd, needs_sshd
from tests.submitting import Submitter, living

from lazward.client import compute, jobs
from lazward.errors import InvalidRequest, PermissionDenied
from lazward.wire.compute import CreateCompute, UpdateCompute
from lazward.wire.doctor import OK, PROBLEM

pytestmark = needs_sshd

PLAIN = """
import os
print("the script runs as", os.environ["LAZWARD_RUN_ID"])
open("outputs/result.txt", "w").write("42")
"""
WAITING = """
import time
print("it has begun", flush=True)
while not __import__("os").path.exists({mark!r}):
    time.sleep(0.05)
print("it goes on", flush=True)
"""


@pytest.fixture
def host(tmp_path):
    made = Sshd(tmp_path / "sshd")
    yield made
    if not made.stopped:
        made.stop()


@pytest.fixture
def submitter(server, host, tmp_path):
    made = Submitter(server, tmp_path / "scripts")
    made.box = attach(made, host).name
    return made


@pytest.fixture
def own(start_server, host, tmp_path):
    """The same on a server of the test's own."""
    made = Submitter(start_server(), tmp_path / "scripts")
    made.box = attach(made, host).name
    return made


def attach(submitter, host, **more):
    """Make a target of the host."""
    name = f"box-{secrets.token_hex(4)}"
    keys = {"private_key": more.pop("private_key", host.key)}
    server_url = more.pop("server_url", "")
    message = CreateCompute(
        name=name, kind="ssh", settings=host.settings(**more), secrets=keys, server_url=server_url
    )
    return compute.create(submitter.at, message)


class TestJob:
    def test_it_runs_there_and_its_log_and_files_are_here(self, submitter, host):
        job = submitter.run(PLAIN, compute=submitter.box)
        assert (job.state, job.error, job.attempt) == ("Completed", None, 1), submitter.log(job.run_id)
        assert f"the script runs as {job.run_id}" in submitter.log(job.run_id).decode()
        assert submitter.artifact(job.run_id, "outputs/result.txt") == b"42"
        assert not living(job.run_id)
        node = host.folder / "node"
        assert list((node / "work").rglob("*.txt")) == []
        assert list((node / "logs").iterdir()) == []

    def test_one_that_fails_tells_its_exit_status(self, submitter):
        job = submitter.run("print('so far'); raise SystemExit(7)", compute=submitter.box)
        assert (job.state, job.error.exit_code) == ("Failed", 7)

    def test_cancelling_ends_all_of_it(self, submitter, tmp_path):
        run_id = submitter.submit(WAITING.format(mark=str(tmp_path / "mark")), compute=submitter.box)
        submitter.wait_for_log(run_id, "it has begun")
        jobs.cancel(submitter.at, run_id)
        assert submitter.wait(run_id).state == "Canceled"
        end = time.monotonic() + 20
        while living(run_id):
            assert time.monotonic() < end, living(run_id)
            time.sleep(0.1)


class TestFaults:
    """Whatever fails, the job ends in the right state, once."""

    def test_its_host_is_gone_while_it_runs_and_comes_back(self, submitter, host, tmp_path):
        mark = tmp_path / "mark"
        run_id = submitter.submit(WAITING.format(mark=str(mark)), compute=submitter.box)
        submitter.wait_for_log(run_id, "it has begun")
        host.stop()
        time.sleep(3)
        assert submitter.get(run_id).state == "Running"
        mark.touch()
        submitter.wait_for_log(run_id, "it goes on")
        job = submitter.wait(run_id)
        assert (job.state, job.attempt) == ("Completed", 1)
        assert submitter.log(run_id).decode().count("it goes on") == 1
        host.start()

    def test_the_server_is_started_anew_while_it_runs(self, own, start_server, tmp_path):
        mark = tmp_path / "mark"
        run_id = own.submit(WAITING.format(mark=str(mark)), compute=own.box)
        own.wait_for_log(run_id, "it has begun")
        own.server.kill()
        port = int(own.server.url.rpartition(":")[2])
        start_server(home=own.server.home, port=port)
        mark.touch()
        job = own.wait(run_id)
        assert (job.state, job.attempt) == ("Completed", 1)
        assert own.log(run_id).decode().count("it goes on") == 1

    @pytest.mark.parametrize("seconds", [0.0, 0.3, 0.8])
    def test_the_server_is_started_anew_while_it_is_started(self, own, start_server, seconds):
        """At whatever step: one launcher runs it, and another one that there may be is sent away."""
        run_id = own.submit(PLAIN, compute=own.box)
        time.sleep(seconds)
        own.server.kill()
        start_server(home=own.server.home, port=int(own.server.url.rpartition(":")[2]))
        job = own.wait(run_id, seconds=120)
        assert (job.state, job.error) == ("Completed", None)
        assert own.log(run_id).decode().count("the script runs") == 1
        assert own.artifact(run_id, "outputs/result.txt") == b"42"

    def test_a_launcher_that_is_killed_is_told_with_where_it_was(self, submitter, host, tmp_path):
        run_id = submitter.submit(
            WAITING.format(mark=str(tmp_path / "mark")), compute=submitter.box, retries=0
        )
        submitter.wait_for_log(run_id, "it has begun")
        (launcher,) = living(str(host.folder / "node" / "launchers"))
        launcher.kill()
        job = submitter.wait(run_id)
        assert (job.state, job.error.code) == ("Failed", "NodeLost")
        assert "It was on the host 127.0.0.1. It said nothing there." in job.error.message
        assert not living(run_id)

    def test_a_changed_host_key_ends_the_job_with_why(self, submitter, host):
        host.stop()
        host.change_host_key()
        host.start()
        job = submitter.run(PLAIN, compute=submitter.box, retries=0, seconds=120)
        assert (job.state, job.error.code) == ("Failed", "Start")
        assert "shows another key than the one that it was attached with" in job.error.message

    def test_a_key_that_is_refused_ends_the_job_with_why(self, submitter, host):
        host.refuse_key()
        job = submitter.run(PLAIN, compute=submitter.box, retries=0, seconds=120)
        assert (job.state, job.error.code) == ("Failed", "Start")
        assert "refuses the user" in job.error.message


class TestPool:
    @pytest.fixture
    def pool(self, submitter, host, tmp_path):
        """A target of two hosts, the first of which is gone."""
        first = Sshd(tmp_path / "first")
        (first.folder / "authorized_keys").write_text((host.folder / "client.pub").read_text())
        settings = host.settings()
        settings["hosts"] = [*first.settings()["hosts"], *settings["hosts"]]
        name = f"pool-{secrets.token_hex(4)}"
        keys = {"private_key": host.key}
        compute.create(submitter.at, CreateCompute(name=name, kind="ssh", settings=settings, secrets=keys))
        first.stop()
        return name

    def test_what_a_dead_host_cannot_start_another_one_does(self, submitter, pool):
        job = submitter.run(PLAIN, compute=pool, retries=0, seconds=120)
        assert (job.state, job.attempt, job.node) == ("Completed", 2, "node-1")
        assert "does not answer" in job.warnings[0]
        job = submitter.run(PLAIN, compute=pool, retries=0, seconds=120)
        assert job.state == "Completed"


class TestAttaching:
    def test_what_the_host_has_is_found_out(self, submitter, host):
        found = compute.get(submitter.at, submitter.box)
        (told,) = found.settings["hosts"]
        assert told["cpus"] >= 1
        assert told["memory_bytes"] > 2**28
        assert (found.kind, found.max_nodes, found.secrets) == ("ssh", 1, ["private_key"])
        assert told["host_key"] == host.host_key

    def test_its_key_is_nowhere_to_be_read(self, submitter, host, server):
        secret = host.key.splitlines()[2]
        with server.client() as client:
            for path in (f"compute/{submitter.box}", "compute", "audit"):
                assert secret not in client.get(f"/api/v1/{path}").text
        assert secret not in server.log.read_text()
        assert "asyncssh" not in server.log.read_text()  # it would tell of each command
        for (sql,) in sqlite3.connect(server.home / "lazward.db").execute(
            "select secrets from compute_targets"
        ):
            assert secret not in sql
        assert secret.encode() not in (server.home / "lazward.db").read_bytes()

    @pytest.mark.parametrize("wrong", ["host_key", "private_key", "python", "port"])
    def test_what_cannot_be_used_is_refused_at_once(self, submitter, host, tmp_path, wrong):
        other = Sshd(tmp_path / "other")
        told = {
            "host_key": "shows another key",
            "private_key": "refuses the user",
            "python": "cannot run|failed|not found",
            "port": "does not answer",
        }
        settings = host.settings(**({"python": "/no/such/python3"} if wrong == "python" else {}))
        if wrong == "host_key":
            settings["hosts"][0]["host_key"] = other.host_key
        other.stop()
        if wrong == "port":
            settings["hosts"][0]["port"] = other.port
        key = other.key if wrong == "private_key" else host.key
        message = CreateCompute(name="second", kind="ssh", settings=settings, secrets={"private_key": key})
        with pytest.raises(InvalidRequest, match=told[wrong]):
            compute.create(submitter.at, message)

    def test_a_new_key_is_taken_and_tried(self, submitter, host):
        with pytest.raises(InvalidRequest, match="refuses the user"):
            compute.update(submitter.at, submitter.box, UpdateCompute(secrets={"private_key": ""}))
        changed = compute.update(
            submitter.at, submitter.box, UpdateCompute(secrets={"private_key": host.key})
        )
        assert changed.secrets == ["private_key"]

    def test_the_servers_agent_only_where_it_may(self, submitter, host):
        with pytest.raises(PermissionDenied, match="--ssh-agent on"):
            attach(submitter, host, agent=True)

    def test_the_keys_that_a_host_shows(self, submitter, host):
        (shown,) = compute.host_keys(submitter.at, "127.0.0.1", host.port)
        assert shown.host_key.startswith(host.host_key)


class TestDoctor:
    def test_all_is_well(self, submitter):
        found = compute.examine(submitter.at, submitter.box)
        (place,) = found.places
        states = {one.what: one.state for one in place.findings}
        assert states | {"uv": OK, "packages": OK, "disk": OK} == dict.fromkeys(states, OK)
        assert {"connection", "python", "uv", "disk", "launcher", "server", "packages"} == set(states)

    def test_a_server_that_is_not_reached_from_there(self, submitter, host):
        made = attach(submitter, host, server_url="http://127.0.0.1:9")
        (place,) = compute.examine(submitter.at, made.name).places
        (told,) = [one for one in place.findings if one.state == PROBLEM]
        assert told.what == "server"
        assert "http://127.0.0.1:9 cannot be reached from there" in told.text

    def test_a_host_that_is_gone(self, submitter, host):
        host.stop()
        (place,) = compute.examine(submitter.at, submitter.box).places
        (told,) = place.findings
        assert (told.what, told.state) == ("connection", PROBLEM)
        host.start()

    def test_a_cluster_has_none(self, submitter):
        name = f"cpu-{secrets.token_hex(4)}"
        submitter.cluster(name=name)
        with pytest.raises(InvalidRequest, match="nothing to be looked at"):
            compute.examine(submitter.at, name)
