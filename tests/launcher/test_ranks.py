"""What tells the processes of a job apart."""

import pytest

from lazward.launcher import ranks
from lazward.wire.jobs import JobSpec, is_rank_log, rank_log


def spec(**more):
    return JobSpec(command="true", **more)


@pytest.mark.parametrize(("node", "local", "rank"), [(0, 0, "0"), (0, 1, "1"), (1, 0, "2"), (2, 1, "5")])
def test_ranks_count_through_the_nodes(monkeypatch, node, local, rank):
    monkeypatch.setenv("MASTER_ADDR", "10.0.0.4")
    monkeypatch.setenv("MASTER_PORT", "6105")
    told = ranks.variables(spec(node_count=3, processes_per_node=2, distribution="pytorch"), node, local)
    assert (told["RANK"], told["LOCAL_RANK"], told["NODE_RANK"]) == (rank, str(local), str(node))
    assert (told["WORLD_SIZE"], told["LOCAL_WORLD_SIZE"], told["AZUREML_NODE_COUNT"]) == ("6", "2", "3")
    assert told["AZ_BATCH_MASTER_NODE"] == "10.0.0.4:6105"
    assert not [name for name in told if name.startswith("OMPI_")]


def test_mpi_has_the_names_of_open_mpi_too():
    told = ranks.variables(spec(node_count=2, processes_per_node=2, distribution="mpi"), 1, 1)
    found = {name: value for name, value in told.items() if name.startswith("OMPI_COMM")}
    assert found == {
        "OMPI_COMM_WORLD_RANK": "3",
        "OMPI_COMM_WORLD_SIZE": "4",
        "OMPI_COMM_WORLD_LOCAL_RANK": "1",
        "OMPI_COMM_WORLD_LOCAL_SIZE": "2",
        "OMPI_COMM_WORLD_NODE_RANK": "1",
    }


def test_where_they_meet_is_where_slurm_started_the_step(monkeypatch):
    monkeypatch.delenv("MASTER_ADDR", raising=False)
    monkeypatch.setenv("SLURM_LAUNCH_NODE_IPADDR", "10.1.1.1")
    assert ranks.variables(spec(node_count=2), 1, 0)["MASTER_ADDR"] == "10.1.1.1"


@pytest.mark.parametrize("rank", [0, 7, 12, 100, 12345])
def test_each_has_a_log(rank):
    assert is_rank_log(rank_log(rank))


@pytest.mark.parametrize(
    "name",
    [
        "user_logs/std_log.txt",
        "user_logs/std_log_process_.txt",
        "user_logs/std_log_process_1a.txt",
        "user_logs/std_log_process_00.txt\n",
        "../user_logs/std_log_process_00.txt",
        "std_log_process_00.txt",
    ],
)
def test_other_names_are_none(name):
    assert not is_rank_log(name)
