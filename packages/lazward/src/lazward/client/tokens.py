"""Which token goes to which server: never one to a server it was not meant for.

What is shown is an access token (``client.access``); the credential it is derived from stays here:

A token in the environment belongs to the server that the environment names beside it. MLflow rewrites
``MLFLOW_TRACKING_URI`` whenever a script turns to another server, so a token is bound to the server that
stood there when the token was first seen, and stays bound to it.
"""

import os

from lazward.client import access, credentials, uri
from lazward.client.address import ServerAddress
from lazward.errors import ConfigError

_PLACES = {
    "LAZWARD_TOKEN": ("LAZWARD_SERVER", "MLFLOW_TRACKING_URI"),
    "MLFLOW_TRACKING_TOKEN": ("MLFLOW_TRACKING_URI", "LAZWARD_SERVER"),
}
_bound: dict[tuple[str, str], str] = {}
_given: dict[str, str] = {}


def token_for(server: ServerAddress) -> str | None:
    """The token to show to this server now; ask anew for each request, since it is renewed in time.

    Where the server gives no access tokens it is the credential itself; None where there is none.
    """
    credential = credential_for(server)
    return None if credential is None else access.lease(server, credential).token


def refused(server: ServerAddress, token: str) -> bool:
    """Forget a token that the server did not accept; whether there is another one to show."""
    access.drop(server, token)
    return token_for(server) not in (None, token)


def credential_for(server: ServerAddress) -> str | None:
    """A given token, the environment's if it is meant for this server, or the saved one."""
    if server.key in _given:
        return _given[server.key]
    bind()
    for variable in _PLACES:
        token = os.environ.get(variable)
        if token and _bound.get((variable, token)) == server.key:
            return token
    return credentials.read(server.url)


def nothing(_server: ServerAddress) -> None:
    """No token: what is shown where anybody may ask."""


def give(server: ServerAddress, token: str) -> None:
    """Show this token to this server for as long as the process lives."""
    _given[server.key] = token


def bind() -> None:
    """Tie the environment's tokens to the server the environment names now, unless they are tied already."""
    for variable, places in _PLACES.items():
        token = os.environ.get(variable)
        server = next(filter(None, map(_server, places)), None)
        if token and server:
            _bound.setdefault((variable, token), server)


def _server(variable: str) -> str | None:
    """The server a variable names; what is no web address stands for itself, matching none."""
    value = os.environ.get(variable)
    try:
        return uri.server(value).key if value else None
    except ConfigError:
        return value
