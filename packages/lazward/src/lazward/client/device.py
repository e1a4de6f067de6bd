"""Signing this machine in by a browser anywhere, in the shapes of RFC 8628."""

import time
from collections.abc import Callable

from lazward.client import credentials, tokens
from lazward.client.address import ServerAddress
from lazward.client.http import V1, Connection
from lazward.client.uri import WorkspaceUri
from lazward.errors import (
    AuthorizationPending,
    ServerUnreachable,
    SlowDown,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)
from lazward.wire.signin import DeviceStarted, DeviceToken, PollDevice, StartDevice

_SLOWER = 5
"""Seconds by which to wait longer when the server says so."""


def sign_in(server: ServerAddress, machine: str, show: Callable[[DeviceStarted], None]) -> DeviceToken:
    """Begin, have a person shown where to confirm and which code to compare, wait, and keep the token.

    Raises:
        PermissionDenied: They said no.
        Unauthenticated: Nobody said anything in time.
        ServerUnreachable: No connection, or an answer that is not a Lazward server's.
    """
    at = Connection(WorkspaceUri(server), tokens.nothing)
    started = at.ask("POST", V1 + "device", DeviceStarted, StartDevice(machine[:200]))
    show(started)
    done = _wait(at, started)
    credentials.save(server.url, done.access_token)
    return done


def _wait(at: Connection, started: DeviceStarted) -> DeviceToken:
    interval, end = started.interval, time.monotonic() + started.expires_in
    while time.monotonic() < end:
        time.sleep(interval)
        try:
            return at.ask("POST", V1 + "device/token", DeviceToken, PollDevice(started.device_code))
        except (SlowDown, TooManyRequests):
            interval += _SLOWER
        except (AuthorizationPending, ServerUnreachable, Unavailable):
            pass  # the server or the network may come back while the code is good
    raise Unauthenticated("Nobody let this machine in while the code was good; run the command again.")
