"""From a ``ScriptRunConfig`` to a job."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from warnings import warn

from azureml.core._failures import translated, unsupported
from azureml.core.environment import Environment, has_image, specification
from azureml.core.runconfig import LOCAL, MOST_SECONDS, RunConfiguration, definition_of_run
from azureml.core.script_run_config import ScriptRunConfig
from azureml.core.workspace import Workspace
from azureml.exceptions import ExperimentExecutionException, SnapshotException, UserErrorException
from lazward import errors
from lazward.client import jobs
from lazward.client.http import Connection
from lazward.environment import containers
from lazward.launcher import start
from lazward.snapshot import git, snapshot
from lazward.wire.base import KeyValue
from lazward.wire.environments import EnvironmentSpec
from lazward.wire.jobs import CreateJob, JobSpec

if TYPE_CHECKING:
    from azureml.core.script_run import ScriptRun

SNAPSHOT = "ContentSnapshotId"
"""The property that names the snapshot of a run."""

_DISTRIBUTIONS = {
    "openmpi": "mpi", "intelmpi": "mpi", "mpi": "mpi", "nccl": "pytorch", "gloo": "pytorch",
    "parameterserver": "tensorflow", "paralleltask": "paralleltask",
}  # fmt: skip
_DATA = ("data_references", "data", "output_data", "datacaches")
_OUTPUTS = "outputs"


def submit(
    config: ScriptRunConfig,
    workspace: Workspace,
    experiment_name: str,
    tags: Mapping[str, Any] | None = None,
    parent_run_id: str | None = None,
    display_name: str | None = None,
    **_options: Any,
) -> "ScriptRun":
    """Queue a script, and on ``local`` start it.

    Args:
        config: The script. Later changes of it make no difference.
        workspace: Where.
        experiment_name: The experiment, which is made if need be.
        tags: Tags of the run.
        parent_run_id: The run whose child it is.
        display_name: The run's name.

    Raises:
        UserErrorException: The configuration makes no sense, or the target cannot run it.
        SnapshotException: The source directory cannot be kept.
        ExperimentExecutionException: The target does not exist, or the run could not be started.
    """
    from azureml.core.script_run import ScriptRun

    effective = config._effective()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - one of our own
    folder = Path(config.source_directory)
    spec = _spec(effective, folder)
    _check_here(effective, spec)
    at = workspace.connection
    state = git.state(folder)
    snapshot_id = take(at, folder)
    message = CreateJob(
        experiment=experiment_name,
        compute=effective.target,
        spec=_with_snapshot(spec, snapshot_id),
        name=display_name or "",
        parent_run_id=parent_run_id,
        tags=[KeyValue(key, value) for key, value in (git.tags(state) | to_tags(tags)).items()],
        properties=git.properties(state) | {SNAPSHOT: snapshot_id},
        definition=definition_of_run(effective),
        priority=effective.priority or 0,
    )
    return ScriptRun(_experiment(workspace, experiment_name), queue(at, message))


def take(at: Connection, folder: Path) -> str:
    """The id of a folder's snapshot.

    Raises:
        SnapshotException: It cannot be kept as it is.
    """
    with translated():
        try:
            return snapshot.take(at, folder)
        except errors.SnapshotError as error:
            raise SnapshotException(error.message, inner_exception=error) from error


def to_tags(tags: Mapping[str, Any] | None) -> dict[str, str]:
    """Tags as the server keeps them: a value is a text, and none at all is an empty one."""
    return {key: "" if value is None else str(value) for key, value in (tags or {}).items()}


def _experiment(workspace: Workspace, name: str) -> Any:
    from azureml.core.experiment import Experiment

    return Experiment(workspace, name, _skip_name_validation=True)


def queue(at: Connection, message: CreateJob) -> str:
    """Queue a job, and start it if it is to run here; the id of its run.

    Raises:
        ExperimentExecutionException: The target does not exist, or the job could not be started.
        UserErrorException: The target cannot run it.
    """
    with translated():
        try:
            created = jobs.create(at, message)
            start.start(at, created)
        except (errors.NotFound, errors.InvalidState, errors.ConfigError) as error:
            raise ExperimentExecutionException(error.message, inner_exception=error) from error
    return created.job.run_id


def _spec(config: RunConfiguration, folder: Path) -> JobSpec:
    """What is to be run, but for its files."""
    if config.framework.lower() == "pyspark":
        unsupported("The framework PySpark", "use the framework Python and start Spark in the script")
    for name in _DATA:
        if getattr(config, name):
            unsupported(f"RunConfiguration.{name}", "let the script read its data itself")
    environment = _placed(config, specification(config.environment, folder))
    history = config.history
    watched = [*([_OUTPUTS] if history.output_collection else []), *(history.directories_to_watch or [])]
    return JobSpec(
        script=config.script or "",
        arguments=[_argument(one) for one in config.arguments] if config.script else [],
        command=_line(config.command),
        environment=environment,
        environment_name=_registered(config.environment),
        variables={str(name): str(value) for name, value in config.environment_variables.items()},
        node_count=config.node_count,
        processes_per_node=_processes(config),
        distribution=_DISTRIBUTIONS.get(config.communicator.lower(), ""),
        shm_size=_shm_size(config) if environment.image else "",
        max_seconds=config.max_run_duration_seconds or MOST_SECONDS,
        watched=[*dict.fromkeys(watched)],
    )


def _placed(config: RunConfiguration, spec: EnvironmentSpec) -> EnvironmentSpec:
    """The environment, without the default image.

    That has nothing but an operating system and conda, so what is asked for there is the packages.
    """
    from msgspec.structs import replace

    docker = config.environment.docker
    asked = config.docker.use_docker or bool(docker.enabled) or bool(spec.image)
    if not asked or has_image(spec):
        return spec
    if config.target.lower() == LOCAL:
        _engine_here()  # who asks for a container is told that there can be none
    warn(
        "The packages of the environment are installed as they are, without a container: its default image"
        " has nothing but a system. Name an image as docker.base_image to run in that one.",
        stacklevel=6,
    )
    return replace(spec, image="")


def _engine_here() -> None:
    try:
        containers.find()
    except errors.EnvironmentUnavailable as error:
        raise UserErrorException(error.message, inner_exception=error) from error


def _shm_size(config: RunConfiguration) -> str:
    own = config.docker if config.docker.use_docker else config.environment.docker
    if own.arguments:
        unsupported("Arguments for docker run", "let the script read what it needs, or put it into the image")
    return str(own.shm_size or "").lower()


def _check_here(config: RunConfiguration, spec: JobSpec) -> None:
    """Refuse what this machine cannot run, before anything is sent.

    Raises:
        UserErrorException: It asks for an image where nothing runs containers, or for more than one process.
    """
    if config.target.lower() != LOCAL:
        return
    if spec.environment.image:
        _engine_here()
    if spec.node_count > 1 or spec.distribution:
        raise UserErrorException(
            f"'local' runs a script on one node as one process; it cannot run node_count={spec.node_count}"
            f" with the communicator {config.communicator}. Start the processes from the script."
        )


def _processes(config: RunConfiguration) -> int:
    match _DISTRIBUTIONS.get(config.communicator.lower()):
        case "mpi":
            return config.mpi.process_count_per_node
        case "pytorch":
            count = config.pytorch.process_count or config.node_count
            return max(1, -(-count // max(1, config.node_count)))
        case _:
            return 1


def _with_snapshot(spec: JobSpec, snapshot_id: str) -> JobSpec:
    from msgspec.structs import replace

    return replace(spec, snapshot_id=snapshot_id)


def _argument(value: Any) -> str:
    if value is None or isinstance(value, (list, dict, set)):
        raise UserErrorException(f"An argument of a script is a text or a number, not {value!r}.")
    return str(value)


def _line(command: str | list[str] | None) -> str:
    """The line for the shell; words that hold spaces stay one word, all else is the shell's to read."""
    if command is None or isinstance(command, str):
        return command or ""
    words = [str(word) for word in command]
    if len(words) == 1:
        return words[0]
    return " ".join(shlex.quote(word) if not word or any(map(str.isspace, word)) else word for word in words)


def _registered(environment: Environment) -> str:
    return f"{environment.name}:{environment.version}" if environment.version else ""
