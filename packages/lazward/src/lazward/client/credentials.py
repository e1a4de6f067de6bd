"""The tokens of this user: one private JSON file, with what is known of each server under its address.

The file lies in the user's configuration folder; ``LAZWARD_CONFIG_DIR`` names another folder.
"""

import contextlib
import os
import stat
import tempfile
from collections.abc import Generator
from pathlib import Path

import msgspec

from lazward.client import address
from lazward.errors import ConfigError

try:
    import fcntl
except ImportError:  # Windows: the last writer wins
    fcntl = None


class _Entry(msgspec.Struct, omit_defaults=True):
    token: str | None = None
    ca: str | None = None


def path() -> Path:
    """Where the credentials are kept."""
    folder = os.environ.get("LAZWARD_CONFIG_DIR")
    if folder:
        return Path(folder).expanduser() / "credentials.json"
    from platformdirs import user_config_path

    return user_config_path("lazward", appauthor=False) / "credentials.json"


def read(server: str) -> str | None:
    """The token for the server at this address, or None.

    Raises:
        ConfigError: The file is broken, or others can read it.
    """
    entry = _known(path()).get(address.parse(server).key)
    return entry.token if entry else None


def servers() -> list[str]:
    """The addresses a token is known for."""
    return sorted(key for key, entry in _load(path()).items() if entry.token)


def save(server: str, token: str) -> Path:
    """Keep a token for the server at this address, in place of an older one; returns the file."""
    key = address.parse(server).key
    with _changing() as known:
        known.setdefault(key, _Entry()).token = token
    return path()


def forget(server: str) -> bool:
    """Drop the token for the server at this address; whether there was one."""
    key = address.parse(server).key
    with _changing() as known:
        entry = known.get(key, _Entry())
        had, entry.token = entry.token, None
    return had is not None


def read_ca(server: str) -> str | None:
    """The file of the certificate authorities that was remembered for the server at this address, or None.

    Raises:
        ConfigError: As ``read``.
    """
    entry = _load(path()).get(address.parse(server).key)
    return entry.ca if entry else None


def save_ca(server: str, file: Path | None) -> None:
    """Remember the file of the certificate authorities for the server at this address; None forgets it."""
    key = address.parse(server).key
    with _changing() as known:
        known.setdefault(key, _Entry()).ca = str(file) if file else None


@contextlib.contextmanager
def _changing() -> Generator[dict[str, _Entry]]:
    """All entries, to be changed in place and then written as a whole, one process at a time."""
    file = path()
    if not file.parent.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _lock(file.with_suffix(".lock")):
        known = _load(file)
        yield known
        kept = {key: entry for key, entry in known.items() if entry.token or entry.ca}
        _write(file, msgspec.json.format(msgspec.json.encode(kept)))


@contextlib.contextmanager
def _lock(file: Path) -> Generator[None]:
    handle = os.open(file, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write(file: Path, content: bytes) -> None:
    """Replace the file in one step; ``mkstemp`` makes the new one private from the start."""
    handle, new = tempfile.mkstemp(dir=file.parent, prefix=".credentials-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content + b"\n")
            out.flush()
            os.fsync(out.fileno())
        Path(new).replace(file)
    except BaseException:
        Path(new).unlink(missing_ok=True)
        raise


def _known(file: Path) -> dict[str, _Entry]:
    """What the file holds, read again only when it is another one: hot clients ask for every request."""
    try:
        status = file.stat()
    except FileNotFoundError:
        return {}
    version = (status.st_ino, status.st_mtime_ns, status.st_size, status.st_mode)
    if _read.get(file, (None, None))[0] != version:
        _read[file] = (version, _load(file))
    return _read[file][1]


_read: dict[Path, tuple[tuple[int, int, int, int], dict[str, _Entry]]] = {}


def _load(file: Path) -> dict[str, _Entry]:
    try:
        with file.open("rb") as handle:
            _refuse_readable(file, os.fstat(handle.fileno()).st_mode)
            return msgspec.json.decode(handle.read(), type=dict[str, _Entry])
    except FileNotFoundError:
        return {}
    except msgspec.DecodeError:
        raise ConfigError(
            f"{file} is not a valid credentials file; move it away and save the tokens anew."
        ) from None


def _refuse_readable(file: Path, mode: int) -> None:
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise ConfigError(f"{file} can be read by others, so it is not used; run: chmod 600 {file}")
