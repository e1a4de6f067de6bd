"""What pip is asked for, read into its parts, so that nothing else can hide in a line."""

import json
import shlex
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from lazward.errors import EnvironmentUnavailable

_FLAGS = frozenset({"--pre", "--no-index"})
_VALUED = {
    "-i": "--index-url",
    "--index-url": "--index-url",
    "--extra-index-url": "--extra-index-url",
    "-f": "--find-links",
    "--find-links": "--find-links",
    "--trusted-host": "--trusted-host",
}


class Wanted(NamedTuple):
    """What is to be installed.

    Attributes:
        requirements: Each as pip reads it.
        options: Options with their values, such as ``("--index-url", "https://...")``; flags alone.
        replaced: Names that others stand in for.
    """

    requirements: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]
    replaced: tuple[str, ...]


def parse(lines: Iterable[str]) -> Wanted:
    """The parts of the lines of a requirements file.

    Raises:
        EnvironmentUnavailable: A line is neither a requirement nor an option that is understood.
    """
    requirements: list[str] = []
    options: list[tuple[str, ...]] = []
    replaced: list[str] = []
    for line in (one.replace("\t", " ").strip() for one in lines):
        if not line.isprintable():
            raise EnvironmentUnavailable(f"{line!r} is more than one line, or has characters that none has.")
        text = line.partition(" #")[0].strip()
        if not text or text.startswith("#"):
            continue
        if text.startswith("-"):
            options.append(_option(text))
        elif substitutes := _substitutes(text):
            replaced.append(text)
            requirements.extend(substitutes)
        else:
            requirements.append(_requirement(text))
    return Wanted(_without_skinny_twin(requirements), tuple(options), tuple(replaced))


def name_of(requirement: str) -> str:
    """The normal name of what a requirement asks for."""
    return canonicalize_name(Requirement(requirement).name)


def _requirement(text: str) -> str:
    try:
        return str(Requirement(text))
    except InvalidRequirement as error:
        raise EnvironmentUnavailable(f"{text!r} is no requirement that pip understands: {error}") from error


def _option(text: str) -> tuple[str, ...]:
    name, *values = _words(text)
    if name in _FLAGS and not values:
        return (name,)
    if name in _VALUED and len(values) == 1 and values[0] and not values[0].startswith("-"):
        return (_VALUED[name], values[0])
    known = ", ".join(sorted({*_FLAGS, *_VALUED.values()}))
    raise EnvironmentUnavailable(
        f"The pip option {text!r} is not supported in an environment; these are: {known}."
    )


def _words(text: str) -> list[str]:
    """The option and its value, which may follow behind a blank or an equals sign."""
    try:
        first, *rest = shlex.split(text)
    except ValueError as error:
        raise EnvironmentUnavailable(f"The pip option {text!r} cannot be read: {error}.") from error
    name, given, value = first.partition("=") if first.startswith("--") else (first, "", "")
    return [name, value, *rest] if given else [name, *rest]


def _substitutes(text: str) -> Sequence[str]:
    """What stands in for a package of the original SDK; nothing for all others."""
    try:
        name = canonicalize_name(Requirement(text).name)
    except InvalidRequirement:
        return ()
    return next((names for pattern, names in _table().items() if fnmatchcase(name, pattern)), ())


@cache
def _table() -> dict[str, list[str]]:
    return json.loads((files("lazward.environment") / "substitutes.json").read_text())


def _without_skinny_twin(requirements: Sequence[str]) -> tuple[str, ...]:
    """Each once; ``mlflow-skinny`` not beside ``mlflow``, which has the same modules."""
    unique = dict.fromkeys(requirements)
    if any(name_of(one) == "mlflow" for one in unique):
        unique.pop("mlflow-skinny", None)
    return tuple(unique)
