"""What pip and conda are asked to install: the names in it, and files of it."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

from azureml.core import _files
from azureml.exceptions import UserErrorException

_PIP_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_CONDA_NAME = re.compile(r"(?:[^\s]*::)?([A-Za-z0-9_][A-Za-z0-9._-]*)")
_EGG = re.compile(r"#(?:.*&)?egg=([A-Za-z0-9][A-Za-z0-9._-]*)")
_AT = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*@")
_SEPARATORS = re.compile(r"[-_.]+")
_COMMENT = re.compile(r"(^|\s)#.*$")
_OPTION = re.compile(r"[\s=]+")
_SHORT = {"-i": "--index-url", "-f": "--find-links", "-r": "--requirement", "-e": "--editable"}
_SHORT["-c"] = "--constraint"
_NAMES_A_FILE = ("--constraint", "--editable")


def is_option(line: str) -> bool:
    """Whether a line of requirements is an option of pip's."""
    return line.startswith("-")


def option(line: str) -> tuple[str, str]:
    """The long name of a line's option, and its value."""
    name, *value = _OPTION.split(line, maxsplit=1)
    # Short ones may have their value right behind them.
    if not name.startswith("--") and name[:2] in _SHORT and len(name) > 2:  # noqa: PLR2004
        name, value = name[:2], [line[2:].strip()]
    return _SHORT.get(name, name), value[0] if value else ""


def pip_name(requirement: str) -> str:
    """The name by which pip would know a requirement, or all of it if it has none."""
    found = _AT.match(requirement)
    if found is None and ("://" in requirement or "/" in requirement):
        found = _EGG.search(requirement)
        return _alike(found[1]) if found else requirement
    if found:
        return _alike(found[1])
    found = _PIP_NAME.match(requirement.strip())
    return _alike(found[0]) if found else requirement


def conda_name(package: str) -> str:
    """The name of a conda package, without its channel and version."""
    found = _CONDA_NAME.match(package.strip())
    return found[1].lower() if found else package


def checked(packages: object, what: str) -> list[str]:
    """The packages of a list.

    Raises:
        UserErrorException: It is no list of texts, or one of them is empty.
    """
    if isinstance(packages, str) or not isinstance(packages, Iterable):
        raise UserErrorException(f"{what} is a list of texts, not {packages!r}.")
    return [checked_one(package, what) for package in cast("Iterable[object]", packages)]


def checked_one(package: object, what: str) -> str:
    """A package, or another line of text.

    Raises:
        UserErrorException: It is no text, an empty one, or one of several lines.
    """
    if not isinstance(package, str) or not package.strip() or len(package.splitlines()) > 1:
        raise UserErrorException(f"{what}: {package!r} is not a line of text.")
    return package.strip()


def read(path: str | os.PathLike[str]) -> list[str]:
    """The requirements and options of a file for pip, those of the files it names among them.

    Raises:
        UserErrorException: It cannot be read, or leads in a circle, or names files that would have to be at
            hand where the packages are installed.
    """
    return list(_read(Path(path), ()))


def _read(path: Path, above: tuple[Path, ...]) -> Iterator[str]:
    if path.absolute() in above:
        raise UserErrorException(f"{path} names itself with -r.")
    for line in _lines(_files.read(path)):
        name, value = option(line) if is_option(line) else ("", "")
        if name == "--requirement":
            yield from _read(path.parent / value, (*above, path.absolute()))
        elif name in _NAMES_A_FILE and "://" not in value:
            raise UserErrorException(
                f"{path} has the line {line!r}: that file is not at hand where the packages are installed."
                " Name packages and addresses only."
            )
        else:
            yield line


def _lines(text: str) -> Iterator[str]:
    for line in text.replace("\\\n", " ").splitlines():
        bare = _COMMENT.sub("", line).strip()
        if bare:
            yield bare


def _alike(name: str) -> str:
    return _SEPARATORS.sub("-", name).lower().strip("-")
