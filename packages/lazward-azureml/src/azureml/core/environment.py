"""Environments: what a script finds when it starts."""

import builtins
import copy
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NoReturn, cast
from warnings import warn

import msgspec

from azureml.core import _files, _plain, _requirements
from azureml.core._environment_sections import (
    DEFAULT_CPU_IMAGE,
    DEFAULT_GPU_IMAGE,
    DatabricksSection,
    DockerImagePlatform,
    DockerSection,
    PythonSection,
    RSection,
    SparkPackage,
    SparkSection,
)
from azureml.core._failures import translated, unsupported
from azureml.core.conda_dependencies import CondaDependencies
from azureml.core.container_registry import ContainerRegistry
from azureml.core.workspace import Workspace
from azureml.exceptions import UserErrorException
from lazward.client import environments
from lazward.wire import environments as wire

if TYPE_CHECKING:
    from azureml.core._environment_build import ImageBuildDetails

__all__ = [
    "DEFAULT_CPU_IMAGE", "DEFAULT_GPU_IMAGE", "CondaDependencies", "ContainerRegistry", "DatabricksSection",
    "DockerImagePlatform", "DockerSection", "Environment", "PythonSection", "RSection", "SparkPackage",
    "SparkSection",
]  # fmt: skip

_DESCRIPTION = "azureml_environment.json"
_CONDA_FILE = "conda_dependencies.yml"
_DOCKERFILE = "BaseDockerfile"
_EXAMPLE = {"EXAMPLE_ENV_VAR": "EXAMPLE_VALUE"}
_CONDA_SECONDS = 300
_LATER_WHY = "an environment is no image; it is made on the machine that runs a script in it"
_HERE = "local"
_PREBUILT = "build the image with docker and name it as docker.base_image"


class Environment(msgspec.Struct, rename="camel", eq=False):
    """A named set of what a script needs: interpreter, packages, variables, image.

    Attributes:
        name: Its name.
        version: Its version in the workspace; None until it is registered.
        python: Interpreter and packages.
        docker: The image.
        spark: What PySpark scripts need.
        databricks: Libraries for Databricks.
        inferencing_stack_version: Kept for the original's sake.
        r: What R scripts need.
        asset_id: Kept for the original's sake.

    Raises:
        TypeError: The name is not a text.
    """

    name: str
    version: str | None = None
    python: PythonSection = msgspec.field(default_factory=PythonSection)
    docker: DockerSection = msgspec.field(default_factory=DockerSection)
    spark: SparkSection = msgspec.field(default_factory=SparkSection)
    databricks: DatabricksSection = msgspec.field(default_factory=DatabricksSection)
    inferencing_stack_version: str | None = None
    r: RSection | None = None
    asset_id: str | None = None
    _variables: dict[str, Any] = msgspec.field(
        default_factory=lambda: dict[str, Any](_EXAMPLE), name="environmentVariables"
    )

    def __post_init__(self) -> None:
        if not isinstance(self.name, str):  # pyright: ignore[reportUnnecessaryIsInstance] - callers differ
            raise TypeError(f"The name of an environment is a text, not {type(self.name).__name__}.")

    @property
    def environment_variables(self) -> dict[str, Any]:
        """Variables that scripts find set."""
        return self._variables

    @environment_variables.setter
    def environment_variables(self, value: Mapping[str, Any] | None) -> None:
        text = "Variables belong to a run: set RunConfiguration.environment_variables."
        warn(text, DeprecationWarning, stacklevel=2)
        self._variables = dict(value or {})

    @staticmethod
    def from_conda_specification(name: str, file_path: str | os.PathLike[str]) -> "Environment":
        """An environment of the packages in a conda specification.

        Raises:
            UserErrorException: The file is missing, or no conda specification.
        """
        return Environment(name, python=PythonSection(conda_dependencies=CondaDependencies(file_path)))

    @staticmethod
    def from_pip_requirements(
        name: str, file_path: str | os.PathLike[str], pip_version: str | None = None
    ) -> "Environment":
        """An environment of the packages in a requirements file.

        Args:
            name: Its name.
            file_path: The file; those that it names with ``-r`` are read too.
            pip_version: The version of pip that installs them.

        Raises:
            UserErrorException: A file cannot be read, or names others that would have to be at hand where
                the packages are installed.
        """
        made = CondaDependencies()
        made.set_pip_requirements(_requirements.read(file_path))
        if pip_version is not None:
            made.add_conda_package(f"pip={pip_version}")
        return Environment(name, python=PythonSection(conda_dependencies=made))

    @staticmethod
    def from_existing_conda_environment(name: str, conda_environment_name: str) -> "Environment":
        """An environment of the packages that one on this machine has.

        Raises:
            UserErrorException: There is no conda here, or no environment of this name.
        """
        made = CondaDependencies(_underlying_structure=_exported(conda_environment_name))
        return Environment(name, python=PythonSection(conda_dependencies=made))

    @staticmethod
    def from_docker_image(
        name: str,
        image: str,
        container_registry: ContainerRegistry | None = None,
        conda_specification: str | os.PathLike[str] | None = None,
        pip_requirements: str | os.PathLike[str] | None = None,
    ) -> "Environment":
        """An environment in an image; without packages of its own it uses the image's Python as it is.

        Raises:
            UserErrorException: Both kinds of packages are given, or a file is wrong.
        """
        docker = DockerSection(_enabled=True, _base_image=_text(image, "An image"))
        if container_registry is not None:
            docker.base_image_registry = container_registry
        return Environment(name, python=_packages(conda_specification, pip_requirements), docker=docker)

    @staticmethod
    def from_dockerfile(
        name: str,
        dockerfile: str | os.PathLike[str] | IO[str],
        conda_specification: str | os.PathLike[str] | None = None,
        pip_requirements: str | os.PathLike[str] | None = None,
    ) -> "Environment":
        """An environment in an image to be built; see ``from_docker_image``.

        It can be kept and saved. To run in it, build the image and name it.
        """
        docker = DockerSection(_enabled=True)
        docker.base_dockerfile = dockerfile
        return Environment(name, python=_packages(conda_specification, pip_requirements), docker=docker)

    @staticmethod
    def from_docker_build_context(*_arguments: Any, **_options: Any) -> NoReturn:
        """Not supported."""
        unsupported("Environment.from_docker_build_context", _PREBUILT)

    @staticmethod
    def add_private_pip_wheel(*_arguments: Any, **_options: Any) -> NoReturn:
        """Not supported."""
        unsupported("Environment.add_private_pip_wheel", "put the wheel on a package index of your own")

    @staticmethod
    def load_from_directory(path: str | os.PathLike[str]) -> "Environment":
        """The environment that ``save_to_directory`` wrote.

        Raises:
            UserErrorException: There is none, or a file of it is wrong.
        """
        folder = Path(path)
        source = folder / _DESCRIPTION
        try:
            found = environment_from(json.loads(_files.read(source)), str(source))
        except (ValueError, RecursionError) as error:
            raise UserErrorException(f"{source} is not JSON: {error}.", inner_exception=error) from error
        if (folder / _CONDA_FILE).exists():
            found.python.conda_dependencies = CondaDependencies(folder / _CONDA_FILE)
        if (folder / _DOCKERFILE).exists():
            found.docker.base_dockerfile = folder / _DOCKERFILE
        return found

    def save_to_directory(self, path: str | os.PathLike[str], overwrite: bool = False) -> None:
        """Write the environment into a folder: its description, its packages, its Dockerfile.

        Args:
            path: The folder, which is made if need be.
            overwrite: Take the place of an environment that is there.

        Raises:
            UserErrorException: The folder has files and ``overwrite`` is not given, or cannot be written to.
        """
        folder = Path(path)
        if not overwrite and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UserErrorException(f"{folder} is there already; overwrite=True writes into it.")
        content = definition_of(self)
        conda = content["python"].pop("condaDependencies")
        text = content["docker"].pop("baseDockerfile")
        _files.write(folder / _DESCRIPTION, _to_json(content))
        _files.write(folder / _CONDA_FILE, _files.to_yaml(conda))
        if text is not None:
            _files.write(folder / _DOCKERFILE, text)
        else:
            (folder / _DOCKERFILE).unlink(missing_ok=True)

    def clone(self, new_name: str) -> "Environment":
        """The same under another name, not registered yet."""
        made = copy.deepcopy(self)
        made.name = new_name
        made.version = made.asset_id = None
        made.__post_init__()
        return made

    def register(self, workspace: Workspace) -> "Environment":
        """Keep the environment in a workspace, and return it with its version.

        What is registered again unchanged keeps its version.
        """
        content = definition_of(self) | {"version": None}
        with translated():
            found = environments.register(workspace.connection, self.name, specification(self), content)
        return received(found)

    @staticmethod
    def get(
        workspace: Workspace, name: str, version: str | None = None, label: str | None = None
    ) -> "Environment":
        """A registered environment.

        Args:
            workspace: Where.
            name: Its name.
            version: Which version; the newest if absent.
            label: ``latest``, in place of a version.

        Raises:
            UserErrorException: Both or an unknown label are given.
            ServiceException: There is none.
        """
        if label not in (None, wire.LATEST):
            raise UserErrorException(f"The only label is {wire.LATEST!r}; {label!r} is not known.")
        if version is not None and label is not None:
            raise UserErrorException("Give a version or a label, not both.")
        with translated():
            found = environments.get(workspace.connection, name, str(version or wire.LATEST))
        return received(found)

    @staticmethod
    def list(workspace: Workspace) -> "dict[str, Environment]":
        """The registered environments by name, each in its newest version."""
        with translated():
            found = environments.search(workspace.connection)
        return {one.name: received(one) for one in found}

    def build(self, workspace: Workspace, image_build_compute: str | None = None) -> "ImageBuildDetails":
        """Register the environment and have it made, so that the first run in it need not wait for that.

        Args:
            workspace: Where it is registered.
            image_build_compute: The compute target whose runs will find it; this machine if absent.

        Raises:
            ExperimentExecutionException: There is no such target.
        """
        from azureml.core._environment_build import build

        return build(self, workspace, image_build_compute or _HERE)

    def build_local(self, workspace: Workspace, platform: Any = None, **_options: Any) -> "ImageBuildDetails":
        """Have it made on this machine, and wait until it is.

        Raises:
            ActivityFailedException: It could not be made.
        """
        details = self.build(workspace)
        details.wait_for_completion(show_output=True)
        return details

    def get_image_details(self, workspace: Workspace) -> NoReturn:
        """Not supported."""
        unsupported("Environment.get_image_details", _LATER_WHY)

    def _definition(self) -> dict[str, Any]:
        return definition_of(self)

    @staticmethod
    def _from_definition(definition: Mapping[str, Any]) -> "Environment":
        return environment_from(definition)

    def _spec(self, folder: str | os.PathLike[str] = ".") -> wire.EnvironmentSpec:
        return specification(self, folder)

    def __repr__(self) -> str:
        return _to_json(definition_of(self))

    def __rich_repr__(self) -> builtins.list[tuple[str, Any]]:
        return [*definition_of(self).items()]


def definition_of(environment: Environment) -> dict[str, Any]:
    """The environment as a dictionary in the original's words. A registry's password is left out."""
    content = _plain.to_plain(environment)
    content["docker"]["baseImageRegistry"]["password"] = None
    for key in ("r", "assetId"):
        if content[key] is None:
            del content[key]
    return content


def environment_from(definition: object, source: str = "The definition of the environment") -> Environment:
    """The environment that a dictionary describes.

    Args:
        definition: What ``definition_of`` made, or a file holds.
        source: Where that is from, for messages.

    Raises:
        UserErrorException: It describes none.
    """
    if not isinstance(definition, Mapping):
        raise UserErrorException(f"{source} is wrong: it is no dictionary.")
    content = cast("dict[str, Any]", _plain.without_nulls(cast("Mapping[str, Any]", definition)))
    if isinstance(content.get("version"), int):
        content["version"] = str(content["version"])
    made = _plain.from_plain(Environment, content, source)
    docker: Any = cast("Mapping[str, Any]", definition).get("docker")
    if docker and docker.get("baseImage", "") is None:
        made.docker.base_image = None
    return made


def specification(environment: Environment, folder: str | os.PathLike[str] = ".") -> wire.EnvironmentSpec:
    """What is to be built.

    Args:
        environment: The environment.
        folder: Where ``conda_dependencies_file`` lies, if it is no absolute path.

    Raises:
        UserErrorException: That file is missing or wrong.
        UnsupportedFeatureException: The environment needs what cannot be built.
    """
    if environment.r is not None:
        unsupported("An R section in an environment", "name an image that has R as docker.base_image")
    return wire.EnvironmentSpec(
        python=_python_spec(environment.python, folder),
        variables={str(key): str(value) for key, value in environment.environment_variables.items()},
        image=_image(environment.docker),
    )


def has_image(spec: wire.EnvironmentSpec) -> bool:
    """Whether an image is named that is more than a system: the default ones are not."""
    return spec.image not in ("", DEFAULT_CPU_IMAGE, DEFAULT_GPU_IMAGE)


def received(record: wire.Environment) -> Environment:
    """A registered environment; where whoever registered it sent no definition, its specification tells."""
    content = record.definition or _described(record.spec)
    return environment_from(
        content | {"name": record.name, "version": record.version}, f"The environment {record.name!r}"
    )


def _python_spec(python: PythonSection, folder: str | os.PathLike[str]) -> wire.PythonSpec:
    if python.user_managed_dependencies:
        # What would be installed elsewhere is no part of it, so that it does not count as changed either.
        return wire.PythonSpec(user_managed=True, interpreter=python.interpreter_path)
    if python.base_conda_environment is not None:
        unsupported("python.base_conda_environment", "use Environment.from_existing_conda_environment")
    conda = python.conda_dependencies
    if python.conda_dependencies_file is not None:
        conda = CondaDependencies(Path(folder) / python.conda_dependencies_file)
    lines = cast("list[str | dict[str, list[str]]]", conda.as_dict()["dependencies"])
    pip = [line for one in lines if isinstance(one, dict) for line in one["pip"]]
    spec = wire.CondaSpec(channels=[*conda.conda_channels], packages=[*conda.conda_packages], pip=pip)
    return wire.PythonSpec(conda=spec)


def _image(docker: DockerSection) -> str:
    """The image a script must run in; "" where nobody asked for one."""
    if _own_file(docker):
        unsupported("A Dockerfile in an environment", _PREBUILT)
    image = docker.base_image or ""
    if not docker.enabled and image in {DEFAULT_CPU_IMAGE, DEFAULT_GPU_IMAGE}:
        return ""
    address = docker.base_image_registry.address
    return f"{address.rstrip('/')}/{image}" if address and image else image


def _own_file(docker: DockerSection) -> bool:
    return docker.base_dockerfile is not None or docker.build_context is not None


def _described(spec: wire.EnvironmentSpec) -> dict[str, Any]:
    """The definition of an environment that only a specification is known of."""
    conda = spec.python.conda
    pip = [{"pip": conda.pip}] if conda.pip else []
    python: dict[str, Any] = {
        "userManagedDependencies": spec.python.user_managed,
        "interpreterPath": spec.python.interpreter,
        "condaDependencies": {"channels": conda.channels, "dependencies": [*conda.packages, *pip]},
    }
    docker: dict[str, Any] = {"enabled": True, "baseImage": spec.image} if spec.image else {}
    return {"python": python, "docker": docker, "environmentVariables": spec.variables}


def _packages(
    conda_specification: str | os.PathLike[str] | None, pip_requirements: str | os.PathLike[str] | None
) -> PythonSection:
    """The packages that are put into an image."""
    if conda_specification is not None and pip_requirements is not None:
        raise UserErrorException("Give conda_specification or pip_requirements, not both.")
    made = CondaDependencies(conda_specification)
    if pip_requirements is not None:
        made.set_pip_requirements(_requirements.read(pip_requirements))
    managed = conda_specification is None and pip_requirements is None
    return PythonSection(user_managed_dependencies=managed, conda_dependencies=made)


def _exported(conda_environment_name: str) -> dict[str, Any]:
    """What conda says of an environment on this machine."""
    name = _text(conda_environment_name, "The name of a conda environment")
    conda = os.environ.get("CONDA_EXE") or shutil.which("conda")
    if conda is None:
        raise UserErrorException("There is no conda on this machine: the command was not found.")
    command = [conda, "env", "export", "--no-builds", "--json", "--name", name]
    try:
        done = subprocess.run(  # noqa: S603 - the user's own conda
            command, capture_output=True, text=True, check=True, timeout=_CONDA_SECONDS
        )
        return json.loads(done.stdout)
    except subprocess.CalledProcessError as error:
        text = f"conda has no environment {name!r} to export: {error.stderr.strip()}"
        raise UserErrorException(text, inner_exception=error) from error
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        raise UserErrorException(f"conda did not export {name!r}: {error}.", inner_exception=error) from error


def _text(value: object, what: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UserErrorException(f"{what} is a text, not {value!r}.")
    return value.strip()


def _to_json(content: builtins.dict[str, Any]) -> str:
    return json.dumps(content, indent=4, sort_keys=True)
