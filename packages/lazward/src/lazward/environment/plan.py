"""What it takes to build an environment, and the key under which it is kept."""

import platform
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from lazward.environment import interpreter, own, requirements
from lazward.environment.on_pypi import without_conda
from lazward.environment.requirements import Wanted
from lazward.errors import EnvironmentUnavailable
from lazward.wire.environments import CondaSpec, digest

CONDA_FORGE = "conda-forge"
"""Where conda packages come from, where nothing else is said."""
_FORMAT = 1
"""Raised when the same specification is to be built otherwise than before."""


class Plan(NamedTuple):
    """An environment to be built.

    Attributes:
        python: The version or range, see ``interpreter``.
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


def plan(spec: CondaSpec, wheels: Path, image: str = "") -> Plan:
    """How to build a specification; our own wheels are left in a folder.

    Args:
        spec: What is asked for.
        wheels: The folder.
        image: The image that it is for; "" for none. Its Python is taken where none is asked for.

    Raises:
        EnvironmentUnavailable: It asks for something that cannot be built.
    """
    asked, conda = _split(spec.packages)
    python = asked or (interpreter.ANY if image else interpreter.OURS)
    wanted = requirements.parse(spec.pip)
    made = {name: own.make(name, wheels) for name in ("lazward", "lazward-azureml")}
    ours = {name: wheel for name, wheel in made.items() if wheel is not None}
    held = {*ours, *(() if "mlflow" not in map(_conda_name, conda) else ("mlflow-skinny",))}
    left = tuple(one for one in wanted.requirements if requirements.name_of(one) not in held)
    wanted = wanted._replace(requirements=left)
    channels = tuple(spec.channels) or (CONDA_FORGE,)
    base = (image or _base(python)) if not conda or without_conda(spec) else ""
    key = digest(
        _FORMAT, python, base, sorted(conda), channels if conda else (), sorted(left),
        wanted.options, sorted(wheel.digest for wheel in ours.values()), sys.platform, platform.machine(),
    )  # fmt: skip
    return Plan(python, channels, conda, wanted, tuple(wheel.file for wheel in ours.values()), key[:32])


def _split(packages: Iterable[str]) -> tuple[str | None, tuple[str, ...]]:
    """The Python asked for, None for any, and the other conda packages; ``pip`` is always there."""
    python: str | None = None
    conda: list[str] = []
    for package in (one.strip() for one in packages):
        name = _conda_name(package)
        if name == interpreter.NAME:
            asked = interpreter.read(package)
            if python not in (None, asked):
                raise EnvironmentUnavailable(
                    f"The environment asks for Python {python} and for {asked}; ask for one."
                )
            python = asked
        elif name and name != "pip":
            conda.append(package)
    return python, tuple(conda)


def _conda_name(package: str) -> str:
    """The name of a conda package, without its channel and version."""
    return re.split(r"[\s=<>~!\[]", package.rpartition("::")[2].strip(), maxsplit=1)[0].lower()


def _base(python: str) -> str:
    """Our interpreter, if an environment without conda hangs on it; conda brings its own."""
    return interpreter.ours() if interpreter.fits_ours(python) else ""
