"""Environments of a workspace."""

from typing import Any
from urllib.parse import quote

from lazward.client.http import V1, Connection
from lazward.wire.environments import (
    LATEST,
    Environment,
    Environments,
    EnvironmentSpec,
    GetEnvironment,
    RegisterEnvironment,
)

_PATH = V1 + "environments"


def register(at: Connection, name: str, spec: EnvironmentSpec, definition: dict[str, Any]) -> Environment:
    """Register an environment; what is registered already keeps its version.

    Args:
        at: The workspace.
        name: Letters, digits, ``_``, ``-`` and ``.``.
        spec: What is built.
        definition: A description of one's own, carried along.

    Raises:
        InvalidRequest: The name is not possible, or one of those that come with the server.
    """
    message = RegisterEnvironment(name=name, spec=spec, definition=definition)
    return at.post(_PATH, message, Environment)


def get(at: Connection, name: str, version: str = LATEST) -> Environment:
    """The environment of this name and version.

    Raises:
        NotFound: The workspace has no such environment.
    """
    return at.get(f"{_PATH}/{quote(name, safe='')}", Environment, GetEnvironment(version))


def search(at: Connection) -> list[Environment]:
    """The newest version of each environment, by name."""
    return at.get(_PATH, Environments).environments


def versions(at: Connection, name: str) -> list[Environment]:
    """All versions of an environment, the newest first.

    Raises:
        NotFound: The workspace has no such environment.
    """
    return at.get(f"{_PATH}/{quote(name, safe='')}/versions", Environments).environments
