"""Environments with conda packages: solved and installed by py-rattler, then pip's part on top.

Only imported where there are conda packages, since py-rattler is an extra.
"""

import asyncio
import threading
from collections.abc import Coroutine, Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path

import rattler
from rattler import exceptions

from lazward.environment import interpreter, virtual
from lazward.environment.on_pypi import CondaUnavailable
from lazward.environment.patience import LOOK, Patience
from lazward.environment.plan import CONDA_FORGE, Plan
from lazward.environment.steps import Say
from lazward.errors import EnvironmentUnavailable

_ANACONDA = frozenset({"defaults", "anaconda", "main", "r"})
"""Names of channels that most companies need a licence for."""
_ANACONDA_HOST = "//repo.anaconda.com/"
_NO_CHANNEL = "nodefaults"
_SOLVING = "Cannot solve the request because of: "


def build(plan: Plan, packages: Path, place: Path, say: Say, patience: Patience | None = None) -> None:
    """Build an environment with conda packages.

    Args:
        plan: What it is to have.
        packages: Where conda packages are kept, for the next environment that has them.
        place: Where it is built.
        say: Told what is going on.
        patience: How long solving and installing may take; for ever by default.

    Raises:
        CondaUnavailable: A channel cannot be read.
        EnvironmentUnavailable: A package cannot be had; the text says which.
    """
    uv = virtual.find_uv()
    wanted = [interpreter.for_conda(plan.python), *plan.conda, *(() if uv else ("pip",))]
    part = _conda_part(wanted, _channels(plan.channels, say), packages, place, say)
    asyncio.run(_patiently(part, patience))
    virtual.install(uv, place / "bin" / "python", plan, say, virtual.Here())


def _channels(names: Iterable[str], say: Say) -> list[str]:
    """The channels to ask, each once, with conda-forge in the place of those that need a licence."""
    found: list[str] = []
    for name in names:
        if name in _ANACONDA or _ANACONDA_HOST in name:
            say(f"The channel {name} is replaced by {CONDA_FORGE}, which needs no licence.")
            found.append(CONDA_FORGE)
        elif name != _NO_CHANNEL:
            found.append(name)
    return list(dict.fromkeys(found)) or [CONDA_FORGE]


async def _patiently(part: Coroutine[object, object, None], patience: Patience | None) -> None:
    """Wait for the conda part, which runs in threads that nobody else can end."""
    task = asyncio.ensure_future(part)
    while not (await asyncio.wait({task}, timeout=LOOK))[0]:
        if patience is not None and patience.over:
            task.cancel()
            patience.check()
    task.result()


async def _conda_part(
    wanted: Sequence[str], channels: Sequence[str], packages: Path, place: Path, say: Say
) -> None:
    say(f"Solving {', '.join(wanted)} from {', '.join(channels)}.")
    with _told(wanted, channels):
        records = await rattler.solve(
            [rattler.Channel(name) for name in channels],
            [rattler.MatchSpec(package) for package in wanted],
            gateway=rattler.Gateway(cache_dir=packages / "channels"),
            virtual_packages=rattler.VirtualPackage.detect(rattler.VirtualPackageOverrides.from_env()),
        )
        say(f"Installing {len(records)} conda packages.")
        await rattler.install(
            records,
            place,
            cache_dir=packages / "archives",
            show_progress=False,
            reporter=_Downloads({record.name.normalized: record.file_name for record in records}, say),
        )


@contextmanager
def _told(wanted: Sequence[str], channels: Sequence[str]) -> Generator[None]:
    """What py-rattler raises, in words that say what was asked of whom."""
    asked = f"Asked for {', '.join(wanted)} from {', '.join(channels)}."
    try:
        yield
    except exceptions.SolverError as error:
        raise EnvironmentUnavailable(
            f"The conda packages cannot be had. {_reason(error)}\n{asked}"
        ) from error
    except (exceptions.GatewayError, exceptions.FetchRepoDataError, exceptions.InvalidChannelError) as error:
        raise CondaUnavailable(f"A conda channel cannot be read: {_reason(error)}\n{asked}") from error
    except exceptions.InvalidMatchSpecError as error:
        raise EnvironmentUnavailable(f"A conda package is misspelt: {_reason(error)}\n{asked}") from error
    except (exceptions.InstallerError, exceptions.LinkError, exceptions.IoError) as error:
        raise EnvironmentUnavailable(
            f"A conda package cannot be installed: {_reason(error)}\n{asked}"
        ) from error


def _reason(error: Exception) -> str:
    """The error and its causes, each cause once."""
    first, *causes = str(error).strip().removeprefix(_SOLVING).split("\nCaused by: ")
    return ": ".join([first, *(cause for cause in dict.fromkeys(causes) if cause not in first)])


class _Downloads(rattler.InstallerReporter):
    """Tells of each package that is downloaded. Called from threads of py-rattler's own."""

    def __init__(self, files: dict[str, str], say: Say) -> None:
        self._files = files
        self._say = say
        self._names: dict[int, str] = {}
        self._lock = threading.Lock()

    def on_populate_cache_start(self, operation: int, package_name: str) -> int:
        self._names[operation] = package_name
        return operation

    def on_download_start(self, cache_entry: int) -> int:
        name = self._names[cache_entry]
        with self._lock:
            self._say(f"Downloading {self._files.get(name, name)}.")
        return cache_entry
