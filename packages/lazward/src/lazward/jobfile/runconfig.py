"""Run configurations: the ``.runconfig`` files of Azure ML's first command line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec

from lazward.errors import ConfigError
from lazward.jobfile import conda, document
from lazward.jobfile.fields import Count, Scalars, texts
from lazward.jobfile.submission import JobFile
from lazward.wire.compute import LOCAL
from lazward.wire.environments import CondaSpec, EnvironmentSpec, PythonSpec
from lazward.wire.jobs import MOST_SECONDS, CreateJob, JobSpec, ShmSize

_ENDING = ".runconfig"
_FOLDERS = (".azureml", "aml_config", "")
_OWN_IMAGES = re.compile(r"lazward/|[^/]+/azureml/")
"""Where the image is no wish of anybody's: the client that wrote the file puts one in."""
_NO_IMAGE = (
    "{}: docker: no image is named but the default one, which has nothing but a system, so the packages are"
    " installed without a container."
)
_PLAIN = CondaSpec(pip=["azureml-defaults"])
_NO_COMMUNICATOR = ("none", "")


class _Section(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Of a genuine file only what means something here is read; the rest is there in every file."""


class _Python(_Section, frozen=True, kw_only=True):
    interpreter_path: str | None = None
    user_managed_dependencies: bool = False
    conda_dependencies_file: str | None = None
    conda_dependencies: dict[str, Any] | None = None


class _Docker(_Section, frozen=True, kw_only=True):
    enabled: bool = False
    use_docker: bool | None = None
    base_image: str | None = None
    shm_size: ShmSize | None = None


class _Environment(_Section, frozen=True, kw_only=True):
    python: _Python | None = None
    docker: _Docker | None = None
    environment_variables: Scalars | None = None


class _RunConfig(_Section, frozen=True, kw_only=True):
    script: str | None = None
    command: str | list[str] | None = None
    arguments: list[str | int | float | bool] | None = None
    target: str | None = None
    framework: str | None = None
    communicator: str | None = None
    node_count: Count | None = None
    max_run_duration_seconds: Annotated[int, msgspec.Meta(ge=1, le=MOST_SECONDS)] | None = None
    priority: int | None = None
    environment: str | dict[str, Any] | None = None
    environment_variables: Scalars | None = None
    docker: _Docker | None = None


@dataclass(frozen=True)
class Submission:
    """What the command line says of a run; it counts over the configuration.

    Attributes:
        folder: The folder of the project, which goes with the run.
        experiment: Name of the experiment.
        configuration: Name or path of a run configuration; "" for none.
        compute: Name of a compute target.
        dependencies: A file of packages.
        words: A script and its arguments.
    """

    folder: Path
    experiment: str
    configuration: str = ""
    compute: str = ""
    dependencies: Path | None = None
    words: Sequence[str] = ()


def read(given: Submission) -> JobFile:
    """The run that a configuration and a command line describe.

    Raises:
        ConfigError: There is no such file, folder or script, or a field holds what it cannot.
    """
    if not given.folder.is_dir():
        raise ConfigError(f"There is no folder {given.folder}.")
    if not given.configuration:
        return _jobfile(given, _RunConfig(), None, given.folder, "The run")
    file = _find(given.folder, given.configuration)
    source = str(file)
    fields = document.mapping(document.load(file), source)
    config = document.convert(_RunConfig, fields, source, known=False)
    environment = config.environment
    if isinstance(environment, str):
        environment = document.load(file.parent / environment)
    section = document.convert(_Environment, environment or {}, f"{source}: environment", known=False)
    # Files in it are named from the project's folder.
    project = file.parent.parent if file.parent.name in _FOLDERS else file.parent
    return _jobfile(given, config, section, project, source, fields)


def _jobfile(
    given: Submission,
    config: _RunConfig,
    section: _Environment | None,
    project: Path,
    source: str,
    definition: dict[str, Any] | None = None,
) -> JobFile:
    script, arguments = (given.words or [config.script or ""])[0], [*given.words[1:]]
    command = "" if given.words else _command(config)
    if not arguments and not command:
        arguments = [str(one) for one in config.arguments or ()]
    if not command:
        script = _script(given.folder, script, source)
    compute = given.compute or config.target or LOCAL
    spec = JobSpec(
        script="" if command else script,
        arguments=[] if command else arguments,
        command=command,
        variables=texts(config.environment_variables),
        node_count=config.node_count or 1,
        distribution=_distribution(config, source),
        shm_size=(config.docker and config.docker.shm_size) or "",
        max_seconds=config.max_run_duration_seconds or MOST_SECONDS,
    )
    message = CreateJob(
        experiment=given.experiment,
        compute=compute,
        spec=spec,
        definition=definition or {},
        priority=config.priority or 0,
    )
    in_container = _in_container(config, section)
    environment = _environment(given, section, project, compute, source, in_container=in_container)
    warnings = [_NO_IMAGE.format(source)] if in_container and not environment.image else []
    return JobFile(message, environment, given.folder, warnings=warnings)


def _find(folder: Path, name: str) -> Path:
    wanted = [Path(name), *(folder / below / f"{name}{_ENDING}" for below in _FOLDERS)]
    found = next((file for file in wanted if file.is_file()), None)
    if found is None:
        there = sorted(file.stem for below in _FOLDERS for file in (folder / below).glob(f"*{_ENDING}"))
        known = f"there are {', '.join(there)}" if there else f"there is none in {folder / _FOLDERS[0]}"
        raise ConfigError(f"There is no run configuration '{name}'; {known}.")
    return found


def _command(config: _RunConfig) -> str:
    if config.script or not config.command:
        return ""
    return config.command if isinstance(config.command, str) else " ".join(config.command)


def _script(folder: Path, script: str, source: str) -> str:
    if not script:
        raise ConfigError(f"{source} has no script; name one, with its arguments, at the end.")
    place = (folder / script).resolve()
    if not place.is_relative_to(folder.resolve()):
        raise ConfigError(f"The script {script} lies outside {folder}; --source-directory names its folder.")
    if not place.is_file():
        raise ConfigError(f"There is no script {folder / script}.")
    return place.relative_to(folder.resolve()).as_posix()


def _distribution(config: _RunConfig, source: str) -> str:
    framework = (config.framework or "Python").lower()
    communicator = (config.communicator or "").lower()
    if framework not in ("python", "pytorch"):
        raise ConfigError(f"{source}: framework: '{config.framework}' is not supported; Python is.")
    if communicator in _NO_COMMUNICATOR:
        return ""
    if communicator in ("openmpi", "mpi", "intelmpi"):
        return "mpi"
    if framework == "pytorch" and communicator in ("nccl", "gloo"):
        return "pytorch"
    raise ConfigError(f"{source}: communicator: '{config.communicator}' is not supported with {framework}.")


def _in_container(config: _RunConfig, section: _Environment | None) -> bool:
    if config.docker is not None and config.docker.use_docker is not None:
        return config.docker.use_docker
    return section is not None and section.docker is not None and section.docker.enabled


def _environment(
    given: Submission,
    section: _Environment | None,
    project: Path,
    compute: str,
    source: str,
    *,
    in_container: bool,
) -> EnvironmentSpec:
    python = (section and section.python) or _Python()
    variables = texts(section.environment_variables if section else None)
    image = (section and section.docker and section.docker.base_image) or ""
    if not in_container or _OWN_IMAGES.match(image):
        image = ""
    if given.dependencies is not None:
        spec = PythonSpec(conda=conda.of_file(_dependencies(given.dependencies, given.folder)))
    elif python.user_managed_dependencies:
        spec = PythonSpec(user_managed=True, interpreter=python.interpreter_path or "python")
    elif python.conda_dependencies_file:
        spec = PythonSpec(conda=conda.of_file(project / python.conda_dependencies_file))
    elif python.conda_dependencies is not None:
        where = f"{source}: environment.python.condaDependencies"
        spec = PythonSpec(conda=conda.of_fields(python.conda_dependencies, where))
    elif compute.lower() == LOCAL and section is None:
        spec = PythonSpec(user_managed=True)  # this Python, as if the script were called here
    else:
        spec = PythonSpec(conda=_PLAIN)
    return EnvironmentSpec(python=spec, variables=variables, image=image)


def _dependencies(file: Path, folder: Path) -> Path:
    return file if file.is_file() or file.is_absolute() else folder / file
