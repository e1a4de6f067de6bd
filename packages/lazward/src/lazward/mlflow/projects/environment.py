"""What a project's script runs in, from the files that its MLproject names."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lazward.environment import requirements
from lazward.errors import ConfigError
from lazward.jobfile import conda, document
from lazward.mlflow.projects.config import Config
from lazward.wire.compute import LOCAL
from lazward.wire.environments import CondaSpec, EnvironmentSpec, PythonSpec

_MLFLOW = "mlflow-skinny"
"""What a script needs to log at all, where nothing else of MLflow is asked for."""
_HAVE_MLFLOW = ("mlflow", "mlflow-skinny")


def environment(project: Any, config: Config) -> EnvironmentSpec:
    """The environment of a project.

    Args:
        project: As MLflow has read it.
        config: Where and how it is to run.

    Raises:
        ConfigError: A file it names is no such file, or asks for what cannot be had.
    """
    if project.docker_env:
        return _in_image(project.docker_env)
    file = Path(project.env_config_path) if project.env_config_path else None
    if not config.use_conda or (file is None and config.compute.lower() == LOCAL):
        interpreter = sys.executable if config.compute.lower() == LOCAL else "python"
        return EnvironmentSpec(python=PythonSpec(user_managed=True, interpreter=interpreter))
    spec = CondaSpec() if file is None else _of_file(file, conda_env=project.env_type == "conda_env")
    return EnvironmentSpec(python=PythonSpec(conda=_with_mlflow(spec)))


def _in_image(given: Mapping[str, Any]) -> EnvironmentSpec:
    """MLflow's ``docker_env``: an image that has all packages, and variables, each a pair or a name.

    What only a name is given of has the value that it has here.
    """
    if given.get("volumes"):
        raise ConfigError(
            "The project's docker_env has volumes, which are folders of one machine; let the project's own"
            " folder hold what it needs, or read it from elsewhere."
        )
    variables: dict[str, str] = {}
    for one in given.get("environment") or ():
        if isinstance(one, str):
            variables |= {one: os.environ[one]} if one in os.environ else {}
        else:
            name, value = one
            variables[str(name)] = str(value)
    return EnvironmentSpec(
        python=PythonSpec(user_managed=True), variables=variables, image=str(given.get("image") or "")
    )


def _of_file(file: Path, *, conda_env: bool) -> CondaSpec:
    content = document.mapping(document.load(file), str(file))
    return conda.of_fields(content, str(file), file.parent) if conda_env else _of_python(file, content)


def _of_python(file: Path, content: Mapping[Any, Any]) -> CondaSpec:
    """MLflow's ``python_env``: a version of Python, and requirements alone."""
    packages = [f"python={content['python']}"] if content.get("python") is not None else []
    lines = [
        one
        for name in ("build_dependencies", "dependencies")
        for one in conda.listed(content.get(name), f"{file}: {name}")
    ]
    dependencies: list[Any] = [*packages, {"pip": lines}]
    return conda.of_fields({"dependencies": dependencies}, str(file), file.parent)


def _with_mlflow(spec: CondaSpec) -> CondaSpec:
    """The same, with MLflow; refuses at once what the builder would refuse later."""
    wanted = requirements.parse(spec.pip).requirements
    names = [requirements.name_of(one) for one in wanted]
    named = any(name in _HAVE_MLFLOW for name in names)
    if named or any(package.startswith("mlflow") for package in spec.packages):
        return spec
    return CondaSpec(channels=spec.channels, packages=spec.packages, pip=[*spec.pip, _MLFLOW])
