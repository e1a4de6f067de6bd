"""Conda packages whose like pip finds: for machines that reach a package index and no conda channel.

A name in one of them may be another project's in the other, so only those count that are known to be the
same: ``on_pypi.json``.
"""

import json
import re
from functools import cache
from importlib.resources import files

from packaging.requirements import InvalidRequirement, Requirement

from lazward.environment.interpreter import NAME as PYTHON
from lazward.errors import EnvironmentUnavailable
from lazward.wire.environments import CondaSpec

PUBLIC = frozenset({"anaconda", "conda-forge", "defaults", "main"})
"""Channels whose packages everybody has; one of another name may hold somebody's own."""
_PACKAGE = re.compile(r"(?:conda-forge::)?(?P<name>[A-Za-z0-9_.-]+)\s*(?P<version>[^\[\]|]*)")
_SERIES = re.compile(r"=?\s*(?P<version>[0-9][0-9A-Za-z.]*?)(?P<open>\.?\*)?")
"""One version, or all that begin with it: ``=1.2`` and ``1.2.*``."""


class CondaUnavailable(EnvironmentUnavailable):
    """No channel can be asked: one does not answer, or what would ask it is missing."""


def without_conda(spec: CondaSpec) -> CondaSpec | None:
    """The same packages for pip alone; None where it has not got all of them, or they may be others."""
    if not PUBLIC.issuperset(spec.channels):
        return None
    python = [one for one in spec.packages if _name(one) == PYTHON]
    others = [_for_pip(one) for one in spec.packages if _name(one) not in (PYTHON, "pip")]
    found = [one for one in others if one is not None]
    if len(found) < len(others):
        return None
    return CondaSpec(packages=python, pip=[*spec.pip, *found])


def _name(package: str) -> str:
    match = _PACKAGE.fullmatch(package.strip())
    return match["name"].lower() if match else ""


def _for_pip(package: str) -> str | None:
    match = _PACKAGE.fullmatch(package.strip())
    name = _table().get(_name(package))
    if match is None or name is None:
        return None
    try:
        return str(Requirement(name + _version(match["version"].strip())))
    except InvalidRequirement:  # it has the name of a build, or what only conda understands
        return None


def _version(asked: str) -> str:
    one = _SERIES.fullmatch(asked)
    if one is None:
        return asked
    series = asked.startswith("=") or one["open"]
    return f"=={one['version']}" + (".*" if series else "")


@cache
def _table() -> dict[str, str]:
    return json.loads((files("lazward.environment") / "on_pypi.json").read_text())
