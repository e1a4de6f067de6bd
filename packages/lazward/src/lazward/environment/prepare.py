"""The environment of a job, ready to run in."""

import os
import shutil
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from lazward.environment.containers import Image, fetched
from lazward.environment.patience import Patience
from lazward.environment.redact import redacted
from lazward.environment.steps import Say
from lazward.errors import EnvironmentUnavailable
from lazward.wire.environments import CondaSpec, EnvironmentSpec

if TYPE_CHECKING:
    from lazward.environment.plan import Plan

PYTHONS = "pythons"
"""The folder of the cache with interpreters that images lack."""
MOST_BYTES = 30 * 2**30
"""What all environments of a machine may take, where nothing else is said."""


class Prepared(NamedTuple):
    """An environment to run in.

    Attributes:
        python: The interpreter; None for the one that the image has.
        folder: The folder of its programs, first to be searched.
        prefix: The folder of the whole; None for one that the user manages.
        image: The image that it is in.
        shown: What the environment needs to be seen of this machine inside that.
    """

    python: Path | None
    folder: Path
    prefix: Path | None
    image: Image | None = None
    shown: Sequence[Path] = ()


@contextmanager
def prepared(
    spec: EnvironmentSpec, cache: Path, say: Say, patience: Patience | None = None
) -> Generator[Prepared]:
    """The environment of a specification, which stays until the block is left.

    Args:
        spec: What is asked for.
        cache: Where built environments are kept.
        say: Told what building has to say.
        patience: How long it is waited for; for ever by default.

    Raises:
        EnvironmentUnavailable: It cannot be had; the text says why.
    """
    if spec.python.user_managed and not spec.image:
        yield _found(spec.python.interpreter)
        return
    try:
        image = fetched(spec.image, say) if spec.image else None
        if image is not None and spec.python.user_managed:
            yield _of_image(spec.python.interpreter, image)
            return
        with _kept(spec, image, cache, lambda line: say(redacted(line)), patience) as place:
            shown = [place, *(one for one in (cache / PYTHONS,) if image and one.exists())]
            yield Prepared(place / "bin" / "python", place / "bin", place, image, shown)
    except EnvironmentUnavailable as error:
        over = patience.over if patience else None  # then programs were ended, which is no reason
        raise EnvironmentUnavailable(over or redacted(error.message)) from error


@contextmanager
def _kept(
    spec: EnvironmentSpec, image: Image | None, cache: Path, say: Say, patience: Patience | None
) -> Generator[Path]:
    # What makes environments takes half as long to be imported as the rest of a launcher.
    from lazward.environment.cache import Cache
    from lazward.environment.plan import plan

    wanted = plan(spec.python.conda, cache / "wheels", image.id if image else "")
    kept = Cache(cache / "environments", _most_bytes())
    build = partial(_build, spec.python.conda, wanted, image, cache, say, patience)
    with kept.hold(wanted.key, build, say, patience) as place:
        yield place


def _most_bytes() -> int:
    given = os.environ.get("LAZWARD_CACHE_BYTES") or str(MOST_BYTES)
    if not given.isdecimal():
        raise EnvironmentUnavailable(
            f"LAZWARD_CACHE_BYTES is {given!r} on the machine that runs the job; it should be a number of"
            f" bytes, such as {MOST_BYTES}."
        )
    return int(given)


def _found(interpreter: str) -> Prepared:
    """An interpreter that the user manages; ``python`` alone is the one that we run in ourselves."""
    name = sys.executable if interpreter in ("", "python") else interpreter
    path = shutil.which(name)
    if path is None:
        raise EnvironmentUnavailable(
            f"There is no interpreter {interpreter!r} on the machine that runs the job; name one that is"
            " there, or let the environment be built."
        )
    return Prepared(Path(path).absolute(), Path(path).absolute().parent, None)


def _of_image(interpreter: str, image: Image) -> Prepared:
    """The interpreter that an image has; ``python`` alone is whichever that is."""
    python = None if interpreter in ("", "python") else Path(interpreter)
    return Prepared(python, Path(), None, image)


def _build(
    spec: CondaSpec,
    wanted: "Plan",
    image: Image | None,
    cache: Path,
    say: Say,
    patience: Patience | None,
    place: Path,
) -> None:
    from lazward.environment import virtual

    site = virtual.Here() if image is None else virtual.InImage(image, cache, cache / PYTHONS)
    for name in wanted.pip.replaced:
        say(f"{name} is replaced by Lazward's own.")
    if not wanted.conda:
        virtual.build(wanted, place, say, site)
        return
    from lazward.environment.on_pypi import CondaUnavailable

    try:
        _with_conda(wanted, cache / "packages", place, say, patience)
    except CondaUnavailable as error:
        virtual.build(_for_pip(spec, image, cache / "wheels", error, say), place, say, site)


def _with_conda(wanted: "Plan", packages: Path, place: Path, say: Say, patience: Patience | None) -> None:
    from lazward.environment.on_pypi import CondaUnavailable

    try:
        from lazward.environment import conda
    except ImportError as error:
        raise CondaUnavailable(
            f"The environment has conda packages ({', '.join(wanted.conda)}), and the machine of the job has"
            " no py-rattler: pip install 'lazward[environments]' there, or name packages of pip."
        ) from error
    conda.build(wanted, packages, place, say, patience)


def _for_pip(
    spec: CondaSpec, image: Image | None, wheels: Path, error: EnvironmentUnavailable, say: Say
) -> "Plan":
    """How to make do without conda, where pip has the same packages."""
    from lazward.environment.on_pypi import without_conda
    from lazward.environment.plan import plan

    others = without_conda(spec)
    if others is None:
        raise error
    say(error.message)
    say("The package index has the same packages, so pip installs them in place of conda.")
    return plan(others, wheels, image.id if image else "")
