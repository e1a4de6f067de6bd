"""Passwords: argon2id, with the library's own parameters, which it raises as machines grow."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import ParamSpec, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lazward.errors import InvalidRequest, Unavailable

P = ParamSpec("P")
T = TypeVar("T")

_SHORTEST, _LONGEST = 10, 1024
_hasher = PasswordHasher()
_threads = ThreadPoolExecutor(2, "passwords")
_MOST_WAITING = 64
_waiting = 0


async def aside(fn: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run one of these functions beside the event loop, two at a time, so that they cannot eat the memory.

    Raises:
        Unavailable: Too many wait already.
    """
    global _waiting  # noqa: PLW0603 - the threads are the process's too
    if _waiting >= _MOST_WAITING:
        raise Unavailable("Too many passwords wait to be checked; try again in a moment.")
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, lambda: fn(*args, **kwargs))
    finally:
        _waiting -= 1


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
        return _hasher.verify(stored or _nobodys(), password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    """What is compared with where there is no password; made when first needed, as it takes 64 MiB."""
    return _hasher.hash("nobody has this password")


def outdated(stored: str) -> bool:
    """Whether it was hashed with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)
