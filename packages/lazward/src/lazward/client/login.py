"""Signing in to a server and out again; what signing in gives is kept in the credentials file."""

import socket
import sys
from collections.abc import Callable

from lazward.client import browser, credentials, tokens
from lazward.client import device as device_flow
from lazward.client.address import ServerAddress
from lazward.client.http import V1, Connection
from lazward.client.uri import WorkspaceUri
from lazward.errors import ConfigError
from lazward.wire.base import Empty
from lazward.wire.people import Login, SignedIn
from lazward.wire.signin import DeviceStarted, DeviceToken, SignInLink


def with_password(server: ServerAddress, name: str, password: str) -> SignedIn:
    """Sign in with a name and a password, and keep the token.

    Raises:
        Unauthenticated: They do not fit.
        TooManyRequests: They did not fit too often.
    """
    at = Connection(WorkspaceUri(server), tokens.nothing)
    done = at.ask("POST", V1 + "login", SignedIn, Login(name, password, device()))
    credentials.save(server.url, done.token)
    return done


def with_device(server: ServerAddress, show: Callable[[DeviceStarted], None]) -> DeviceToken:
    """Sign in with a browser, here or elsewhere; ``show`` tells the person where, and which code to compare.

    Raises:
        PermissionDenied: They said no.
        Unauthenticated: Nobody said anything in time.
    """
    return device_flow.sign_in(server, socket.gethostname(), show)


def link(server: ServerAddress) -> SignInLink:
    """A link by which a browser signs in once as whoever is signed in here.

    Raises:
        Unauthenticated: Nobody is.
        PermissionDenied: The token kept here may not do that.
    """
    return Connection(WorkspaceUri(server), tokens.credential_for).ask(
        "POST", V1 + "sign-in-link", SignInLink
    )


def interactively(server: ServerAddress) -> None:
    """Have the person at the keyboard sign in with a browser.

    Raises:
        ConfigError: Nobody can be asked.
    """
    if not can_ask():
        raise ConfigError(
            f"Nobody is signed in to {server.url}, and nobody can be asked here; run `lazward login --server"
            f" {server.url}` first."
        )
    done = with_device(server, _show)
    sys.stderr.write(f"Signed in to {server.url} as {done.user}.\n")


def _show(started: DeviceStarted) -> None:
    browser.show(started.verification_uri_complete)
    sys.stderr.write(how_to_confirm(started) + "\n")


def how_to_confirm(started: DeviceStarted) -> str:
    """What a person is told who is to let this machine in."""
    return (
        f"Open {started.verification_uri_complete}\n"
        f"in any browser and compare the code there with this one: {started.user_code}\n"
        "Waiting ..."
    )


def can_ask() -> bool:
    """Whether there is somebody at a keyboard, or before a notebook."""
    return (sys.stdin is not None and sys.stdin.isatty()) or "ipykernel" in sys.modules


def sign_out(server: ServerAddress) -> None:
    """Revoke what signing in left here. Raises as any request does; the credentials file stays."""
    Connection(WorkspaceUri(server), tokens.credential_for).ask("POST", V1 + "logout", Empty)


def device() -> str:
    """How this machine is called in the list of one's tokens."""
    return f"login from {socket.gethostname()}"
