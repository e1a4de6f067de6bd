"""Jobs on a real Slurm, from submitting to their end, with faults on the way."""

import sys
import time

import pytest
from tests.submitting import Submitter

from lazward.client import compute, jobs
from lazward.wire.compute import CreateCompute

pytestmark = pytest.mark.xdist_group("slurm")
SLEEPS = "import time\nprint('begun', flush=True)\ntime.sleep(300)\n"


class Cluster(Submitter):
    """Submits to a Slurm.

    Args:
        server: The server.
        slurm: The daemons.
        folder: A folder of this test's own.
    """

    def __init__(self, server, slurm, folder):
        super().__init__(server, folder)
        self.slurm = slurm
        self.shared = folder / "shared"

    def attach(self, name="test-cluster", **settings):
        told = {"folder": str(self.shared), "python": sys.executable, **settings}
        compute.create(self.at, CreateCompute(name=name, kind="slurm", settings=told))
        return self

    def metric(self, run_id, key):
        """The last value of a metric."""
        given = self.mlflow_run(run_id)["data"]["metrics"]
        return {one["key"]: one["value"] for one in given}[key]

    def number(self, seconds=30):
        """The number that Slurm has for the one job that there is."""
        end = time.monotonic() + seconds
        while not (found := self.slurm.run("squeue", "-h", "--me", "-o", "%i %j").split()):
            assert time.monotonic() < end, "nothing was submitted"
            time.sleep(0.1)
        return found[0]


@pytest.fixture
def cluster(slurm, start_server, tmp_path):
    server = start_server(SLURM_CONF=slurm.variables["SLURM_CONF"])
    made = Cluster(server, slurm, tmp_path).attach()
    yield made
    slurm.cancel_all()


def test_a_script_runs_with_its_files_log_and_results(cluster):
    job = cluster.run(
        """
        import os, sys, mlflow
        print("on", os.environ["SLURMD_NODENAME"], sys.argv[1], open("more.txt").read())
        mlflow.log_metric("loss", 0.25)
        os.makedirs("outputs", exist_ok=True); open("outputs/a.txt", "w").write("kept")
        """,
        "7 'x",
        files={"more.txt": "beside"},
    )
    assert job.state == "Completed", (job.error, cluster.log(job.run_id))
    assert "7 'x beside" in cluster.log(job.run_id).decode()
    assert cluster.artifact(job.run_id, "outputs/a.txt") == b"kept"
    assert cluster.metric(job.run_id, "loss") == 0.25


def test_it_waits_in_slurms_queue_with_slurms_reason_and_can_be_cancelled_there(cluster, eventually):
    blocker = cluster.slurm.run(
        "sbatch", "--parsable", "-N3", "--exclusive", "-t5", "--wrap", "sleep 99"
    ).strip()
    eventually(lambda: cluster.slurm.state(blocker) == "RUNNING")
    run_id = cluster.submit(SLEEPS)
    eventually(lambda: "Resources" in (cluster.get(run_id).reason or ""))
    job = cluster.get(run_id)
    assert job.state == "Queued"
    jobs.cancel(cluster.at, run_id)
    job = cluster.wait(run_id)
    assert (job.state, job.error) == ("Canceled", None)


def test_what_slurm_refuses_fails_at_once_in_slurms_words(cluster):
    cluster.attach("wrong", partition="missing")
    job = cluster.run("", compute="wrong", files={"t.py": ""})
    assert (job.state, job.error.code, job.attempt) == ("Failed", "Start", 1)
    assert "invalid partition specified: missing" in job.error.message


def test_cancelling_ends_it(cluster, eventually):
    run_id = cluster.submit(SLEEPS)
    cluster.wait_for_log(run_id, "begun")
    jobs.cancel(cluster.at, run_id)
    assert cluster.wait(run_id).state == "Canceled"
    eventually(lambda: not cluster.slurm.run("squeue", "-h", "--me"))


def test_one_that_somebody_cancelled_in_slurm_is_canceled_and_says_so(cluster):
    run_id = cluster.submit(SLEEPS)
    cluster.wait_for_log(run_id, "begun")
    cluster.slurm.run("scancel", cluster.number())
    job = cluster.wait(run_id)
    assert (job.state, job.attempt) == ("Canceled", 1)
    assert "CANCELLED" in job.warnings[0]


def test_an_interpreter_that_is_missing_fails_with_what_the_node_printed(cluster):
    cluster.attach("odd", python="/no/python")
    job = cluster.run("", compute="odd", files={"t.py": ""}, retries=0, seconds=110)
    assert job.state == "Failed"
    assert "/no/python" in job.error.message


class TestFaults:
    """Each ends in the right state, once, and says what Slurm said."""

    @pytest.mark.slow
    @pytest.mark.parametrize("retries", [0, 1])
    def test_its_node_goes_down(self, cluster, eventually, retries):
        cluster.attach("one", nodelist="n3")
        run_id = cluster.submit(SLEEPS, compute="one", retries=retries)
        cluster.wait_for_log(run_id, "begun")
        cluster.slurm.kill_node("n3")
        try:
            if retries:
                eventually(lambda: cluster.get(run_id).attempt == 2, seconds=100)
                assert "NODE_FAIL" in cluster.get(run_id).warnings[0]
                jobs.cancel(cluster.at, run_id)
                assert cluster.wait(run_id).state == "Canceled"
            else:
                job = cluster.wait(run_id, seconds=100)
                assert (job.state, job.error.code) == ("Failed", "NodeLost")
                assert "NODE_FAIL" in job.error.message
        finally:
            cluster.slurm.start_node("n3")

    def test_it_takes_more_memory_than_it_asked_for(self, cluster):
        script = "import time\nx = bytearray(600 << 20)\nprint('eaten', flush=True)\ntime.sleep(60)\n"
        job = cluster.run(script, seconds=100)
        assert (job.state, job.error.code, job.attempt) == ("Failed", "OutOfMemory", 1)
        assert "exceeded memory limit" in job.error.message

    @pytest.mark.parametrize("how", ["stop", "kill"])
    @pytest.mark.parametrize("when", ["waiting", "running", "ended"])
    def test_the_server_is_started_anew(self, cluster, start_server, eventually, when, how):
        blocker = None
        if when == "waiting":
            wide = ("sbatch", "--parsable", "-N3", "--exclusive", "--wrap", "sleep 99")
            blocker = cluster.slurm.run(*wide).strip()
            eventually(lambda: cluster.slurm.state(blocker) == "RUNNING")
        flag = cluster.shared.parent / "flag"
        script = f"""
        import pathlib, time
        print("begun", flush=True)
        while not pathlib.Path({str(flag)!r}).exists():
            time.sleep(0.05)
        print("over", flush=True)
        """
        run_id = cluster.submit(script)
        if when == "waiting":
            eventually(lambda: "Slurm's queue" in (cluster.get(run_id).reason or ""))
        else:
            cluster.wait_for_log(run_id, "begun")
        getattr(cluster.server, how)()
        if when == "ended":
            flag.touch()
            time.sleep(2)
        port = int(cluster.server.url.rpartition(":")[2])
        conf = cluster.slurm.variables["SLURM_CONF"]
        cluster.server = start_server(home=cluster.server.home, port=port, SLURM_CONF=conf)
        if blocker:
            cluster.slurm.run("scancel", blocker)
        flag.touch()
        job = cluster.wait(run_id, seconds=100)
        assert (job.state, job.attempt, job.warnings) == ("Completed", 1, [])
        assert cluster.log(run_id).decode().split("\n")[:2] == ["begun", "over"]

    def test_the_controller_is_started_anew_while_it_runs(self, cluster):
        run_id = cluster.submit("import time\nprint('begun', flush=True)\ntime.sleep(15)\n")
        cluster.wait_for_log(run_id, "begun")
        time.sleep(6)  # it writes down every five seconds what it knows
        cluster.slurm.stop_controller()
        time.sleep(3)
        cluster.slurm.start_controller()
        job = cluster.wait(run_id, seconds=100)
        assert (job.state, job.attempt) == ("Completed", 1)
        cluster.slurm.until_nodes_answer()

    def test_slurm_forgets_it(self, cluster):
        """The controller is set up anew, and ends what its nodes still have."""
        run_id = cluster.submit(SLEEPS, retries=0)
        cluster.wait_for_log(run_id, "begun")
        cluster.slurm.stop_controller()
        cluster.slurm.start_controller("-c")
        try:
            job = cluster.wait(run_id, seconds=100)
            assert (job.state, job.error.code) == ("Failed", "NodeLost")
            assert "knows no job" in job.error.message
        finally:
            cluster.slurm.restart_nodes()
