"""What conda and pip install into an environment."""

import copy
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from azureml.core import _files
from azureml.core import _requirements as requirements
from azureml.exceptions import UserErrorException

PYTHON_PREFIX = "python"
_CHANNELS = ("anaconda", "conda-forge")
_DEFAULT_PIP = ("azureml-defaults",)
_FILE = "conda_dependencies.yml"
_INDEX_URL = "--index-url"


class CondaDependencies:
    """The packages of an environment: a conda specification that can be changed.

    Without a file it asks for the version of Python that runs now, so that what is trained in the
    environment can be read here, and for ``azureml-defaults``. Names of the original's packages stay as they
    are; whoever builds the environment knows what stands for them.

    Args:
        conda_dependencies_file_path: A conda specification to begin with.

    Raises:
        UserErrorException: The file is missing, or no conda specification.
    """

    def __init__(
        self,
        conda_dependencies_file_path: str | os.PathLike[str] | None = None,
        _underlying_structure: Mapping[str, Any] | None = None,
    ) -> None:
        self._path = conda_dependencies_file_path
        if self._path is not None:
            self._content = _read(_files.read_yaml(self._path), os.fspath(self._path))
        elif _underlying_structure is not None:
            self._content = _read(_underlying_structure, "What is given")
        else:
            self._content = _Content([*_CHANNELS], [_default_python()], [*_DEFAULT_PIP], {})

    @staticmethod
    def create(
        pip_indexurl: str | None = None,
        pip_packages: Iterable[str] | None = None,
        conda_packages: Iterable[str] | None = None,
        python_version: str | None = None,
        pin_sdk_version: bool = True,
    ) -> "CondaDependencies":
        """Dependencies of these packages.

        Args:
            pip_indexurl: Where pip looks for packages.
            pip_packages: Packages for pip, in place of ``azureml-defaults``.
            conda_packages: Packages for conda, beside Python.
            python_version: The version of Python; the one that runs now if absent.
            pin_sdk_version: Accepted; the SDK in an environment is always the one that fits the server.

        Raises:
            UserErrorException: Something is not a package.
        """
        made = CondaDependencies()
        if python_version is not None:
            made.set_python_version(python_version)
        for package in requirements.checked(conda_packages or (), "conda_packages"):
            made.add_conda_package(package)
        if pip_packages is not None:
            made.set_pip_requirements(())
            for package in requirements.checked(pip_packages, "pip_packages"):
                made.add_pip_package(package)
        if pip_indexurl is not None:
            made.set_pip_index_url(pip_indexurl)
        return made

    @property
    def conda_channels(self) -> Iterator[str]:
        """Where conda packages come from, in this order."""
        return iter(self._content.channels)

    @property
    def conda_packages(self) -> Iterator[str]:
        """The conda packages, Python among them."""
        return iter(self._content.conda)

    @property
    def pip_packages(self) -> Iterator[str]:
        """The pip packages."""
        return (line for line in self._content.pip if not requirements.is_option(line))

    @property
    def pip_options(self) -> Iterator[str]:
        """The options of pip, such as ``--index-url URL``."""
        return (line for line in self._content.pip if requirements.is_option(line))

    @property
    def python_version(self) -> str | None:
        """The version of Python, as it is asked for; None if any will do."""
        for package in self._content.conda:
            if requirements.conda_name(package) == PYTHON_PREFIX:
                return package.rpartition("::")[2].strip()[len(PYTHON_PREFIX) :].strip(" =") or None
        return None

    def get_python_version(self) -> str | None:
        """The same as ``python_version``."""
        return self.python_version

    def set_python_version(self, version: str) -> None:
        """Ask for a version of Python."""
        line = requirements.checked_one(version, "The version of Python")
        self.add_conda_package(
            f"{PYTHON_PREFIX}={line.lstrip('=')}" if line[0] not in "<>!" else f"python{line}"
        )

    def add_channel(self, channel: str) -> None:
        """Add a source of conda packages, behind the others."""
        channel = requirements.checked_one(channel, "A channel")
        if channel not in self._content.channels:
            self._content.channels = [*self._content.channels, channel]

    def remove_channel(self, channel: str) -> None:
        """Remove a source of conda packages."""
        self._content.channels = [one for one in self._content.channels if one != channel]

    def add_conda_package(self, conda_package: str) -> None:
        """Add a conda package, in place of one of the same name."""
        line = requirements.checked_one(conda_package, "A conda package")
        self._content.conda = _put(self._content.conda, line, requirements.conda_name)

    def remove_conda_package(self, conda_package: str) -> None:
        """Remove the conda package of this name, whichever version is asked for."""
        gone = requirements.conda_name(requirements.checked_one(conda_package, "A conda package"))
        self._content.conda = [one for one in self._content.conda if requirements.conda_name(one) != gone]

    def add_pip_package(self, pip_package: str) -> None:
        """Add a pip package, in place of one of the same name.

        Raises:
            UserErrorException: It is an option, which ``set_pip_option`` takes.
        """
        line = requirements.checked_one(pip_package, "A pip package")
        if requirements.is_option(line):
            raise UserErrorException(f"{line!r} is an option of pip and no package; set_pip_option takes it.")
        self._content.pip = _put(self._content.pip, line, _key)

    def remove_pip_package(self, pip_package: str) -> None:
        """Remove the pip package of this name, whichever version is asked for."""
        gone = _key(requirements.checked_one(pip_package, "A pip package"))
        self._content.pip = [one for one in self._content.pip if _key(one) != gone]

    def set_pip_requirements(self, pip_requirements: Iterable[str]) -> None:
        """Have pip install these lines, packages and options, in place of all it had."""
        self._content.pip = requirements.checked(pip_requirements, "pip_requirements")

    def set_pip_option(self, pip_option: str) -> None:
        """Set an option of pip, in place of the same one with another value.

        Raises:
            UserErrorException: It is no option.
        """
        line = requirements.checked_one(pip_option, "An option of pip")
        if not requirements.is_option(line):
            raise UserErrorException(f"{line!r} is no option of pip; add_pip_package takes packages.")
        self._content.pip = _put(self._content.pip, line, _key)

    def set_pip_index_url(self, index_url: str) -> None:
        """Have pip look for packages there."""
        line = requirements.checked_one(index_url, "The address of an index")
        # The whole option is taken too.
        self.set_pip_option(line if requirements.is_option(line) else f"{_INDEX_URL} {line}")

    def add_tensorflow_pip_package(self, core_type: str = "cpu", version: str | None = None) -> None:
        """Add TensorFlow from pip, for ``cpu`` or ``gpu``."""
        self.add_pip_package(_tensorflow(core_type) + (f"=={version}" if version else ""))

    def add_tensorflow_conda_package(self, core_type: str = "cpu", version: str | None = None) -> None:
        """Add TensorFlow from conda, for ``cpu`` or ``gpu``."""
        self.add_conda_package(_tensorflow(core_type) + (f"={version}" if version else ""))

    def save(self, path: str | os.PathLike[str] | None = None) -> None:
        """Write the specification.

        Args:
            path: Where; the file it was read from if absent, or ``conda_dependencies.yml``.
        """
        _files.write(os.fspath(path or self._path or _FILE), self.serialize_to_string())

    def save_to_file(self, base_directory: str, conda_file_path: str | None = None) -> str:
        """Write the specification below a folder, and return where."""
        path = os.path.join(base_directory, conda_file_path or _FILE)
        self.save(path)
        return path

    def serialize_to_string(self) -> str:
        """The specification as YAML."""
        return _files.to_yaml(self.as_dict())

    def as_dict(self) -> dict[str, Any]:
        """The specification, to be changed without changing this."""
        content = self._content
        pip = [{"pip": [*content.pip]}] if content.pip else []
        known = {"channels": [*content.channels], "dependencies": [*content.conda, *pip]}
        return copy.deepcopy(content.rest) | known

    def _merge_dependencies(self, conda_dependencies: "CondaDependencies") -> None:
        """Add all that other dependencies have."""
        for channel in conda_dependencies.conda_channels:
            self.add_channel(channel)
        for package in conda_dependencies.conda_packages:
            self.add_conda_package(package)
        for option in conda_dependencies.pip_options:
            self.set_pip_option(option)
        for package in conda_dependencies.pip_packages:
            self.add_pip_package(package)

    def __repr__(self) -> str:
        return self.serialize_to_string()


@dataclass
class _Content:
    """A conda specification: channels, conda packages, lines for pip, and what else a file has."""

    channels: list[str]
    conda: list[str]
    pip: list[str]
    rest: dict[str, Any]


def _read(data: object, source: str) -> _Content:
    if not isinstance(data, Mapping):
        raise UserErrorException(f"{source} is no conda specification: it has no dependencies.")
    rest = copy.deepcopy(dict(cast("Mapping[str, Any]", data)))
    where = f"{source} is no conda specification"
    dependencies = rest.pop("dependencies", None) or ()
    if not isinstance(dependencies, (list, tuple)):
        raise UserErrorException(f"{where}: dependencies is a list, not {dependencies!r}.")
    content = _Content([], [], [], rest)
    content.channels = requirements.checked(rest.pop("channels", None) or (), f"{where}: channels")
    for one in cast("Iterable[object]", dependencies):
        if isinstance(one, Mapping):
            content.pip += _pip_lines(cast("Mapping[object, object]", one), where)
        else:
            content.conda.append(requirements.checked_one(one, f"{where}: dependencies"))
    return content


def _pip_lines(entry: Mapping[object, object], where: str) -> list[str]:
    if set(entry) != {"pip"}:
        raise UserErrorException(f"{where}: dependencies may hold a list for pip, not {dict(entry)!r}.")
    return requirements.checked(entry["pip"] or (), f"{where}: pip")


def _put(lines: list[str], line: str, key: Callable[[str], str]) -> list[str]:
    """The lines with this one, at the place of the first that it takes the place of."""
    old = [index for index, one in enumerate(lines) if key(one) == key(line)]
    kept = [one for one in lines if key(one) != key(line)]
    kept.insert(old[0] if old else len(kept), line)
    return kept


def _key(line: str) -> str:
    """What tells a line for pip from others: the name of its package, or of its option.

    Options that may be given many times are told by their value too.
    """
    if not requirements.is_option(line):
        return requirements.pip_name(line)
    name, value = requirements.option(line)
    return name if name in {_INDEX_URL, "--no-index", "--pre"} else f"{name} {value}"


def _default_python() -> str:
    return f"{PYTHON_PREFIX}={sys.version_info.major}.{sys.version_info.minor}"


def _tensorflow(core_type: str) -> str:
    try:
        return {"cpu": "tensorflow", "gpu": "tensorflow-gpu"}[core_type]
    except (KeyError, TypeError):
        raise UserErrorException(f"core_type is 'cpu' or 'gpu', not {core_type!r}.") from None
