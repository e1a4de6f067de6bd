"""Run configurations: where a script runs, in what, and what is kept of it."""

import copy
import os
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, cast

from azureml.core import _files, _plain
from azureml.core._run_sections import (
    AmlComputeConfiguration,
    DataReferenceConfiguration,
    DockerConfiguration,
    HdiConfiguration,
    HistoryConfiguration,
    KubernetesComputeConfiguration,
    MpiConfiguration,
    ParallelTaskConfiguration,
    PyTorchConfiguration,
    SparkConfiguration,
    TensorflowConfiguration,
)
from azureml.core.environment import (
    DEFAULT_CPU_IMAGE,
    DEFAULT_GPU_IMAGE,
    CondaDependencies,
    ContainerRegistry,
    DatabricksSection,
    DockerSection,
    Environment,
    PythonSection,
    RSection,
    SparkPackage,
    SparkSection,
    definition_of,
    environment_from,
)
from azureml.exceptions import UserErrorException

__all__ = [
    "DEFAULT_CPU_IMAGE", "DEFAULT_GPU_IMAGE", "AmlComputeConfiguration", "CondaDependencies",
    "ContainerRegistry", "DataReferenceConfiguration", "DatabricksSection", "DockerConfiguration",
    "DockerSection", "Environment", "EnvironmentDefinition", "HdiConfiguration", "HistoryConfiguration",
    "KubernetesComputeConfiguration", "MpiConfiguration", "ParallelTaskConfiguration",
    "PyTorchConfiguration", "PythonSection", "RSection", "RunConfiguration", "SparkConfiguration",
    "SparkPackage", "SparkSection", "TensorflowConfiguration",
]  # fmt: skip

EnvironmentDefinition = Environment

LOCAL = "local"
"""The target that is the machine which submits."""
MOST_SECONDS = 30 * 86_400
_ENDING = ".runconfig"
_FOLDERS = (".azureml", "aml_config")
_ENVIRONMENT_FILE = "environment.yml"
_ENVIRONMENT_NAME = "default"
_OWN = ("_path", "_name")
"""What a configuration knows of itself and does not tell."""


@dataclass(init=False, slots=True, eq=False, repr=False)
class RunConfiguration:
    """Where a script runs, in what, and what is kept of it.

    Attributes:
        script: A Python script of the source directory.
        command: A line for the shell, or its words, in place of script and arguments.
        arguments: Arguments of the script.
        framework: ``Python``, ``PySpark``, ``TensorFlow`` or ``PyTorch``.
        communicator: ``None``, ``ParameterServer``, ``OpenMpi``, ``IntelMpi``, ``Nccl`` or ``Gloo``.
        max_run_duration_seconds: How long it may run.
        node_count: Nodes.
        priority: Higher ones go first.
        environment: What it runs in.
        environment_variables: Variables that it finds set, over those of the environment.
        docker: Whether and how it is in a container.
        history: What is kept of it.

    Raises:
        UserErrorException: Arguments or dependencies are not of their type.
    """

    script: str | None = None
    command: str | list[str] | None = None
    arguments: list[Any] = field(default_factory=list[Any])
    _target: str = LOCAL
    framework: str = "Python"
    communicator: str = "None"
    max_run_duration_seconds: int | None = MOST_SECONDS
    node_count: int = 1
    priority: int | None = None
    environment: Environment = field(default_factory=lambda: Environment(_ENVIRONMENT_NAME))
    environment_variables: dict[str, Any] = field(default_factory=dict[str, Any])
    docker: DockerConfiguration = field(default_factory=DockerConfiguration)
    history: HistoryConfiguration = field(default_factory=HistoryConfiguration)
    mpi: MpiConfiguration = field(default_factory=MpiConfiguration)
    pytorch: PyTorchConfiguration = field(default_factory=PyTorchConfiguration)
    tensorflow: TensorflowConfiguration = field(default_factory=TensorflowConfiguration)
    paralleltask: ParallelTaskConfiguration = field(default_factory=ParallelTaskConfiguration)
    spark: SparkConfiguration = field(default_factory=SparkConfiguration)
    hdi: HdiConfiguration = field(default_factory=HdiConfiguration)
    amlcompute: AmlComputeConfiguration = field(default_factory=AmlComputeConfiguration)
    kubernetescompute: KubernetesComputeConfiguration = field(default_factory=KubernetesComputeConfiguration)
    data_references: dict[str, DataReferenceConfiguration] = field(
        default_factory=dict[str, DataReferenceConfiguration]
    )
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    output_data: dict[str, Any] = field(default_factory=dict[str, Any])
    datacaches: list[Any] = field(default_factory=list[Any])
    services: dict[str, Any] = field(default_factory=dict[str, Any])
    credential_passthrough: bool = False
    _path: str | None = None
    _name: str | None = None

    def __init__(
        self,
        script: str | None = None,
        arguments: Iterable[Any] | None = None,
        framework: str | None = None,
        communicator: str | None = None,
        conda_dependencies: CondaDependencies | None = None,
        _history_enabled: bool | None = None,
        _path: str | None = None,
        _name: str | None = None,
        command: str | list[str] | None = None,
    ) -> None:
        for one in fields(self):
            made = one.default if one.default_factory is MISSING else one.default_factory()
            setattr(self, one.name, made)
        self.script, self.command = script, command
        self.arguments = checked_arguments(arguments or ())
        self.framework = framework or self.framework
        self.communicator = communicator or self.communicator
        self._path, self._name = _path, _name
        expect(conda_dependencies, CondaDependencies, "conda_dependencies")
        if conda_dependencies is not None:
            self.environment.python.conda_dependencies = conda_dependencies
        if _history_enabled is not None:
            self.history.output_collection = _history_enabled

    @property
    def target(self) -> str:
        """Name of the compute target; ``local`` is the machine that submits.

        A target itself may be given too. Whether it exists is seen when a run is submitted.
        """
        return self._target

    @target.setter
    def target(self, value: Any) -> None:
        self._target = target_name(value)

    @property
    def auto_prepare_environment(self) -> bool:
        """Accepted; environments are always prepared."""
        return True

    @auto_prepare_environment.setter
    def auto_prepare_environment(self, value: object) -> None: ...

    @property
    def prepare_environment(self) -> bool:
        """The same as ``auto_prepare_environment``."""
        return True

    @prepare_environment.setter
    def prepare_environment(self, value: object) -> None: ...

    def save(
        self,
        path: str | os.PathLike[str] | None = None,
        name: str | None = None,
        separate_environment_yaml: bool = False,
    ) -> None:
        """Write the configuration as YAML.

        Args:
            path: The project folder, to write ``.azureml/NAME.runconfig`` below it, or a file. Where the
                configuration was read from if absent.
            name: Its name in the project folder.
            separate_environment_yaml: Write the environment into ``environment.yml`` beside it.

        Raises:
            UserErrorException: It is not said where, or that cannot be written to.
        """
        file = self._place(path, name)
        content = definition_of_run(self)
        if separate_environment_yaml:
            _files.write(file.parent / _ENVIRONMENT_FILE, _files.to_yaml(content["environment"]))
            content["environment"] = _ENVIRONMENT_FILE
        _files.write(file, _files.to_yaml(content))

    @staticmethod
    def load(path: str | os.PathLike[str], name: str | None = None) -> "RunConfiguration":
        """The configuration of a file, or of this name below a project folder.

        Raises:
            UserErrorException: There is none, or it is wrong.
        """
        file = _find(Path(path), name)
        content = _files.read_yaml(file)
        if not isinstance(content, Mapping):
            raise UserErrorException(f"{file} is no run configuration.")
        entries = dict(cast("Mapping[str, Any]", content))
        if isinstance(entries.get("environment"), str):
            entries["environment"] = _files.read_yaml(file.parent / entries["environment"])
        made = run_configuration_from(entries, str(file))
        # Files are named from the project folder, which no one knows any more when the run is submitted.
        project = file.parent.parent if file.parent.name in _FOLDERS else file.parent
        _read_dependencies(made.environment.python, project)
        made._path, made._name = str(file), name  # noqa: SLF001 - one of our own
        return made

    @staticmethod
    def delete(path: str | os.PathLike[str], name: str | None = None) -> None:
        """Remove the file that ``load`` would read.

        Raises:
            UserErrorException: There is none.
        """
        file = _find(Path(path), name)
        try:
            file.unlink()
        except OSError as error:
            text = f"{file} cannot be removed: {error}."
            raise UserErrorException(text, inner_exception=error) from error

    def _place(self, path: str | os.PathLike[str] | None, name: str | None) -> Path:
        """The file to write."""
        name = name or (self._name if path is not None and Path(path).is_dir() else None)
        if name is not None:
            folder = Path(path or ".")
            kept = [folder / one for one in _FOLDERS if (folder / one).is_dir()]
            return (kept[0] if kept else folder / _FOLDERS[0]) / _with_ending(name)
        file = path or self._path
        if file is None or Path(file).is_dir():
            raise UserErrorException(
                "Say where to save the run configuration: a file, or a folder and a name."
            )
        return Path(file)

    def _definition(self) -> dict[str, Any]:
        return definition_of_run(self)

    @staticmethod
    def _from_definition(definition: Mapping[str, Any]) -> "RunConfiguration":
        return run_configuration_from(definition)

    def __repr__(self) -> str:
        what = f"command={self.command!r}" if self.command else f"script={self.script!r}"
        return f"RunConfiguration({what}, target={self.target!r}, environment={self.environment.name!r})"


def definition_of_run(config: RunConfiguration) -> dict[str, Any]:
    """The configuration as a dictionary in the original's words."""
    names = [one.name for one in fields(config) if one.name not in _OWN]
    content = {_camel(name): _plain.to_plain(getattr(config, name)) for name in names}
    return content | {"environment": definition_of(config.environment)}


def run_configuration_from(
    definition: Mapping[str, Any], source: str = "The definition of the run"
) -> RunConfiguration:
    """The configuration that a dictionary describes.

    Args:
        definition: What ``definition_of_run`` made, or a file holds.
        source: Where that is from, for messages.

    Raises:
        UserErrorException: It describes none.
    """
    keys = {_camel(one.name): one.name for one in fields(RunConfiguration) if one.name not in _OWN}
    content = {keys[key]: value for key, value in definition.items() if key in keys}
    environment = content.pop("environment", None)
    made = _plain.from_plain(RunConfiguration, content, source)
    if environment is not None:
        if isinstance(environment, Mapping):
            entries = cast("Mapping[str, Any]", environment)
            environment = {**entries, "name": entries.get("name") or _ENVIRONMENT_NAME}
        made.environment = environment_from(environment, f"{source}: environment")
    return made


def copied(config: RunConfiguration) -> RunConfiguration:
    """A configuration that later changes of the first do not reach.

    What a script put into its lists and dictionaries stays the same object: it may hold a connection.
    """
    made = copy.copy(config)
    for one in fields(config):
        value: Any = getattr(config, one.name)
        shallow = type(value) in {list, dict}
        setattr(made, one.name, copy.copy(value) if shallow else copy.deepcopy(value))
    return made


def target_name(target: Any) -> str:
    """The name of a compute target that is given as such or by its name.

    Raises:
        UserErrorException: It is neither.
    """
    name = LOCAL if target is None else getattr(target, "name", target)
    if not isinstance(name, str) or not name:
        raise UserErrorException(f"A target is a compute target or the name of one, not {target!r}.")
    return name


def checked_arguments(arguments: Iterable[Any]) -> list[Any]:
    """The arguments of a script.

    Raises:
        UserErrorException: They are one text, whose letters would be taken for arguments, or no list.
    """
    if isinstance(arguments, (str, bytes)) or not isinstance(arguments, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance] - callers differ
        raise UserErrorException(f'arguments is a list such as ["--alpha", 0.1], not {arguments!r}.')
    return list(arguments)


def expect(value: object, kind: type, what: str) -> None:
    """Check what may be left out.

    Raises:
        UserErrorException: It is there and of another type.
    """
    if value is not None and not isinstance(value, kind):
        raise UserErrorException(f"{what} is a {kind.__name__}, not {value!r}.")


def _find(path: Path, name: str | None) -> Path:
    """The file of a configuration."""
    if path.is_dir():
        if name is None:
            raise UserErrorException(f"{path} is a folder: say the name of the run configuration in it.")
        places = [path / folder / _with_ending(name) for folder in (*_FOLDERS, "")]
        for place in places:
            if place.is_file():
                return place
        raise UserErrorException(f"There is no run configuration {name!r}: looked for {_listed(places)}.")
    for place in (path, path.with_name(path.name + _ENDING)):
        if place.is_file():
            return place
    raise UserErrorException(f"There is no run configuration {path}.")


def _read_dependencies(python: PythonSection, project: Path) -> None:
    if python.conda_dependencies_file is not None:
        file = project / python.conda_dependencies_file
        if file.is_file():
            python.conda_dependencies = CondaDependencies(file)
            python.conda_dependencies_file = None


def _with_ending(name: str) -> str:
    return name if name.endswith(_ENDING) else name + _ENDING


def _listed(places: list[Path]) -> str:
    return ", ".join(map(str, places))


def _camel(name: str) -> str:
    first, *others = name.strip("_").split("_")
    return first + "".join(other.capitalize() for other in others)
