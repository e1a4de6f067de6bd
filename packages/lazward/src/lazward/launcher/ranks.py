"""What tells a process of a job that has several which one it is, and where they meet.

The names are those of ``torch.distributed``, of Open MPI and of Azure ML, which scripts look for.
"""

import os
import socket

from lazward.wire.jobs import JobSpec

MEET_AT, PORT = "MASTER_ADDR", "MASTER_PORT"
_SLURM_ADDRESS = "SLURM_LAUNCH_NODE_IPADDR"
"""Where the step was started from, which is the first node: a launcher starts it there."""
_HERE = "127.0.0.1"


def count(spec: JobSpec) -> int:
    """How many processes a job has."""
    return spec.node_count * spec.processes_per_node


def free_port() -> int:
    """A port of this machine that nobody listens on at the moment."""
    with socket.socket() as one:
        one.bind(("", 0))
        return one.getsockname()[1]


def variables(spec: JobSpec, node: int, local_rank: int) -> dict[str, str]:
    """The variables of one process.

    Args:
        spec: The job.
        node: Which of its nodes this is, from 0.
        local_rank: Which of the processes of that node it is, from 0.
    """
    address = (
        spec.variables.get(MEET_AT) or os.environ.get(MEET_AT) or os.environ.get(_SLURM_ADDRESS) or _HERE
    )
    port = os.environ.get(PORT, "29500")
    per_node, world = spec.processes_per_node, count(spec)
    rank = node * per_node + local_rank
    told: dict[str, object] = {
        "RANK": rank,
        "WORLD_SIZE": world,
        "LOCAL_RANK": local_rank,
        "LOCAL_WORLD_SIZE": per_node,
        "NODE_RANK": node,
        "GROUP_RANK": node,
        MEET_AT: address,
        PORT: port,
        "AZUREML_NODE_COUNT": spec.node_count,
        "AZ_BATCH_MASTER_NODE": f"{address}:{port}",
        "AZ_BATCHAI_MPI_MASTER_NODE": address,
    }
    if spec.distribution == "mpi":
        told |= {
            "OMPI_COMM_WORLD_RANK": rank,
            "OMPI_COMM_WORLD_SIZE": world,
            "OMPI_COMM_WORLD_LOCAL_RANK": local_rank,
            "OMPI_COMM_WORLD_LOCAL_SIZE": per_node,
            "OMPI_COMM_WORLD_NODE_RANK": local_rank,
            "OMPI_UNIVERSE_SIZE": world,
        }
    return {name: str(value) for name, value in told.items()}
