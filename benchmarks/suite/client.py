"""A small HTTP client on a kept-alive loopback connection.

A general client costs more than the servers measured here; this one leaves nearly all the time to them.
Anything but status 200 is an error, so that a refusal never counts as a quick answer.
"""

import socket
import time
from collections.abc import Callable, Iterable
from typing import Any, Self
from urllib.parse import urlencode

import httptools
import msgspec

HOST = "127.0.0.1"
API = "/api/2.0/mlflow/"


class WrongAnswer(Exception):
    """A server refused, or did not answer what it should have."""


def request(port: int, method: str, path: str, body: bytes = b"", *, length: int | None = None) -> bytes:
    """The bytes of a request. With ``length`` only its head; that many bytes must follow."""
    size = len(body) if length is None else length
    kind = "application/json" if length is None else "application/octet-stream"
    fields = f"Content-Type: {kind}\r\nContent-Length: {size}\r\n" if size else ""
    return f"{method} {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\n{fields}\r\n".encode() + body


def post(port: int, endpoint: str, message: Any) -> bytes:
    """The bytes of a request to the MLflow API."""
    return request(port, "POST", API + endpoint, msgspec.json.encode(message))


class Connection:
    """One connection, opened with ``with``.

    Attributes:
        seconds: What the last request took, from its first byte sent to the answer's last byte read.
    """

    def __init__(self, port: int, timeout: float = 300) -> None:
        self.port = port
        self.seconds = 0.0
        self._socket = socket.create_connection((HOST, port), timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = memoryview(bytearray(256 * 1024))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def post(self, endpoint: str, **message: Any) -> Any:
        """Call the MLflow API with a message."""
        return msgspec.json.decode(self.send(post(self.port, endpoint, message)))

    def get(self, path: str, **query: Any) -> Any:
        """Call the MLflow API, or with a leading slash any path, with a query."""
        path = path if path.startswith("/") else API + path
        asked = request(self.port, "GET", f"{path}?{urlencode(query)}" if query else path)
        return msgspec.json.decode(self.send(asked))

    def send(
        self, head: bytes, more: Iterable[bytes] = (), sink: Callable[[bytes], object] | None = None
    ) -> bytes:
        """Send a prepared request; ``sink`` takes the pieces of the answer's body instead of returning it."""
        pieces: list[bytes] = []
        begin = time.perf_counter()
        self._socket.sendall(head)
        for piece in more:
            self._socket.sendall(piece)
        status = self._receive(sink or pieces.append)
        self.seconds = time.perf_counter() - begin
        if status != 200:
            raise WrongAnswer(f"{_line(head)} was answered {status}: {b''.join(pieces)[:300]!r}")
        return b"".join(pieces)

    def _receive(self, sink: Callable[[bytes], object]) -> int:
        answer = _Answer(sink)
        parser = httptools.HttpResponseParser(answer)
        while not answer.complete:
            size = self._socket.recv_into(self._buffer)
            if not size:
                raise WrongAnswer("the server closed the connection within an answer")
            parser.feed_data(self._buffer[:size])
        return parser.get_status_code()


def _line(head: bytes) -> str:
    """The first line of a request."""
    return head.partition(b" HTTP/1.1\r\n")[0].decode()


class _Answer:
    """Takes the parser's calls."""

    def __init__(self, sink: Callable[[bytes], object]) -> None:
        self.on_body = sink
        self.complete = False

    def on_message_complete(self) -> None:
        self.complete = True
