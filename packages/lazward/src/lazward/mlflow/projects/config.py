"""What ``backend_config`` says."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from warnings import warn

from lazward.errors import ConfigError
from lazward.wire.compute import LOCAL

_COMPUTE, _USE_CONDA, _STREAM = "COMPUTE", "USE_CONDA", "STREAM_OUTPUT"
_MANAGER = "ENV_MANAGER"
_OF_MLFLOW = frozenset(
    f"{_MANAGER} SYNCHRONOUS DOCKER_ARGS STORAGE_DIR SKIP_IMAGE_BUILD build_image docker_auth".split()
)
"""What MLflow adds to it."""
_WORDS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


@dataclass(frozen=True)
class Config:
    """How a project is to be run.

    Attributes:
        compute: Name of a compute target, or ``local``.
        use_conda: Whether the environment that the project names is built; else the interpreter is used that
            is there.
        stream_output: Whether ``wait`` shows what the job writes.
    """

    compute: str = LOCAL
    use_conda: bool = True
    stream_output: bool = True

    @classmethod
    def read(cls, given: Any) -> "Config":
        """The configuration in a dictionary or a JSON file.

        Raises:
            ConfigError: It is neither, or holds something that makes no sense.
        """
        content = _content(given)
        unknown = sorted(map(str, content.keys() - _OF_MLFLOW - {_COMPUTE, _USE_CONDA, _STREAM}))
        if unknown:
            warn(
                f"backend_config holds {', '.join(unknown)}, which means nothing here; it may hold"
                f" {_COMPUTE}, {_USE_CONDA} and {_STREAM}.",
                stacklevel=2,
            )
        compute = content.get(_COMPUTE, LOCAL)
        if not isinstance(compute, str) or not compute:
            raise ConfigError(
                f"backend_config has {_COMPUTE}: {compute!r}; it should be the name of a compute target,"
                f" or {LOCAL!r}."
            )
        use_conda = _flag(content, _USE_CONDA, otherwise=content.get(_MANAGER) != "local")
        return cls(compute, use_conda, _flag(content, _STREAM, otherwise=True))


def _content(given: Any) -> Mapping[Any, Any]:
    content: Any = given
    if isinstance(given, str | Path):
        try:
            content = json.loads(Path(given).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ConfigError(f"backend_config {str(given)!r} cannot be read as JSON: {error}") from error
    if not isinstance(content, Mapping):
        raise ConfigError("backend_config should be a dictionary, or the path of a JSON file that holds one.")
    return content  # type: ignore[reportUnknownVariableType]


def _flag(content: Mapping[Any, Any], key: str, *, otherwise: bool) -> bool:
    """A boolean, or the word for one, which is all that some JSON files have."""
    value = content.get(key)
    if value is None or isinstance(value, bool):
        return otherwise if value is None else value
    found = _WORDS.get(str(value).strip().lower())
    if found is None:
        raise ConfigError(f"backend_config has {key}: {value!r}; it should be true or false.")
    return found
