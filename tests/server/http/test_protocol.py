"""Bounds on connections, against the real server loop and sockets."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from lazward_server.http import protocol


async def answer_ok(scope: Any, _receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        headers = [(b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"OK"})


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    monkeypatch.setattr(protocol, "_SECONDS_FOR_HEAD", 0.4)
    config = uvicorn.Config(answer_ok, http=protocol.Protocol, lifespan="off", log_level="error")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield listener.getsockname()
        server.should_exit = True
        thread.join()


def received(sock: socket.socket) -> bytes:
    """All until the server hangs up."""
    found = b""
    while piece := sock.recv(65536):
        found += piece
    return found


@pytest.mark.parametrize("begun", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nhost: x\r\nx: "])
def test_a_head_that_never_ends_is_hung_up_on(address: tuple[str, int], begun: bytes) -> None:
    with socket.create_connection(address, 5) as sock:
        sock.sendall(begun)
        head, _, body = received(sock).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 ")
    assert json.loads(body) == {
        "error_code": "BAD_REQUEST",
        "message": "The head of the request took too long.",
    }


def test_the_second_head_of_a_connection_has_no_more_time_than_the_first(address: tuple[str, int]) -> None:
    with socket.create_connection(address, 5) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\nGET / HTTP/1.1\r\nhost")
        answers = received(sock)
    assert answers.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 408 " in answers


def test_a_connection_that_keeps_asking_is_kept(address: tuple[str, int]) -> None:
    with socket.create_connection(address, 5) as sock:
        for _ in range(12):
            sock.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            assert sock.recv(65536).endswith(b"OK")
            time.sleep(0.1)


def test_a_slow_body_is_not_hurried(address: tuple[str, int]) -> None:
    with socket.create_connection(address, 5) as sock:
        sock.sendall(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 12\r\n\r\n")
        assert sock.recv(65536).endswith(b"OK")
        for _ in range(12):
            sock.sendall(b"x")
            time.sleep(0.1)
        sock.sendall(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        assert sock.recv(65536).endswith(b"OK")
