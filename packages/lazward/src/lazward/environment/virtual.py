"""Environments of Python and pip packages alone: made with ``uv``, or where it is missing with ``venv``."""

import platform
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from lazward.environment import interpreter
from lazward.environment.plan import Plan
from lazward.environment.requirements import Wanted
from lazward.environment.steps import Say, run
from lazward.errors import EnvironmentUnavailable

_UV_NAMES = {"--pre": ("--prerelease", "allow"), "--trusted-host": ("--allow-insecure-host",)}


def build(plan: Plan, place: Path, say: Say) -> None:
    """Build an environment without conda packages.

    Raises:
        EnvironmentUnavailable: Its Python or a package cannot be had; the text says which.
    """
    uv = find_uv()
    if uv is not None:
        run([uv, "venv", "--python", interpreter.for_uv(plan.python), str(place)], say)
    elif interpreter.fits_ours(plan.python):
        run([sys.executable, "-m", "venv", str(place)], say)
    else:
        raise EnvironmentUnavailable(
            f"Python {plan.python} is asked for, and this machine's is {platform.python_version()}. Install"
            " uv there, which fetches others: pip install 'lazward[environments]'."
        )
    install(uv, place / "bin" / "python", plan, say)


def install(uv: str | None, python: Path, plan: Plan, say: Say) -> None:
    """Install what pip is asked for, and our own packages, for an interpreter."""
    wanted = [*plan.pip.requirements, *map(str, plan.wheels)]
    if uv is None:
        run([str(python), "-m", "pip", "install", *_options(plan.pip), *wanted], say)
    else:
        run([uv, "pip", "install", "--python", str(python), *_uv_options(plan.pip), *wanted], say)


def find_uv() -> str | None:
    """The program ``uv``; None where there is none."""
    if found := shutil.which("uv"):
        return found
    try:
        import uv
    except ImportError:
        return None
    try:
        return uv.find_uv_bin()
    except FileNotFoundError:
        return None


def _options(wanted: Wanted) -> Iterable[str]:
    return [word for option in wanted.options for word in option]


def _uv_options(wanted: Wanted) -> Iterable[str]:
    return [word for name, *values in wanted.options for word in (*_UV_NAMES.get(name, (name,)), *values)]
