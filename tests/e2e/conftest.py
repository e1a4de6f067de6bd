"""What end-to-end tests share: raw sockets, refused starts, and a look at process trees."""

import json
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest
from tests import forked


class Reply(NamedTuple):
    """What came back over a raw socket."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def error(self) -> tuple[str, str]:
        """Code and text of an error in the protocol's shape."""
        answer = json.loads(self.body)
        return answer["error_code"], answer["message"]


def connect(url: str, seconds: float = 20) -> socket.socket:
    host, port = url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=seconds)


def read_reply(sock: socket.socket, *, has_body: bool = True) -> Reply:
    """One answer, as far as its content length or its chunks say."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _some(sock, received)
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
    while has_body and len(body) < int(headers.get("content-length", 0)):
        body += _some(sock, body)
    if has_body and headers.get("transfer-encoding") == "chunked":
        body = _unchunked(sock, body)
    return Reply(int(first.split()[1]), headers, body)


def _unchunked(sock: socket.socket, received: bytes) -> bytes:
    """The content of chunks, of which some bytes are there; trailers are none of ours."""
    content = b""
    while True:
        while b"\r\n" not in received:
            received += _some(sock, received)
        size, _, received = received.partition(b"\r\n")
        length = int(size, 16)
        while len(received) < length + 2:
            received += _some(sock, received)
        if length == 0:
            return content
        content, received = content + received[:length], received[length + 2 :]


def _some(sock: socket.socket, so_far: bytes) -> bytes:
    piece = sock.recv(65536)
    if not piece:
        raise ConnectionError(f"the server hung up after {so_far[:200]!r}")
    return piece


def request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """The bytes of a request; underscores in header names stand for dashes."""
    given = {"host": "127.0.0.1", "content-length": str(len(body))} | {
        name.replace("_", "-").lower(): value for name, value in headers.items()
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items() if value)
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode("latin-1") + body


@pytest.fixture(scope="session")
def wire():
    """Functions for tests that speak HTTP by hand: ``connect``, ``request``, ``read_reply``."""

    class Wire:
        connect = staticmethod(connect)
        request = staticmethod(request)
        read_reply = staticmethod(read_reply)

        @staticmethod
        def exchange(url: str, data: bytes) -> Reply:
            with connect(url) as sock:
                sock.sendall(data)
                return read_reply(sock)

    return Wire


@pytest.fixture
def refused(tmp_path: Path) -> Callable[..., str]:
    """Runs ``lazward up`` with options that must be refused; returns what it told the user."""

    def run(*options: object, status: int = 1, **env: str) -> str:
        given = [str(option) for option in options]
        if "--home" not in given:
            given += ["--home", str(tmp_path / "refused")]
        if "--port" not in given:
            given += ["--port", str(unused_port())]
        environment = os.environ | {"LAZWARD_CONFIG_DIR": str(tmp_path / "config")} | env
        done = forked.lazward("up", *given, env=environment, timeout=20)
        text = done.stdout + done.stderr
        assert done.returncode == status, text
        assert "Traceback" not in text
        assert "LAZWARD_DEBUG" not in text, "an error nobody thought of"
        return " ".join(text.split())

    return run


def unused_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def kill_tree(pid: int) -> None:
    """End a process and its children at once, as a power cut would."""
    everyone = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    for one in everyone:
        one.suspend()  # nobody reacts to the death of another
    for one in everyone:
        one.send_signal(signal.SIGKILL)
    psutil.wait_procs(everyone, timeout=30)


@pytest.fixture(scope="session")
def tree():
    """Functions on a process and its children."""

    class Tree:
        kill = staticmethod(kill_tree)

        @staticmethod
        def children(pid: int) -> list[psutil.Process]:
            return psutil.Process(pid).children(recursive=True)

        @staticmethod
        def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
            return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]

    return Tree


class Sender:
    """Sends many requests over one connection, as they stand and quicker than a full client."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._sock: socket.socket | None = None
        self._headers = {"Host": url.removeprefix("http://"), "Content-Type": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    def __call__(self, method: str, path: str, body: bytes | str = b"", **headers: str) -> Reply:
        data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
        whole = request(method, path, data, **{**self._headers, **headers})
        if self._sock is not None:
            try:
                return self._exchange(self._sock, whole)
            except ConnectionError:  # the server may hang up on an idle connection
                self.close()
        self._sock = connect(self._url, 30)
        return self._exchange(self._sock, whole)

    def json(self, method: str, path: str, body: object = None) -> dict:
        """What must succeed, decoded."""
        answer = self(method, path, b"" if body is None else json.dumps(body))
        assert answer.status == 200, (method, path, answer)
        return json.loads(answer.body or b"{}")

    def close(self) -> None:
        if self._sock is not None:
            self._sock.close()
            self._sock = None

    def _exchange(self, sock: socket.socket, whole: bytes) -> Reply:
        sock.sendall(whole)
        answer = read_reply(sock, has_body=not whole.startswith(b"HEAD"))
        if answer.headers.get("connection") == "close":
            self.close()
        return answer


@pytest.fixture(scope="session")
def sender():
    """Makes senders for a server."""
    return lambda server, token=None: Sender(server.url, server.token if token is None else token)


@pytest.fixture(scope="session")
def send(server) -> Sender:
    """A sender for the shared server."""
    return Sender(server.url, server.token)
