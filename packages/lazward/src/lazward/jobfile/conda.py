"""Package lists: conda specifications and pip's requirements files."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from lazward.environment import requirements
from lazward.errors import ConfigError, EnvironmentUnavailable
from lazward.jobfile import document
from lazward.wire.environments import CondaSpec

_YAML = frozenset({".yml", ".yaml", ".json"})
_FIELDS = ("name", "channels", "dependencies", "prefix")


def of_file(file: Path) -> CondaSpec:
    """The packages that a file names: a conda specification, by its ending, or pip's requirements.

    Raises:
        ConfigError: It cannot be read, or names packages wrongly.
    """
    if file.suffix.lower() in _YAML:
        return of_fields(document.load(file), str(file))
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        raise ConfigError(f"{file} is no text in UTF-8.") from None
    return CondaSpec(pip=_checked(lines, str(file)))


def of_fields(given: object, source: str) -> CondaSpec:
    """The packages of a conda specification.

    Raises:
        ConfigError: It is none.
    """
    fields = document.mapping(given, source)
    if unknown := [name for name in fields if name not in _FIELDS]:
        raise ConfigError(
            f"{source}: a conda specification has no '{unknown[0]}', only {', '.join(_FIELDS)}."
        )
    packages: list[str] = []
    pip: list[str] = []
    for one in _list(fields.get("dependencies"), f"{source}: dependencies"):
        if isinstance(one, dict):
            pip += _pip(cast("dict[Any, Any]", one), source)
        else:
            packages.append(_text(one, f"{source}: dependencies"))
    channels = [
        _text(one, f"{source}: channels") for one in _list(fields.get("channels"), f"{source}: channels")
    ]
    return CondaSpec(channels=channels, packages=packages, pip=_checked(pip, source))


def definition(spec: CondaSpec) -> dict[str, Any]:
    """The packages as a conda specification."""
    pip = [{"pip": spec.pip}] if spec.pip else []
    return {"channels": spec.channels, "dependencies": [*spec.packages, *pip]}


def _pip(one: dict[Any, Any], source: str) -> list[str]:
    if [*one] != ["pip"]:
        raise ConfigError(f"{source}: below dependencies only 'pip' has packages of its own, not {[*one]}.")
    return [_text(line, f"{source}: pip") for line in _list(one["pip"], f"{source}: pip")]


def _list(given: object, where: str) -> list[Any]:
    if given is None:
        return []
    if not isinstance(given, list):
        raise ConfigError(f"{where}: this must be a list, one a line as `- name`.")
    return cast("list[Any]", given)


def _text(given: object, where: str) -> str:
    if not isinstance(given, str) or not given.strip():
        raise ConfigError(f"{where}: {given!r} is no package; quote it, if it is one.")
    return given.strip()


def _checked(lines: Iterable[str], source: str) -> list[str]:
    """Lines for pip; what it would not understand is told now, not when the job has a node."""
    kept = [text for line in lines if (text := line.partition(" #")[0].strip()) and not text.startswith("#")]
    try:
        requirements.parse(kept)
    except EnvironmentUnavailable as error:
        why, *_ = error.message.splitlines()  # what follows points at a column of the line
        raise ConfigError(f"{source}: {why.rstrip('.')}.") from None
    return kept
