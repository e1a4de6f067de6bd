"""Environments of Python and pip packages alone: made with ``uv``, or where it is missing with ``venv``.

For a job in an image they are made in that image, with this machine's ``uv``.
"""

import os
import platform
import shutil
import sys
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from lazward.environment import containers, interpreter
from lazward.environment.containers import Container, Image
from lazward.environment.plan import Plan
from lazward.environment.requirements import Wanted
from lazward.environment.steps import Say, run
from lazward.errors import EnvironmentUnavailable

_ADDRESS = "://"
_FILE = ".requirements.txt"
_CERTIFICATES = "SSL_CERT_FILE"
_UV_NAMES = {"--pre": ("--prerelease", "allow"), "--trusted-host": ("--allow-insecure-host",)}


class Site(Protocol):
    """Where an environment is built."""

    def python(self, asked: str) -> str:
        """The interpreter that ``uv`` is to take."""
        ...

    def without_uv(self, asked: str) -> str:
        """The interpreter whose ``venv`` does instead.

        Raises:
            EnvironmentUnavailable: There is none.
        """
        ...

    def run(self, argv: Sequence[str], say: Say) -> None:
        """Run one of the steps; see ``steps.run``."""
        ...


class Here(Site):
    """On this machine."""

    def python(self, asked: str) -> str:
        """See ``Site``."""
        return interpreter.for_uv(asked)

    def without_uv(self, asked: str) -> str:
        """See ``Site``."""
        if interpreter.fits_ours(asked):
            return sys.executable
        raise EnvironmentUnavailable(
            f"Python {asked} is asked for, and this machine's is {platform.python_version()}. Install"
            " uv there, which fetches others: pip install 'lazward[environments]'."
        )

    def run(self, argv: Sequence[str], say: Say) -> None:
        """See ``Site``."""
        run(argv, say)


class InImage(Site):
    """In an image, whose own Python is taken where it fits.

    Args:
        image: The image.
        cache: The folder of all that is kept, the environment among it.
        pythons: Where interpreters are kept that the image lacks.
    """

    def __init__(self, image: Image, cache: Path, pythons: Path) -> None:
        self._image = image
        self._cache = cache
        self._pythons = pythons

    def python(self, asked: str) -> str:
        """See ``Site``."""
        return asked

    def without_uv(self, asked: str) -> str:
        """See ``Site``."""
        raise EnvironmentUnavailable(
            f"Packages are installed into an image with uv, for Python {asked}, and the machine of the job"
            " has no uv: pip install 'lazward[environments]' there, or name an image that has the packages."
        )

    def run(self, argv: Sequence[str], say: Say) -> None:
        """See ``Site``."""
        certificates = os.environ.get(_CERTIFICATES)
        container = Container(
            name=containers.new_name("environment"),
            folder=self._cache,
            variables=self._variables(),
            shown=[Path(argv[0]), *([Path(certificates)] if certificates else [])],
        )
        program = containers.call(self._image, container, argv)
        try:
            run(program.words, say, program.variables)
        finally:
            containers.remove(self._image.engine, container.name)

    def _variables(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if _is_for_uv(name)}
        return own | {
            "UV_CACHE_DIR": str(self._cache / "uv"),
            "UV_PYTHON_INSTALL_DIR": str(self._pythons),
            "HOME": str(self._cache),
        }


def build(plan: Plan, place: Path, say: Say, site: Site) -> None:
    """Build an environment without conda packages.

    Raises:
        EnvironmentUnavailable: Its Python or a package cannot be had; the text says which.
    """
    uv = find_uv()
    if uv is not None:
        site.run([uv, "venv", "--python", site.python(plan.python), str(place)], say)
    else:
        site.run([site.without_uv(plan.python), "-m", "venv", str(place)], say)
    install(uv, place / "bin" / "python", plan, say, site)


def install(uv: str | None, python: Path, plan: Plan, say: Say, site: Site) -> None:
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
            site.run([str(python), "-m", "pip", "install", *_options(told), *file, *wanted], say)
        else:
            site.run([uv, "pip", "install", "--python", str(python), *_uv_options(told), *file, *wanted], say)


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


def _is_for_uv(name: str) -> bool:
    return name.startswith("UV_") or name == _CERTIFICATES or containers.is_way_out(name)


def _has_address(option: tuple[str, ...]) -> bool:
    return any(_ADDRESS in value for value in option)


def _options(wanted: Wanted) -> Iterable[str]:
    return [word for option in wanted.options for word in option]


def _uv_options(wanted: Wanted) -> Iterable[str]:
    return [word for name, *values in wanted.options for word in (*_UV_NAMES.get(name, (name,)), *values)]
