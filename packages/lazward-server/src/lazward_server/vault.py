"""Secrets that the server must show to others, such as the keys by which hosts know it.

They are sealed with a key that is no part of the database, so that a copy of it gives none of them away.
"""

import contextlib
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from lazward.errors import ConfigError, Unavailable
from lazward_server.settings import Settings


def seal(settings: Settings, text: str) -> str:
    """A text that only ``open_`` makes sense of.

    Raises:
        ConfigError: The key cannot be used.
    """
    return _key(settings).encrypt(text.encode()).decode()


def open_(settings: Settings, sealed: str) -> str:
    """The text that was sealed.

    Raises:
        ConfigError: The key cannot be used.
        Unavailable: It was sealed with another key.
    """
    try:
        return _key(settings).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unavailable(
            f"A secret cannot be read with the key in {_file(settings)}: it was sealed with another. Servers"
            " of one database need the same --secret-key-file; where the key is lost, give the secret anew."
        ) from None


def _file(settings: Settings) -> Path:
    return settings.secret_key_file or settings.home / "secret.key"


def _key(settings: Settings) -> Fernet:
    file = _file(settings)
    try:
        if settings.secret_key_file is None:
            _ensure(file)
        return Fernet(file.read_bytes().strip())
    except OSError as error:
        raise ConfigError(f"The key of the secrets, {file}, cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise ConfigError(f"{file} holds no key: it is 32 bytes in URL-safe base64.") from error


def _ensure(file: Path) -> None:
    """Make a key where there is none; of several processes at once, all take the one that was first."""
    if file.exists():
        return
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    made.touch(mode=0o600, exist_ok=False)
    try:
        made.write_bytes(Fernet.generate_key() + b"\n")
        with contextlib.suppress(FileExistsError):
            file.hardlink_to(made)
    finally:
        made.unlink()
