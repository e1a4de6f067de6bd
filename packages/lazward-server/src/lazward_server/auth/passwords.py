"""Passwords: argon2id, with the library's own parameters, which it raises as machines grow."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lazward.errors import InvalidRequest

_SHORTEST, _LONGEST = 10, 1024
_hasher = PasswordHasher()
_UNKNOWN = _hasher.hash("nobody has this password")


def hashed(password: str) -> str:
    """What is stored of a password. Takes tens of milliseconds and 64 MiB: never call it on an event loop.

    Raises:
        InvalidRequest: It is too short, or absurdly long.
    """
    if not _SHORTEST <= len(password) <= _LONGEST:
        raise InvalidRequest(f"A password has {_SHORTEST} to {_LONGEST} characters.")
    return _hasher.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """Whether it is this password; takes as long for a user who has none, so that names cannot be guessed."""
    try:
        return _hasher.verify(stored or _UNKNOWN, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(stored: str) -> bool:
    """Whether it was hashed with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)
