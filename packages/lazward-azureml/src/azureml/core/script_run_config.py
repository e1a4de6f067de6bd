"""A script with all that its run needs."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from warnings import warn

from azureml.core._experiment_method import experiment_method
from azureml.core._failures import unsupported
from azureml.core.environment import Environment
from azureml.core.runconfig import (
    MOST_SECONDS,
    DockerConfiguration,
    MpiConfiguration,
    ParallelTaskConfiguration,
    PyTorchConfiguration,
    RunConfiguration,
    TensorflowConfiguration,
    checked_arguments,
    copied,
    expect,
)
from azureml.exceptions import RunConfigurationException, UserErrorException

_Distribution = MpiConfiguration | ParallelTaskConfiguration | PyTorchConfiguration | TensorflowConfiguration
_DISTRIBUTIONS = (
    MpiConfiguration, ParallelTaskConfiguration, PyTorchConfiguration, TensorflowConfiguration,
)  # fmt: skip


def _submit(config: "ScriptRunConfig", workspace: Any, experiment_name: str, **options: Any) -> Any:
    from azureml.core._submit import submit

    return submit(config, workspace, experiment_name, **options)


class ScriptRunConfig:
    """A script, or a command, and the configuration it runs with.

    Attributes may be changed until it is submitted.

    Args:
        source_directory: The folder whose files the run starts with.
        script: A Python script in it.
        arguments: Arguments of the script.
        run_config: Where and in what it runs. The parameters behind it are left aside if it is given.
        compute_target: A compute target, or the name of one; this machine if absent.
        environment: What it runs in.
        distributed_job_config: How several processes are joined.
        resume_from: Not supported.
        max_run_duration_seconds: How long it may run.
        command: A line for the shell, or its words, in place of script and arguments.
        docker_runtime_config: Whether and how it is in a container.

    Raises:
        UserErrorException: Script and command are both given, or something is not of its type.
        RunConfigurationException: The configuration, or how processes are joined, is not of its type.
    """

    MAX_RUN_DURATION_SECONDS_DEFAULT = MOST_SECONDS

    @experiment_method(submit_function=_submit)
    def __init__(
        self,
        source_directory: str | os.PathLike[str] | None,
        script: str | None = None,
        arguments: Iterable[Any] | None = None,
        run_config: RunConfiguration | None = None,
        _telemetry_values: Any = None,
        compute_target: Any = None,
        environment: Environment | None = None,
        distributed_job_config: _Distribution | None = None,
        resume_from: Any = None,
        max_run_duration_seconds: int | None = MOST_SECONDS,
        command: str | list[str] | None = None,
        docker_runtime_config: DockerConfiguration | None = None,
    ) -> None:
        if script is not None and command is not None:
            raise UserErrorException("Give script or command, not both.")
        if resume_from is not None:
            unsupported("resume_from", "let the script read the other run's files with mlflow.artifacts")
        _check_type(distributed_job_config, _DISTRIBUTIONS, "distributed_job_config")
        if run_config is None:
            run_config = RunConfiguration()
            run_config.target = compute_target
            run_config.max_run_duration_seconds = max_run_duration_seconds
            _fill(run_config, environment, distributed_job_config, docker_runtime_config)
        else:
            _check_type(run_config, (RunConfiguration,), "run_config")
            _warn_of_ignored(
                compute_target=compute_target,
                environment=environment,
                distributed_job_config=distributed_job_config,
                max_run_duration_seconds=None
                if max_run_duration_seconds == MOST_SECONDS
                else max_run_duration_seconds,
                docker_runtime_config=docker_runtime_config,
            )
        self.source_directory = os.fspath(source_directory) if source_directory is not None else "."
        self.run_config = run_config
        self.script = script if script is not None or command is not None else run_config.script
        self.command = command if script is not None or command is not None else run_config.command
        self.arguments: list[Any] = checked_arguments(
            run_config.arguments if arguments is None else arguments
        )

    def _effective(self) -> RunConfiguration:
        """What is submitted: a copy of the configuration in which script, command and arguments stand.

        Raises:
            UserErrorException: There is nothing to run, or two things; or a file is missing.
        """
        made = copied(self.run_config)
        made.script, made.command = self.script, self.command
        made.arguments = checked_arguments(self.arguments)
        if bool(self.script) == bool(self.command):
            raise UserErrorException("Give script or command, and not both, to say what is to be run.")
        folder = Path(self.source_directory)
        if not folder.is_dir():
            raise UserErrorException(f"There is no folder {folder.absolute()} to take the script from.")
        if self.script and not (folder / self.script).is_file():
            raise UserErrorException(f"There is no script {self.script!r} in {folder.absolute()}.")
        return made

    def __repr__(self) -> str:
        what = f"command={self.command!r}" if self.command else f"script={self.script!r}"
        where = f"source_directory={self.source_directory!r}"
        return f"ScriptRunConfig({where}, {what}, arguments={self.arguments!r})"


def _fill(
    config: RunConfiguration,
    environment: Environment | None,
    distribution: _Distribution | None,
    docker: DockerConfiguration | None,
) -> None:
    expect(environment, Environment, "environment")
    expect(docker, DockerConfiguration, "docker_runtime_config")
    if environment is not None:
        config.environment = environment
    if docker is not None:
        config.docker = docker
    if distribution is not None:
        _join(config, distribution)


def _join(config: RunConfiguration, distribution: _Distribution) -> None:
    """Say in the configuration how processes are joined."""
    match distribution:
        case MpiConfiguration():
            config.mpi, config.communicator = distribution, "IntelMpi"
        case PyTorchConfiguration():
            config.pytorch, config.communicator = distribution, distribution.communication_backend
            config.framework = "PyTorch"
        case TensorflowConfiguration():
            config.tensorflow, config.communicator = distribution, "ParameterServer"
            config.framework = "TensorFlow"
            config.node_count = distribution.worker_count + distribution.parameter_server_count
            return
        case ParallelTaskConfiguration():
            config.paralleltask, config.communicator = distribution, "ParallelTask"
    config.node_count = distribution.node_count


def _check_type(value: object, kinds: tuple[type, ...], what: str) -> None:
    if value is not None and not isinstance(value, kinds):
        names = ", ".join(kind.__name__ for kind in kinds)
        raise RunConfigurationException(f"{what} is one of {names}, not {value!r}.")


def _warn_of_ignored(**given: object) -> None:
    ignored = [name for name, value in given.items() if value is not None]
    if ignored:
        warn(
            f"run_config is given, so {', '.join(ignored)} is left aside: set it there.",
            stacklevel=4,  # __init__ is called by what experiment_method makes of it
        )
