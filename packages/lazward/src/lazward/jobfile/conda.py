"""Package lists: conda specifications and pip's requirements files."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

from lazward.environment import requirements
from lazward.errors import ConfigError, EnvironmentUnavailable
from lazward.jobfile import document
from lazward.wire.environments import CondaSpec

_YAML = frozenset({".yml", ".yaml", ".json"})
_FIELDS = ("name", "channels", "dependencies", "prefix")
_OTHERS = ("-r", "--requirement")
_DEEPEST = 5
"""Requirements files that name others: so many are followed."""


def of_file(file: Path) -> CondaSpec:
    """The packages that a file names: a conda specification, by its ending, or pip's requirements.

    Raises:
        ConfigError: It cannot be read, or names packages wrongly.
    """
    if file.suffix.lower() in _YAML:
        return of_fields(document.load(file), str(file), file.parent)
    return CondaSpec(pip=pip_lines(_read(file), str(file), file.parent))


def of_fields(given: object, source: str, folder: Path | None = None) -> CondaSpec:
    """The packages of a conda specification.

    Args:
        given: What it holds.
        source: What to call it where something is wrong.
        folder: Where the requirements files lie that it names with ``-r``; without one it can name none.

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
    for one in listed(fields.get("dependencies"), f"{source}: dependencies"):
        if isinstance(one, dict):
            pip += _pip(cast("dict[Any, Any]", one), source)
        else:
            packages.append(_text(one, f"{source}: dependencies"))
    channels = [
        _text(one, f"{source}: channels") for one in listed(fields.get("channels"), f"{source}: channels")
    ]
    return CondaSpec(channels=channels, packages=packages, pip=pip_lines(pip, source, folder))


def definition(spec: CondaSpec) -> dict[str, Any]:
    """The packages as a conda specification."""
    pip = [{"pip": spec.pip}] if spec.pip else []
    return {"channels": spec.channels, "dependencies": [*spec.packages, *pip]}


def _pip(one: dict[Any, Any], source: str) -> list[str]:
    if [*one] != ["pip"]:
        raise ConfigError(f"{source}: below dependencies only 'pip' has packages of its own, not {[*one]}.")
    return [_text(line, f"{source}: pip") for line in listed(one["pip"], f"{source}: pip")]


def listed(given: object, where: str) -> list[Any]:
    """What a field lists; nothing for nothing.

    Raises:
        ConfigError: It holds something else.
    """
    if given is None:
        return []
    if not isinstance(given, list):
        raise ConfigError(f"{where}: this must be a list, one a line as `- name`.")
    return cast("list[Any]", given)


def _text(given: object, where: str) -> str:
    if not isinstance(given, str) or not given.strip():
        raise ConfigError(f"{where}: {given!r} is no package; quote it, if it is one.")
    return given.strip()


def pip_lines(lines: Iterable[str], source: str, folder: Path | None = None) -> list[str]:
    """Lines for pip, those of files that ``-r FILE`` names in their place.

    Raises:
        ConfigError: pip would not understand one; told now, and not when the job has a node.
    """
    kept = list(_kept(lines, folder, 0))
    try:
        requirements.parse(kept)
    except EnvironmentUnavailable as error:
        why, *_ = error.message.splitlines()  # what follows points at a column of the line
        raise ConfigError(f"{source}: {why.rstrip('.')}.") from None
    return kept


def _kept(lines: Iterable[str], folder: Path | None, depth: int) -> Iterator[str]:
    """What is no remark, with what other files have."""
    for line in lines:
        text = line.partition(" #")[0].strip()
        if not text or text.startswith("#"):
            continue
        other = None if folder is None else _other(text)
        if folder is None or other is None:
            yield text
            continue
        file = folder / other
        if depth == _DEEPEST:
            raise ConfigError(f"{file} is named by too many requirements files that name each other.")
        yield from _kept(_read(file), file.parent, depth + 1)


def _other(line: str) -> str | None:
    """The file that a line names; None if it names none."""
    option, _, name = (line.replace("=", " ", 1) if line.startswith("--") else line).partition(" ")
    return name.strip() if option in _OTHERS else None


def _read(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        raise ConfigError(f"{file} is no text in UTF-8.") from None
