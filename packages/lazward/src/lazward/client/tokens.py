"""Which token goes to which server: never one to a server it was not meant for.

A token in the environment belongs to the server that the environment names beside it. MLflow rewrites
``MLFLOW_TRACKING_URI`` whenever a script turns to another server, so a token is bound to the server that
stood there when the token was first seen, and stays bound to it.
"""

import os

from lazward.client import credentials, uri
from lazward.client.address import ServerAddress
from lazward.errors import ConfigError

_PLACES = {
    "LAZWARD_TOKEN": ("LAZWARD_SERVER", "MLFLOW_TRACKING_URI"),
    "MLFLOW_TRACKING_TOKEN": ("MLFLOW_TRACKING_URI", "LAZWARD_SERVER"),
}
_bound: dict[tuple[str, str], str] = {}
_given: dict[str, str] = {}


def token_for(server: ServerAddress) -> str | None:
    """The token to show to this server: a given one, the environment's if meant for it, or the saved one."""
    if server.key in _given:
        return _given[server.key]
    bind()
    for variable in _PLACES:
        token = os.environ.get(variable)
        if token and _bound.get((variable, token)) == server.key:
            return token
    return credentials.read(server.url)


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
