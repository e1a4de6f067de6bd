"""A large file up and down."""

import hashlib
import os
from collections.abc import Iterator

from suite.client import Connection, WrongAnswer, request
from suite.figure import Figure, rate
from suite.server import Server
from suite.size import Size
from suite.tracking import create_experiment, create_run
from suite.usage import Growth

_MIB = 2**20
_NOISE = os.urandom(_MIB - 8)


def artifact(server: Server, size: Size, _: None) -> dict[str, Figure]:
    """Put a file and get it, each in one request, and see how much memory the server takes for that."""
    with Connection(server.port) as connection:
        path = _path(connection)
        with Growth(server.pid) as up_growth:
            up = _put(connection, path, size)
        with Growth(server.pid) as down_growth:
            down = _get(connection, path, size)
        _check(connection, path, size)
        connection.send(request(server.port, "DELETE", path))
    megabytes = _length(size) / 1e6
    return {
        "up": rate(megabytes, up, "MB"),
        "down": rate(megabytes, down, "MB"),
        "up_growth": Figure(up_growth.mib, "MiB", more=False),
        "down_growth": Figure(down_growth.mib, "MiB", more=False),
    }


def _path(connection: Connection) -> str:
    """Where a new run's file goes."""
    experiment = create_experiment(connection)
    run = create_run(connection, experiment)
    return f"/api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/large.bin"


def _put(connection: Connection, path: str, size: Size) -> float:
    connection.send(request(connection.port, "PUT", path, length=_length(size)), _blocks(size))
    return connection.seconds


def _get(connection: Connection, path: str, size: Size) -> float:
    """Only counts what comes, so that the client costs little."""
    lengths: list[int] = []
    connection.send(request(connection.port, "GET", path), sink=lambda piece: lengths.append(len(piece)))
    if sum(lengths) != _length(size):
        raise WrongAnswer(f"the file came back with {sum(lengths)} bytes")
    return connection.seconds


def _check(connection: Connection, path: str, size: Size) -> None:
    """Get the file once more, now looking at the bytes."""
    found, expected = hashlib.sha256(), hashlib.sha256()
    connection.send(request(connection.port, "GET", path), sink=found.update)
    for block in _blocks(size):
        expected.update(block)
    if found.digest() != expected.digest():
        raise WrongAnswer("the file came back with other bytes")


def _length(size: Size) -> int:
    return size.artifact_mib * _MIB


def _blocks(size: Size) -> Iterator[bytes]:
    """The file, no two MiB of it alike."""
    return (number.to_bytes(8, "little") + _NOISE for number in range(size.artifact_mib))
