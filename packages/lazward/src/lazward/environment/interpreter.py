"""Which Python is asked for: read from the conda package of that name, and said again to uv and to conda.

It is one version or series, such as ``3.11.5`` or ``3.11``, or a range, such as ``>=3.10,<3.13``.
"""

import platform
import re
import sys

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from lazward.errors import EnvironmentUnavailable

OURS = f"{sys.version_info.major}.{sys.version_info.minor}"
"""The series that we run in ourselves."""

_OLDEST = (3, 10)
ANY = f">={_OLDEST[0]}.{_OLDEST[1]}"
"""Whichever there is that a job can run in."""
NAME = "python"
"""The name of the conda package."""
_ONE = re.compile(r"={0,2}\s*(\d+(?:\.\d+){0,2})(?:\.?\*)?(?:(?:\s+|=)\w+)?\Z")
"""One version, or the series that it begins; the build behind it is one machine's, so it is left out."""
_OPEN_END = re.compile(r"([<>]=?)\s*([\d.]+)\.\*")
"""What conda takes for a border: ``>=3.10.*``."""
_MINORS, _PATCHES = range(_OLDEST[1], 40), range(40)


def read(package: str) -> str:
    """The Python that a conda package such as ``python=3.11`` asks for; ours where any will do.

    Raises:
        EnvironmentUnavailable: It is too old for a job, or cannot be understood.
    """
    version = package.rpartition("::")[2].strip()[len(NAME) :].strip()
    if version.strip("= ") in ("", "*"):
        return OURS
    if one := _ONE.match(version):
        return _new_enough(one[1])
    try:
        asked = SpecifierSet(_OPEN_END.sub(r"\1\2", version))
    except InvalidSpecifier as error:
        raise EnvironmentUnavailable(
            f"{package!r} does not say which Python; write python=3.11, or a range: python>=3.10,<3.13."
        ) from error
    return _within_reach(asked)


def fits_ours(asked: str) -> bool:
    """Whether the interpreter that we run in is one of those asked for."""
    return _specifiers(asked).contains(platform.python_version(), prereleases=True)


def ours() -> str:
    """What is to change the environments made from our interpreter: its version, and where it lies."""
    return f"{platform.python_version()} {sys.base_prefix}"


def for_uv(asked: str) -> str:
    """Our own where it fits, which is surely there, else what uv is to look for."""
    return sys.executable if fits_ours(asked) else asked


def for_conda(asked: str) -> str:
    """The conda package."""
    return f"{NAME} {str(_specifiers(asked)).replace('==', '') if asked[0].isdigit() else asked}"


def _specifiers(asked: str) -> SpecifierSet:
    if not asked[0].isdigit():
        return SpecifierSet(asked)
    whole = asked.count(".") == 2  # noqa: PLR2004 - major.minor.patch
    return SpecifierSet(f"=={asked}" if whole else f"=={asked}.*")


def _new_enough(version: str) -> str:
    parts = tuple(map(int, version.split(".")))
    if parts < _OLDEST[: len(parts)]:
        raise _too_old(version)
    return version


def _within_reach(asked: SpecifierSet) -> str:
    """The part of a range that jobs can run in."""
    rest = asked & SpecifierSet(f">={_OLDEST[0]}.{_OLDEST[1]}")
    if not any(f"{_OLDEST[0]}.{minor}.{patch}" in rest for minor in _MINORS for patch in _PATCHES):
        raise _too_old(str(asked))
    return str(rest)


def _too_old(asked: str) -> EnvironmentUnavailable:
    return EnvironmentUnavailable(
        f"The environment asks for Python {asked}; jobs need {'.'.join(map(str, _OLDEST))} or newer."
    )
