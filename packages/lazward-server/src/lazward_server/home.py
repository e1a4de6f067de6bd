"""The home folder of a server: private, and locked by the one process that uses it."""

import contextlib
import fcntl
import os
import secrets
from pathlib import Path
from types import TracebackType

from lazward.errors import ConfigError


def identity(folder: Path) -> str:
    """What tells this home from those of other hosts that share its database; it stays for good.

    The machine's own name would not do: it changes, as that of a container does whenever it is made anew.

    Raises:
        ConfigError: The folder cannot be used.
    """
    file = folder / "host"
    try:
        with contextlib.suppress(FileNotFoundError):
            return file.read_text().strip()
        made = folder / f"host.{secrets.token_hex(8)}"
        made.write_text(f"{secrets.token_hex(16)}\n")
        with contextlib.suppress(FileExistsError):  # another process of this server was first
            file.hardlink_to(made)
        made.unlink()
        return file.read_text().strip()
    except OSError as error:
        raise ConfigError(f"Cannot use {folder} as home: {error.strerror}.") from error


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
