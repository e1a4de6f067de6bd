"""The parts of a run configuration. Each knows its attributes: a misspelt one is an ``AttributeError``."""

from typing import Any

import msgspec

from azureml.exceptions import UserErrorException

_SHM_SIZE = "2g"


class DockerConfiguration(msgspec.Struct, rename="camel"):
    """Whether and how a run is in a container.

    Attributes:
        use_docker: Whether it is.
        shared_volumes: Accepted for the original's sake.
        arguments: More arguments for ``docker run``.
        shm_size: Shared memory of the container; 2g if absent.
    """

    use_docker: bool = False
    shared_volumes: bool = True
    arguments: list[Any] | None = None
    shm_size: str | None = None

    def __post_init__(self) -> None:
        self.arguments = [] if self.arguments is None else self.arguments
        self.shm_size = self.shm_size or _SHM_SIZE


class MpiConfiguration(msgspec.Struct, rename="camel"):
    """A run of several processes that speak MPI.

    Attributes:
        process_count_per_node: Processes on each node.
        node_count: Nodes.
    """

    process_count_per_node: int = 1
    node_count: int = 1

    def __post_init__(self) -> None:
        _check_counts(self, process_count_per_node=self.process_count_per_node, node_count=self.node_count)


class PyTorchConfiguration(msgspec.Struct, rename="camel"):
    """A run of several processes that PyTorch joins.

    Attributes:
        communication_backend: ``Nccl`` or ``Gloo``.
        process_count: Processes on all nodes together; one on each if absent.
        node_count: Nodes.
    """

    communication_backend: str = "Nccl"
    process_count: int | None = None
    node_count: int = 1

    def __post_init__(self) -> None:
        _check_counts(self, node_count=self.node_count)
        if self.process_count is not None:
            _check_counts(self, process_count=self.process_count)


class TensorflowConfiguration(msgspec.Struct, rename="camel"):
    """A run of TensorFlow's workers and parameter servers.

    Attributes:
        worker_count: Workers.
        parameter_server_count: Parameter servers.
    """

    worker_count: int = 1
    parameter_server_count: int = 1

    def __post_init__(self) -> None:
        _check_counts(self, worker_count=self.worker_count)
        _check_counts(self, 0, parameter_server_count=self.parameter_server_count)


class ParallelTaskConfiguration(msgspec.Struct, rename="camel"):
    """A run of tasks side by side. It is kept; nothing here runs them yet."""

    max_retries_per_worker: int = 0
    worker_count_per_node: int = 1
    terminal_exit_codes: list[int] | None = None
    node_count: int = 1
    configuration: dict[str, Any] = {}


class DataReferenceConfiguration(msgspec.Struct, rename="camel"):
    """Data of a datastore that a run is given."""

    datastore_name: str | None = msgspec.field(default=None, name="dataStoreName")
    mode: str = "mount"
    path_on_datastore: str | None = msgspec.field(default=None, name="pathOnDataStore")
    path_on_compute: str | None = None
    overwrite: bool = False


class HistoryConfiguration(msgspec.Struct, rename="camel"):
    """What is kept of a run.

    Attributes:
        output_collection: Whether its files become artifacts.
        snapshot_project: Whether the files it began with are kept.
        directories_to_watch: Folders whose files are kept while it runs.
    """

    output_collection: bool = True
    snapshot_project: bool = True
    directories_to_watch: list[str] | None = msgspec.field(default_factory=lambda: ["logs"])


class AmlComputeConfiguration(msgspec.Struct, rename="camel"):
    """Nodes that are made for one run. It is kept; name a compute target as ``target`` instead."""

    name: str | None = None
    vm_size: str | None = None
    vm_priority: str | None = None
    retain_cluster: bool = False
    cluster_max_node_count: int | None = None
    location: str | None = None


class KubernetesComputeConfiguration(msgspec.Struct, rename="camel"):
    """Kept for the original's sake."""

    instance_type: str | None = None


class SparkConfiguration(msgspec.Struct, rename="camel"):
    """Settings of Spark. They are kept; nothing here runs it yet."""

    configuration: dict[str, Any] = {}


class HdiConfiguration(msgspec.Struct, rename="camel"):
    """Kept for the original's sake."""

    yarn_deploy_mode: str = "cluster"


def _check_counts(owner: object, least: int = 1, **counts: object) -> None:
    for name, count in counts.items():
        if not isinstance(count, int) or isinstance(count, bool) or count < least:
            kind = type(owner).__name__
            raise UserErrorException(f"{kind}: {name} is a number from {least} on, not {count!r}.")
