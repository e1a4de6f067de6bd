"""The fields of a job file: those of a command job of Azure ML's second command line, and few of our own."""

from typing import Annotated, Any

import msgspec

from lazward.wire.jobs import MOST_SECONDS, ShmSize

Scalar = str | int | float | bool | None
Scalars = dict[str, Scalar]


def texts(given: Scalars | None) -> dict[str, str]:
    """Values as texts, as variables, tags and properties are."""
    return {name: "" if value is None else str(value) for name, value in (given or {}).items()}


Count = Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class Resources(msgspec.Struct, frozen=True, kw_only=True):
    """Machines, and the shared memory of a container. What only Azure's own know is read and left out."""

    instance_count: Count = 1
    instance_type: Any = None
    max_instance_count: Any = None
    shm_size: ShmSize = ""
    docker_args: Any = None
    locations: Any = None
    properties: Any = None


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds that the command may run."""

    timeout: Annotated[int, msgspec.Meta(ge=1, le=MOST_SECONDS)] = MOST_SECONDS


class Distribution(msgspec.Struct, frozen=True, kw_only=True):
    """What joins the processes of several machines."""

    type: str
    process_count_per_instance: Count = 1


class QueueSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The place in the queue: ``low``, ``medium``, ``high``, or a number from -1000 to 1000."""

    priority: int | str = 0
    job_tier: Any = None


class DataInput(msgspec.Struct, frozen=True, kw_only=True):
    """A file or folder."""

    path: str
    type: str = "uri_folder"
    mode: Any = None


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """A folder, or with ``uri_file`` a file, that is kept."""

    path: str = ""
    type: str = "uri_folder"
    mode: Any = None


class InlineEnvironment(msgspec.Struct, frozen=True, kw_only=True):
    """An environment that is described where it is used.

    Attributes:
        conda_file: A conda specification, or the path of one.
        interpreter: Ours: a Python that is used as it is found, with nothing installed into it.
        image: A Docker image.
        build: Azure's way to a Docker image from a Dockerfile; not supported.
        name: Read for completeness, as the rest.
    """

    conda_file: str | dict[str, Any] | None = None
    interpreter: str = ""
    image: str = ""
    build: Any = None
    name: Any = None
    version: Any = None
    description: Any = None
    tags: Any = None
    inference_config: Any = None
    os_type: Any = None


class CommandJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job file, field by field."""

    command: str
    environment: str | dict[str, Any]
    schema: Any = msgspec.field(default=None, name="$schema")
    type: str = "command"
    name: str = ""
    display_name: str = ""
    experiment_name: str = ""
    description: str = ""
    tags: Scalars = {}
    properties: Scalars = {}
    code: str | None = None
    environment_variables: Scalars = {}
    compute: str = "local"
    inputs: dict[str, Any] = {}
    outputs: dict[str, Output | None] = {}
    resources: Resources = Resources()
    limits: Limits = Limits()
    distribution: Distribution | None = None
    queue_settings: QueueSettings = QueueSettings()
    parent_job_name: str | None = None
    services: Any = None
    identity: Any = None
