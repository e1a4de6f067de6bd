"""The line for the shell that an entry point is, with the parameters it is given."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlflow.exceptions import ExecutionException

from lazward.wire.compute import LOCAL


def command(entry: Any, parameters: Mapping[str, Any], folder: Path, compute: str) -> str:
    """The line that runs an entry point.

    Args:
        entry: The entry point, as MLflow has read it.
        parameters: What the caller gave.
        folder: The project's folder, of which the job has a copy.
        compute: Where it runs.

    Raises:
        ExecutionException: A parameter is missing, or names a file that the job would not have.
    """
    given = dict(values(entry, parameters))
    for name, parameter in entry.parameters.items():
        if parameter.type == "path" and name in given:
            given[name] = _placed(name, str(given[name]), folder, compute)
    return str(entry.compute_command(given, None))  # None: nothing is fetched here for the job


def values(entry: Any, parameters: Mapping[str, Any]) -> dict[str, str]:
    """The parameters with their values, those that were not given among them."""
    defaults = {
        name: parameter.default
        for name, parameter in entry.parameters.items()
        if parameter.default is not None
    }
    return {str(name): str(value) for name, value in {**defaults, **parameters}.items()}


def _placed(name: str, value: str, folder: Path, compute: str) -> str:
    """The file that a parameter names, as the job finds it: relative to its folder if it lies in there."""
    for file in (Path(value), folder / value):
        if not file.exists():
            continue
        real = file.resolve()
        if real.is_relative_to(folder.resolve()):
            return str(real.relative_to(folder.resolve()))
        if compute.lower() == LOCAL:
            return str(real)
        raise ExecutionException(
            f"The parameter {name!r} names {value}, which lies outside the project's folder; '{compute}'"
            " would not have it. Put it into the folder, or let the script fetch it."
        )
    raise ExecutionException(
        f"The parameter {name!r} is of type path, and there is no {value} here. To hand over an address that"
        " the script reads itself, give the parameter the type uri."
    )
