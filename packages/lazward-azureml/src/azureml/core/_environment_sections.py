"""The parts of an environment. Each knows its attributes: a misspelt one is an ``AttributeError``."""

import os
from typing import IO, Any
from warnings import warn

import msgspec

from azureml.core import _files
from azureml.core.conda_dependencies import CondaDependencies
from azureml.core.container_registry import ContainerRegistry
from azureml.exceptions import UserErrorException

DEFAULT_CPU_IMAGE = "lazward/cpu"
DEFAULT_GPU_IMAGE = "lazward/gpu"


class PythonSection(msgspec.Struct, rename="camel"):
    """The interpreter and its packages.

    Attributes:
        interpreter_path: The interpreter, where the user manages it.
        user_managed_dependencies: Use that one as it is, and install nothing.
        conda_dependencies_file: A conda specification that is read when a run is submitted, in place of
            ``conda_dependencies``.
        conda_dependencies: What is installed.
        base_conda_environment: A conda environment to begin with.
    """

    interpreter_path: str = "python"
    user_managed_dependencies: bool = False
    conda_dependencies_file: str | None = None
    conda_dependencies: CondaDependencies = msgspec.field(default_factory=CondaDependencies)
    base_conda_environment: str | None = None


class DockerImagePlatform(msgspec.Struct, rename="camel"):
    """What an image is made for."""

    os: str = "Linux"
    architecture: str = "amd64"


class DockerSection(msgspec.Struct, rename="camel", kw_only=True):
    """The Docker image.

    Attributes:
        base_image_registry: Where the base image comes from.
        platform: What it is made for.
        gpu_support: Accepted; a container has the GPUs that its node has.
        shared_volumes: Accepted for the original's sake.
        shm_size: Shared memory of the container.
        arguments: More arguments for ``docker run``.
    """

    _enabled: bool = msgspec.field(default=False, name="enabled")
    _base_image: str | None = msgspec.field(default=DEFAULT_CPU_IMAGE, name="baseImage")
    _base_dockerfile: str | None = msgspec.field(default=None, name="baseDockerfile")
    _build_context: Any = msgspec.field(default=None, name="buildContext")
    base_image_registry: ContainerRegistry = msgspec.field(default_factory=ContainerRegistry)
    platform: DockerImagePlatform = msgspec.field(default_factory=DockerImagePlatform)
    gpu_support: bool = False
    shared_volumes: bool = True
    shm_size: str | None = "2g"
    arguments: list[Any] = []

    @property
    def enabled(self) -> bool:
        """Whether a script runs in the image."""
        return self._enabled

    @enabled.setter
    def enabled(self, value: bool) -> None:
        warn(
            "docker.enabled is an old way to ask for a container; give a ScriptRunConfig"
            " docker_runtime_config=DockerConfiguration(use_docker=True).",
            DeprecationWarning,
            stacklevel=2,
        )
        self._enabled = value

    @property
    def base_image(self) -> str | None:
        """The image; it stands in place of a Dockerfile."""
        return self._base_image

    @base_image.setter
    def base_image(self, value: str | None) -> None:
        if value is not None:
            self._drop("base_image", base_dockerfile=self._base_dockerfile, build_context=self._build_context)
            self._base_dockerfile = self._build_context = None
        self._base_image = value

    @property
    def base_dockerfile(self) -> str | None:
        """The Dockerfile's text, in place of an image; it may be given as a path or an open file too."""
        return self._base_dockerfile

    @base_dockerfile.setter
    def base_dockerfile(self, value: "str | os.PathLike[str] | IO[str] | None") -> None:
        text = None if value is None else dockerfile(value)
        if text is not None:
            self._drop("base_dockerfile", base_image=self._own_image, build_context=self._build_context)
            self._base_image = self._build_context = None
        self._base_dockerfile = text

    @property
    def build_context(self) -> Any:
        """A folder with a Dockerfile, in place of an image."""
        return self._build_context

    @build_context.setter
    def build_context(self, value: Any) -> None:
        if value is not None:
            self._drop("build_context", base_image=self._own_image, base_dockerfile=self._base_dockerfile)
            self._base_image = self._base_dockerfile = None
        self._build_context = value

    @property
    def _own_image(self) -> str | None:
        """The image, where somebody chose it."""
        return None if self._base_image == DEFAULT_CPU_IMAGE else self._base_image

    def _drop(self, given: str, **others: object) -> None:
        """Say which of the others are no longer there."""
        for name, value in others.items():
            if value is not None:
                warn(f"docker.{given} takes the place of docker.{name}, which is reset.", stacklevel=3)


class SparkPackage(msgspec.Struct, rename="camel"):
    """A package for Spark, as Maven knows it."""

    group: str | None = None
    artifact: str | None = None
    version: str | None = None


class SparkSection(msgspec.Struct, rename="camel"):
    """What PySpark scripts need. It is kept; nothing here runs them yet."""

    repositories: list[str] = []
    packages: list[SparkPackage] = []
    precache_packages: bool = True


class DatabricksSection(msgspec.Struct, rename="camel"):
    """Libraries for Databricks. They are kept; nothing here runs them."""

    maven_libraries: list[Any] = []
    pypi_libraries: list[Any] = []
    rcran_libraries: list[Any] = []
    jar_libraries: list[Any] = []
    egg_libraries: list[Any] = []


class RSection(msgspec.Struct, rename="camel"):
    """What R scripts need. It is kept; nothing here runs them."""

    r_version: str | None = None
    user_managed: bool = False
    rscript_path: str | None = None
    snapshot_date: str | None = None
    cran_packages: list[Any] = []
    git_hub_packages: list[Any] = []
    custom_url_packages: list[str] = []
    bioconductor_packages: list[str] = []


def dockerfile(given: "str | os.PathLike[str] | IO[str]") -> str:
    """The text of a Dockerfile that is given as text, as a path or as an open file.

    Raises:
        UserErrorException: It is none of these.
    """
    if isinstance(given, os.PathLike):
        return _files.read(given)
    if isinstance(given, str):
        # A Dockerfile of one line has a space behind FROM; a path that has one exists.
        text = "\n" in given or (" " in given.strip() and not os.path.isfile(given))
        return given if text else _files.read(given)
    text = given.read() if hasattr(given, "read") else None
    if not isinstance(text, str):
        raise UserErrorException(f"A Dockerfile is text, a path or a file of text, not {given!r}.")
    return text
