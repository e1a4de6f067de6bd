"""Signing in to a server and out again; what signing in gives is kept in the credentials file."""

import getpass
import socket
import sys

from lazward.client import credentials, tokens
from lazward.client.address import ServerAddress
from lazward.client.http import V1, Connection
from lazward.client.uri import WorkspaceUri
from lazward.errors import ConfigError
from lazward.wire.base import Empty
from lazward.wire.people import Login, SignedIn


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


def interactively(server: ServerAddress) -> None:
    """Have the person at the keyboard sign in.

    Raises:
        ConfigError: Nobody can be asked.
    """
    if not can_ask():
        raise ConfigError(
            f"Nobody is signed in to {server.url}, and nobody can be asked here; run `lazward login --server"
            f" {server.url}` first."
        )
    name = input(f"Your name on {server.url}: ")
    with_password(server, name, getpass.getpass("Password: "))


def can_ask() -> bool:
    """Whether there is somebody at a keyboard."""
    return sys.stdin is not None and sys.stdin.isatty()


def sign_out(server: ServerAddress) -> None:
    """Revoke what signing in left here. Raises as any request does; the credentials file stays."""
    Connection(WorkspaceUri(server), tokens.credential_for).ask("POST", V1 + "logout", Empty)


def device() -> str:
    """How this machine is called in the list of one's tokens."""
    return f"login from {socket.gethostname()}"
