"""Built environments on the local disk: each built once, kept while it is used, the oldest given up first.

    <folder>/<key>/           the environment
    <folder>/<key>/.ready     written last; without it, what is there is the rest of a build that died
    <folder>/<key>.lock       locked by who builds it (alone) or uses it (with others)

The locks are the kernel's, so they go with their process however that ends; with the programs that it builds
with too, which hold its lock as well.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from lazward.environment.patience import LOOK, Patience
from lazward.environment.steps import Say

_READY = ".ready"


class Cache:
    """See the module.

    Args:
        folder: Where.
        most_bytes: What all of them may take; those in use stay nevertheless.
    """

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder
        self._most_bytes = most_bytes

    @contextmanager
    def hold(
        self, key: str, build: Callable[[Path], None], say: Say, patience: Patience | None = None
    ) -> Generator[Path]:
        """The environment of this key, built if need be; it stays until the block is left.

        Args:
            key: See ``plan.Plan``.
            build: Builds it in a folder that does not exist yet; what it raises passes through.
            say: Told what is going on.
            patience: How long others are waited for that build it; for ever by default.

        Raises:
            EnvironmentUnavailable: It has come to its end.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = self._folder / key
        with _opened(self._lock(key)) as lock:
            _share(lock, say, patience)
            while not (place / _READY).exists():
                fcntl.flock(lock, fcntl.LOCK_UN)  # one that is turned into another may wait for itself
                _wait(lock, fcntl.LOCK_EX, patience)
                if not (place / _READY).exists():
                    self._build(lock, place, build)
                _wait(lock, fcntl.LOCK_SH, patience)  # between the two locks it may have been given up
            os.utime(place / _READY)
            self._give_up_oldest(key)
            yield place

    def _build(self, lock: int, place: Path, build: Callable[[Path], None]) -> None:
        shutil.rmtree(place, ignore_errors=True)
        os.set_inheritable(lock, True)  # a program that outlives us must not build beside the next one's
        try:
            build(place)
            (place / _READY).write_text(str(_size(place)))
        except BaseException:
            shutil.rmtree(place, ignore_errors=True)
            raise
        finally:
            os.set_inheritable(lock, False)

    def _give_up_oldest(self, own: str) -> None:
        found = sorted(self._folder.glob(f"*/{_READY}"), key=_used)
        total = sum(map(_bytes, found))
        for ready in found:
            if total <= self._most_bytes:
                return
            size = _bytes(ready)
            if ready.parent.name != own and self._give_up(ready.parent):
                total -= size

    def _give_up(self, place: Path) -> bool:
        """Remove an environment, unless somebody uses it."""
        try:
            with _opened(self._lock(place.name)) as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                (place / _READY).unlink(missing_ok=True)
                shutil.rmtree(place, ignore_errors=True)
        except BlockingIOError:
            return False
        return True

    def _lock(self, key: str) -> Path:
        return self._folder / f"{key}.lock"


@contextmanager
def _opened(file: Path) -> Generator[int]:
    """A file to lock, which is free again when the block is left."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        yield handle
    finally:
        os.close(handle)


def _share(lock: int, say: Say, patience: Patience | None) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Waiting for another job that builds the same environment.")
        _wait(lock, fcntl.LOCK_SH, patience)


def _wait(lock: int, kind: int, patience: Patience | None) -> None:
    """Take a lock as soon as it is free; the kernel would wait without hearing that the job is cancelled."""
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(lock, kind | fcntl.LOCK_NB)
            return
        if patience is not None:
            patience.check()
        time.sleep(LOOK)


def _used(ready: Path) -> float:
    try:
        return ready.stat().st_mtime
    except FileNotFoundError:  # given up just now
        return 0.0


def _bytes(ready: Path) -> int:
    try:
        return int(ready.read_text() or 0)
    except (OSError, ValueError):
        return 0


def _size(folder: Path) -> int:
    return sum(
        os.lstat(os.path.join(parent, name)).st_size for parent, _, names in os.walk(folder) for name in names
    )
