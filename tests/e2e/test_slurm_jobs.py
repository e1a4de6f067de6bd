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
