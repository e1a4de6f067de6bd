"""Snapshots in each kind of store: they come back whole, and nothing is kept of what breaks off."""

import asyncio
import hashlib
import secrets
import socket
import time
from urllib.parse import urlsplit

import pytest
from tests.conftest import start

from lazward_server.artifacts.store import open_store
from lazward_server.snapshots import snapshots

ROUTE = "/api/v1/snapshots"
PART = 5 * 2**20
"""From this size on an object store takes a file in parts."""


def checksum(content):
    return hashlib.sha256(content).hexdigest()


def missing(client, content):
    """What is yet to be sent for a snapshot of one file with this content."""
    file = {"path": "a", "sha256": checksum(content), "size": len(content)}
    answer = client.post(ROUTE, json={"files": [file]})
    assert answer.is_success, answer.text
    return answer.json()["missing"]


@pytest.fixture(scope="module")
def in_memory(tmp_path_factory):
    """A server whose artifacts are in an object store, which it keeps in memory."""
    running = start(tmp_path_factory.mktemp("memory") / "home", "--artifacts", "memory:///")
    yield running
    running.stop()


@pytest.fixture(params=["server", "in_memory"])
def client(request):
    """Talks to a server whose artifacts are on the disk, or in an object store."""
    with request.getfixturevalue(request.param).client() as client:
        yield client


def test_a_snapshot_comes_back_whole(client):
    contents = {
        "empty": b"",
        "small": secrets.token_bytes(1000),
        "d/large": secrets.token_bytes(2 * PART + 1),
    }
    files = [
        {"path": path, "sha256": checksum(content), "size": len(content), "executable": False}
        for path, content in contents.items()
    ]
    first = client.post(ROUTE, json={"files": files}).json()
    sent_by_other_tests = {checksum(b"")}
    assert {*first["missing"]} | sent_by_other_tests == {file["sha256"] for file in files}
    for content in contents.values():
        client.put(f"{ROUTE}/files/{checksum(content)}", content=content).raise_for_status()
    assert client.post(ROUTE, json={"files": files}).json() == {"id": first["id"], "missing": []}
    kept = client.get(f"{ROUTE}/{first['id']}").json()["files"]
    assert kept == sorted(files, key=lambda file: file["path"])
    for content in contents.values():
        assert client.get(f"{ROUTE}/files/{checksum(content)}").content == content


def test_other_bytes_than_were_said_are_not_kept(client):
    content = secrets.token_bytes(2 * PART)
    answer = client.put(f"{ROUTE}/files/{checksum(content)}", content=content[:-1] + b"?")
    assert answer.status_code == 400
    assert missing(client, content) == [checksum(content)]
    assert client.get(f"{ROUTE}/files/{checksum(content)}").status_code == 404


@pytest.mark.parametrize("size", [1000, 2 * PART])
def test_of_an_upload_that_breaks_off_nothing_is_kept(client, size):
    content = secrets.token_bytes(size)
    # Chunked, all bytes arrive and have the right checksum; only the end is not announced.
    for head, sent in {
        f"content-length: {size}": content[:-1],
        "transfer-encoding: chunked": f"{size:x}\r\n".encode() + content + b"\r\n",
    }.items():
        break_off(client, checksum(content), head, sent)
    end = time.monotonic() + 0.5
    while time.monotonic() < end:
        assert missing(client, content) == [checksum(content)]
        time.sleep(0.05)
    client.put(f"{ROUTE}/files/{checksum(content)}", content=content).raise_for_status()
    assert missing(client, content) == []


def break_off(client, sha256, head, sent):
    """Begin an upload and hang up once the server has begun to read it."""
    where = urlsplit(str(client.base_url))
    lines = [f"PUT {ROUTE}/files/{sha256} HTTP/1.1", f"host: {where.netloc}", head]
    lines += [f"authorization: {client.headers['authorization']}", "expect: 100-continue", "", ""]
    with socket.create_connection((where.hostname, where.port), timeout=30) as connection:
        connection.sendall("\r\n".join(lines).encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 100")
        connection.sendall(sent)


@pytest.mark.parametrize("kind", ["disk", "memory"])
@pytest.mark.parametrize("size", [1000, 2 * PART])
def test_content_that_raises_leaves_nothing_in_the_store(tmp_path, kind, size):
    store = open_store("memory:///" if kind == "memory" else tmp_path.as_uri())
    content = secrets.token_bytes(size)

    async def broken():
        yield content
        raise ConnectionResetError

    async def kept():
        with pytest.raises(ConnectionResetError):
            await snapshots.put_file(store, "w", checksum(content), broken(), None)
        return [entry async for entry in store.walk("w")]

    assert asyncio.run(kept()) == []
    store.close()
