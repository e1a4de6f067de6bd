"""The home folder of a server: private, and locked by the one process that uses it."""

import fcntl
import os
from pathlib import Path
from types import TracebackType

from lazward.errors import ConfigError


class Home:
    """Holds the folder's lock for as long as the server runs.

    The lock is the kernel's, so it is gone with the process however that ends.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._handle = -1

    def __enter__(self) -> "Home":
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._handle = os.open(
                self._folder / "lazward.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
            )
        except OSError as error:
            raise ConfigError(f"Cannot use {self._folder} as home: {error.strerror}.") from error
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._handle)
            raise ConfigError(
                f"Another Lazward server already uses {self._folder}. Stop it, or give another --home."
            ) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._handle)
