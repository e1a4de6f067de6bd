"""What it takes to build an environment, and the key under which it is kept."""

import platform
import re
import sys
from pathlib import Path
from typing import NamedTuple

from lazward.environment import own, requirements
from lazward.environment.requirements import Wanted
from lazward.errors import EnvironmentUnavailable
from lazward.wire.environments import CondaSpec, digest

_PYTHON = re.compile(r"python\s*(==|=|>=|~=)?\s*(\d+(?:\.\d+){0,2})?(?:\.\*)?\Z", re.IGNORECASE)
_OLDEST = (3, 10)
_CONDA_FORGE = "conda-forge"
_FORMAT = 1
"""Raised when the same specification is to be built otherwise than before."""


class Plan(NamedTuple):
    """An environment to be built.

    Attributes:
        python: The version, such as ``3.11``.
        channels: Where conda packages come from.
        conda: Conda packages beside Python; without any, none is needed.
        pip: What pip installs.
        wheels: Our own packages.
        key: The same for what is built alike.
    """

    python: str
    channels: tuple[str, ...]
    conda: tuple[str, ...]
    pip: Wanted
    wheels: tuple[Path, ...]
    key: str


def plan(spec: CondaSpec, wheels: Path) -> Plan:
    """How to build a specification; our own wheels are left in a folder.

    Raises:
        EnvironmentUnavailable: It asks for something that cannot be built.
    """
    python, conda = _split(spec)
    wanted = requirements.parse(spec.pip)
    made = {name: own.make(name, wheels) for name in ("lazward", "lazward-azureml")}
    ours = {name: wheel for name, wheel in made.items() if wheel is not None}
    left = tuple(one for one in wanted.requirements if requirements.name_of(one) not in ours)
    wanted = wanted._replace(requirements=left)
    channels = tuple(spec.channels) or (_CONDA_FORGE,)
    key = digest(
        _FORMAT, python, sorted(conda), channels if conda else (), sorted(left), wanted.options,
        sorted(wheel.digest for wheel in ours.values()), sys.platform, platform.machine(),
    )  # fmt: skip
    return Plan(python, channels, conda, wanted, tuple(wheel.file for wheel in ours.values()), key[:32])


def _split(spec: CondaSpec) -> tuple[str, tuple[str, ...]]:
    """The version of Python, and the other conda packages; ``pip`` is always there."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    conda: list[str] = []
    for package in spec.packages:
        name = re.split(r"[\s=<>~!\[]", package.strip(), maxsplit=1)[0].lower()
        if name == "python":
            python = _version(package.strip()) or python
        elif name != "pip":
            conda.append(package.strip())
    if tuple(map(int, python.split(".")[:2])) < _OLDEST and len(python.split(".")) > 1:
        raise EnvironmentUnavailable(
            f"The environment asks for Python {python}; jobs need {'.'.join(map(str, _OLDEST))} or newer."
        )
    return python, tuple(conda)


def _version(package: str) -> str | None:
    found = _PYTHON.match(package)
    if found is None:
        raise EnvironmentUnavailable(f"{package!r} does not name one version of Python, such as python=3.11.")
    return found[2]
