"""Access tokens: derived from a credential, shown in its place, and renewed before they expire.

They are kept in memory. A forked process goes on with its parent's and renews them by itself.
"""

import os
import threading
import time
from typing import NamedTuple

from lazward.client.address import ServerAddress
from lazward.errors import LazwardError, NotSupported, Unauthenticated

_RENEW_BEFORE = 5.0
"""Seconds before the end at which a token is renewed, or a tenth of its life if that is more."""
_ASK_AGAIN = 3.0
"""Seconds until the next try where none could be had."""
_WITHOUT = 600.0
"""The same where the server gives none: it is older than they are, or asks nobody for a token."""
_MOST = 100


class Lease(NamedTuple):
    """A token to show.

    Attributes:
        token: The access token, or the credential itself where none can be had.
        expires_at: When, in seconds since the epoch; None if the credential itself is shown.
        renew_at: When to renew it, on the monotonic clock.
        ends_at: When it is of no more use, on the same clock.
    """

    token: str
    expires_at: float | None
    renew_at: float
    ends_at: float


_now = time.monotonic
_held: dict[tuple[str, str], Lease] = {}
_lock = threading.Lock()


def lease(server: ServerAddress, credential: str) -> Lease:
    """What to show to the server instead of the credential.

    At most one thread of a process renews at a time; others go on with what they have while it holds.
    """
    key = (server.key, credential)
    held = _held.get(key)
    if held is not None and _now() < held.renew_at:
        return held
    lock = _lock
    if held is not None and _now() < held.ends_at:
        if not lock.acquire(blocking=False):
            return held
    else:
        lock.acquire()
    try:
        held = _held.get(key)  # somebody may have renewed it meanwhile
        if held is None or _now() >= held.renew_at:
            held = _renewed(server, credential, held)
            _keep(key, held)
        return held
    finally:
        lock.release()


def prove(server: ServerAddress, credential: str) -> None:
    """Make sure that the server accepts the credential, and keep the access token that this gives.

    Raises:
        Unauthenticated: It does not.
        NotSupported: It gives no access tokens, so that there is no telling.
        ServerUnreachable: No server answers there.
    """
    _keep((server.key, credential), derive(server, credential))


def drop(server: ServerAddress, token: str) -> None:
    """Forget a token that the server refused."""
    for key, held in list(_held.items()):
        if key[0] == server.key and held.token == token:
            _held.pop(key, None)


def derive(server: ServerAddress, credential: str) -> Lease:
    """A new access token.

    Raises:
        Unauthenticated: The credential opens nothing.
        NotSupported: The server gives none for it.
        ServerUnreachable: No server answers there.
    """
    from lazward.client import deriving

    begin = _now()
    made = deriving.ask(server, credential)
    margin = max(made.expires_in / 10, min(_RENEW_BEFORE, made.expires_in / 2))
    end = begin + made.expires_in
    return Lease(made.access_token, made.expires_at / 1000, end - margin, end)


def _renewed(server: ServerAddress, credential: str, held: Lease | None) -> Lease:
    """A new lease; where none can be had the old one while it holds, then the credential itself."""
    try:
        return derive(server, credential)
    except NotSupported:
        return _itself(credential, _WITHOUT)
    except Unauthenticated:
        return _itself(credential, _ASK_AGAIN)
    except LazwardError:
        now = _now()
        if held is not None and now < held.ends_at:
            return held._replace(renew_at=min(now + _ASK_AGAIN, held.ends_at))
        return _itself(credential, _ASK_AGAIN)


def _itself(credential: str, seconds: float) -> Lease:
    end = _now() + seconds
    return Lease(credential, None, end, end)


def _keep(key: tuple[str, str], held: Lease) -> None:
    if len(_held) >= _MOST:
        _held.clear()
    _held[key] = held


def _after_fork() -> None:
    """A thread that renews in the parent does not exist in the child, which must not wait for it."""
    global _lock  # noqa: PLW0603 - one lock for each process
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
