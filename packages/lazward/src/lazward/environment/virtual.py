"""Environments of Python and pip packages alone: made with ``uv``, or where it is missing with ``venv``."""

import os
import platform
import shutil
import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

from lazward.environment import interpreter
from lazward.environment.plan import Plan
from lazward.environment.requirements import Wanted
from lazward.environment.steps import Say, run
from lazward.errors import EnvironmentUnavailable

_ADDRESS = "://"
_FILE = ".requirements.txt"
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
    pip = plan.pip
    told = Wanted(
        tuple(one for one in pip.requirements if _ADDRESS not in one),
        tuple(option for option in pip.options if not _has_address(option)),
        (),
    )
    wanted = [*told.requirements, *map(str, plan.wheels)]
    with _written(python.parents[1] / _FILE, pip) as file:
        if uv is None:
            run([str(python), "-m", "pip", "install", *_options(told), *file, *wanted], say)
        else:
            run([uv, "pip", "install", "--python", str(python), *_uv_options(told), *file, *wanted], say)


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


@contextmanager
def _written(file: Path, pip: Wanted) -> Generator[tuple[str, ...]]:
    """The words that name a file of all that holds an address, which is gone when the block is left.

    An address may hold a password or a token, and the words of a program can be read by every user.
    """
    lines = [" ".join(option) for option in pip.options if _has_address(option)]
    lines += [one for one in pip.requirements if _ADDRESS in one]
    if not lines:
        yield ()
        return
    file.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.writelines(f"{line}\n" for line in lines)
        yield ("-r", str(file))
    finally:
        file.unlink(missing_ok=True)


def _has_address(option: tuple[str, ...]) -> bool:
    return any(_ADDRESS in value for value in option)


def _options(wanted: Wanted) -> Iterable[str]:
    return [word for option in wanted.options for word in option]


def _uv_options(wanted: Wanted) -> Iterable[str]:
    return [word for name, *values in wanted.options for word in (*_UV_NAMES.get(name, (name,)), *values)]
