"""Compute targets of a workspace."""

from urllib.parse import quote

from lazward.client.http import V1, Connection
from lazward.wire.base import Ask, Empty
from lazward.wire.compute import (
    ComputeTarget,
    ComputeTargets,
    CreateCompute,
    Node,
    NodeList,
    Size,
    Sizes,
    UpdateCompute,
)
from lazward.wire.doctor import Diagnosis
from lazward.wire.ssh import AskHostKeys, ShownKey, ShownKeys

_PATH = V1 + "compute"


def create(at: Connection, message: CreateCompute) -> ComputeTarget:
    """Make a target.

    Raises:
        AlreadyExists: The name is taken.
        InvalidRequest: The name or a number is not possible.
    """
    return at.post(_PATH, message, ComputeTarget)


def get(at: Connection, name: str) -> ComputeTarget:
    """The target of this name.

    Raises:
        NotFound: The workspace has none.
    """
    return at.get(_at(name), ComputeTarget)


def search(at: Connection) -> list[ComputeTarget]:
    """All targets, by name."""
    return at.get(_PATH, ComputeTargets).compute


def update(at: Connection, name: str, message: UpdateCompute) -> ComputeTarget:
    """Change settings; what is left out stays."""
    return at.ask("PATCH", _at(name), ComputeTarget, message)


def delete(at: Connection, name: str) -> None:
    """Delete a target; it is gone when the jobs that run on it have ended."""
    at.ask("DELETE", _at(name), Empty)


def nodes(at: Connection, name: str) -> list[Node]:
    """The nodes that a target has now, by number."""
    return at.get(_at(name) + "/nodes", NodeList).nodes


def sizes(at: Connection) -> list[Size]:
    """The sizes of nodes that have figures of their own."""
    return at.get(V1 + "compute-sizes", Sizes).sizes


def examine(at: Connection, name: str) -> Diagnosis:
    """Look at all places where a target runs jobs, which may take a minute.

    Raises:
        InvalidRequest: There is nothing to look at for its kind.
    """
    return at.post(_at(name) + "/examine", Ask(), Diagnosis)


def host_keys(at: Connection, address: str, port: int) -> list[ShownKey]:
    """The keys that a host shows to the server, the one to be preferred first.

    Raises:
        InvalidRequest: It shows none.
    """
    return at.post(V1 + "compute-host-keys", AskHostKeys(address=address, port=port), ShownKeys).keys


def _at(name: str) -> str:
    return f"{_PATH}/{quote(name, safe='')}"
