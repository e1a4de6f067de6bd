"""What a project's script runs in, from the files that its MLproject names."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from lazward.environment import requirements
from lazward.errors import EnvironmentUnavailable
from lazward.mlflow.projects.config import Config
from lazward.wire.compute import LOCAL
from lazward.wire.environments import CondaSpec, EnvironmentSpec, PythonSpec

_MLFLOW = "mlflow-skinny"
"""What a script needs to log at all, where nothing else of MLflow is asked for."""
_HAVE_MLFLOW = ("mlflow", "mlflow-skinny")
_FILES = ("-r", "--requirement")
_DEEPEST = 5
"""Requirements files that name others: so many are followed."""


def environment(project: Any, config: Config) -> EnvironmentSpec:
    """The environment of a project.

    Args:
        project: As MLflow has read it.
        config: Where and how it is to run.

    Raises:
        EnvironmentUnavailable: A file it names is no such file, or asks for what cannot be had.
    """
    file = Path(project.env_config_path) if project.env_config_path else None
    if not config.use_conda or (file is None and config.compute.lower() == LOCAL):
        interpreter = sys.executable if config.compute.lower() == LOCAL else "python"
        return EnvironmentSpec(python=PythonSpec(user_managed=True, interpreter=interpreter))
    spec = CondaSpec() if file is None else _of_file(file, conda=project.env_type == "conda_env")
    return EnvironmentSpec(python=PythonSpec(conda=_with_mlflow(spec)))


def _of_file(file: Path, *, conda: bool) -> CondaSpec:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise EnvironmentUnavailable(f"{file} cannot be read as YAML: {error}") from error
    if not isinstance(content, Mapping):
        raise EnvironmentUnavailable(f"{file} should hold keys such as `dependencies`.")
    return _of_conda(file, content) if conda else _of_python(file, content)  # type: ignore[reportUnknownArgumentType]


def _of_conda(file: Path, content: Mapping[str, Any]) -> CondaSpec:
    packages: list[str] = []
    pip: list[str] = []
    for one in _list(file, content, "dependencies"):
        if isinstance(one, Mapping):
            pip += _lines(_texts(file, _list(file, one, "pip")), file.parent)  # type: ignore[reportUnknownArgumentType]
        else:
            packages += _texts(file, [one])
    channels = _texts(file, _list(file, content, "channels"))
    return CondaSpec(channels=channels, packages=packages, pip=pip)


def _of_python(file: Path, content: Mapping[str, Any]) -> CondaSpec:
    """MLflow's ``python_env``: a version of Python, and requirements alone."""
    version = content.get("python")
    wanted = [*_list(file, content, "build_dependencies"), *_list(file, content, "dependencies")]
    packages = [f"python={version}"] if version is not None else []
    return CondaSpec(packages=packages, pip=_lines(_texts(file, wanted), file.parent))


def _with_mlflow(spec: CondaSpec) -> CondaSpec:
    """The same, with MLflow; refuses at once what the builder would refuse later."""
    wanted = requirements.parse(spec.pip).requirements
    names = [requirements.name_of(one) for one in wanted]
    named = any(name in _HAVE_MLFLOW for name in names)
    if named or any(package.startswith("mlflow") for package in spec.packages):
        return spec
    return CondaSpec(channels=spec.channels, packages=spec.packages, pip=[*spec.pip, _MLFLOW])


def _lines(lines: Iterable[str], folder: Path, depth: int = 0) -> list[str]:
    """Requirements, with those of the files that ``-r FILE`` names in their place."""
    return [one for line in lines for one in _line(line.strip(), folder, depth)]


def _line(line: str, folder: Path, depth: int) -> Iterator[str]:
    option, _, name = (
        line.replace("=", " ", 1).partition(" ") if line.startswith("--") else line.partition(" ")
    )
    if option not in _FILES:
        yield line
        return
    file = folder / name.strip()
    if depth == _DEEPEST:
        raise EnvironmentUnavailable(f"{file} is named by too many requirements files that name each other.")
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentUnavailable(f"The requirements file {file} cannot be read: {error}") from error
    yield from _lines(text.splitlines(), file.parent, depth + 1)


def _list(file: Path, content: Mapping[str, Any], key: str) -> list[Any]:
    found: Any = content.get(key) or []
    if not isinstance(found, list):
        raise EnvironmentUnavailable(f"{file} has {key}: {found!r}; it should be a list.")
    return found  # type: ignore[reportUnknownVariableType]


def _texts(file: Path, values: Iterable[Any]) -> list[str]:
    texts = list(values)
    if wrong := [one for one in texts if not isinstance(one, str)]:
        raise EnvironmentUnavailable(f"{file} holds {wrong[0]!r} where it should name a package or channel.")
    return texts
