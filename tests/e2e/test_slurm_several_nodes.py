"""Jobs on several nodes of a real Slurm: one run, a log for each process, and a place where they meet."""

import json

import pytest
from tests.e2e.test_slurm_jobs import cluster

from lazward.client import jobs
from lazward.wire.jobs import rank_log

__all__ = ["cluster"]
pytestmark = pytest.mark.xdist_group("slurm")

MEETS = """
import json, os, pathlib, socket, sys, time
import mlflow
rank, world = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
where = (os.environ["MASTER_ADDR"], int(os.environ["MASTER_PORT"]))
pathlib.Path("outputs", f"rank{rank}.txt").write_text(os.environ["SLURMD_NODENAME"])
if rank == 0:
    server = socket.create_server(where)
    lines = [conn.makefile("rw") for conn in (server.accept()[0] for _ in range(world - 1))]
    total = sum(int(line.readline()) for line in lines)
    for line in lines:
        print(total, file=line, flush=True)
    mlflow.log_metric("total", total)
else:
    for _ in range(600):
        try:
            line = socket.create_connection(where).makefile("rw")
            break
        except OSError:
            time.sleep(0.1)
    print(rank, file=line, flush=True)
    total = int(line.readline())
wanted = '''
RANK LOCAL_RANK NODE_RANK WORLD_SIZE LOCAL_WORLD_SIZE AZUREML_NODE_COUNT AZ_BATCH_MASTER_NODE AZUREML_RUN_ID
OMPI_COMM_WORLD_RANK OMPI_COMM_WORLD_LOCAL_RANK OMPI_COMM_WORLD_SIZE SLURMD_NODENAME
'''.split()
told = {name: os.environ.get(name) for name in wanted}
print("TOLD", json.dumps(told | {"met": "%s:%s" % where, "total": total}), flush=True)
"""
FAILS = """
import os, sys, time
print("process", os.environ["RANK"], flush=True)
if os.environ["RANK"] == "1":
    print("it broke on purpose", flush=True)
    sys.exit(7)
time.sleep(300)
"""


def told(log):
    (line,) = [one for one in log.decode().splitlines() if one.startswith("TOLD ")]
    return json.loads(line.removeprefix("TOLD "))


def test_two_processes_on_each_of_two_nodes_meet(cluster):
    options = {"node_count": 2, "processes_per_node": 2, "distribution": "mpi"}
    job = cluster.run(MEETS, **options, seconds=100)
    assert job.state == "Completed", (job.error, cluster.log(job.run_id).decode())
    names = [rank_log(rank) for rank in (1, 2, 3)]
    assert [one for one in cluster.get(job.run_id).logs if "process" in one] == names
    found = [told(cluster.log(job.run_id))] + [told(cluster.log(job.run_id, name)) for name in names]
    assert [int(one["RANK"]) for one in found] == [0, 1, 2, 3]
    assert [int(one["NODE_RANK"]) for one in found] == [0, 0, 1, 1]
    assert [int(one["LOCAL_RANK"]) for one in found] == [0, 1, 0, 1]
    assert len({one["SLURMD_NODENAME"] for one in found}) == 2
    assert [one["OMPI_COMM_WORLD_RANK"] for one in found] == ["0", "1", "2", "3"]
    for one in found:
        assert (one["total"], one["WORLD_SIZE"], one["LOCAL_WORLD_SIZE"]) == (6, "4", "2")
        assert (one["AZUREML_NODE_COUNT"], one["OMPI_COMM_WORLD_SIZE"]) == ("2", "4")
        assert one["AZ_BATCH_MASTER_NODE"] == one["met"]
        assert one["AZUREML_RUN_ID"] == job.run_id
    assert cluster.metric(job.run_id, "total") == 6
    assert sorted(cluster.artifacts(job.run_id, "outputs")) == [
        f"outputs/rank{rank}.txt" for rank in range(4)
    ]


def test_one_process_that_fails_ends_all_and_says_why(cluster, eventually):
    job = cluster.run(FAILS, node_count=2, distribution="pytorch", seconds=100)
    assert (job.state, job.error.code, job.error.exit_code) == ("Failed", "ExitCode", 7)
    assert "it broke on purpose" in job.error.log_tail
    assert "process 1, on node 1, ended with status 7" in job.error.log_tail
    assert b"it broke on purpose" in cluster.log(job.run_id, rank_log(1))
    eventually(lambda: not cluster.slurm.run("squeue", "-h", "--me"))


def test_cancelling_ends_all_of_it(cluster, eventually):
    script = "import os, time\nprint('begun', os.getpid(), flush=True)\ntime.sleep(300)"
    run_id = cluster.submit(script, node_count=2, distribution="pytorch")
    cluster.wait_for_log(run_id, "begun")
    eventually(lambda: b"begun" in cluster.log(run_id, rank_log(1)))
    jobs.cancel(cluster.at, run_id)
    assert cluster.wait(run_id).state == "Canceled"
    eventually(lambda: not cluster.slurm.run("squeue", "-h", "--me"))


def test_several_processes_on_one_node(cluster):
    job = cluster.run(MEETS, processes_per_node=2, distribution="pytorch", seconds=100)
    assert job.state == "Completed", (job.error, cluster.log(job.run_id).decode())
    assert told(cluster.log(job.run_id, rank_log(1)))["total"] == 1
