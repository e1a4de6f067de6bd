"""Uploads and downloads of any size: in constant memory, and with nothing left of those that fail."""

import contextlib
import hashlib
import itertools
import os
import random
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from .conftest import Run

LARGE = 96 * 2**20


def until(true: Callable[[], bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def begin_upload(run: Run, path: str, announced: int, sent: bytes) -> socket.socket:
    """Send the head of a PUT and part of its body."""
    where = urlsplit(run.server.url)
    connection = socket.create_connection((where.hostname, where.port), timeout=30)
    head = f"PUT {run.root}/{path} HTTP/1.1\r\nhost: {where.netloc}\r\ncontent-length: {announced}\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in run.server.headers.items())
    connection.sendall(head.encode() + b"\r\n" + sent)
    return connection


def pieces(size: int, digest: "hashlib._Hash") -> Iterator[bytes]:
    piece = os.urandom(2**20)
    for number in range(size // len(piece)):
        changed = number.to_bytes(8, "little") + piece[8:]
        digest.update(changed)
        yield changed


def resident(pid: int, field: str) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split(field + ":")[1].split()[0]) * 1024


def test_a_large_artifact_passes_in_constant_memory(start_server) -> None:
    run = Run(start_server())
    pid = run.server.process.pid
    run.put("warm", bytes(2**20))
    before = resident(pid, "VmRSS")
    up, down = hashlib.sha256(), hashlib.sha256()
    answer = run.http.put(
        f"{run.root}/large", content=pieces(4 * LARGE, up), headers={"content-length": str(4 * LARGE)}
    )
    assert answer.status_code == 200
    with run.http.stream("GET", f"{run.root}/large") as download:
        for chunk in download.iter_raw():
            down.update(chunk)
    assert up.digest() == down.digest()
    assert resident(pid, "VmHWM") - before < 32 * 2**20


def test_an_upload_without_a_length_is_taken_too(run) -> None:
    digest = hashlib.sha256()
    assert run.http.put(f"{run.root}/chunked", content=pieces(5 * 2**20, digest)).status_code == 200
    assert hashlib.sha256(run.get("chunked").content).digest() == digest.digest()


def test_an_upload_in_the_smallest_pieces_arrives_whole_and_soon(run) -> None:
    where = urlsplit(run.server.url)
    head = f"PUT {run.root}/f HTTP/1.1\r\nhost: {where.netloc}\r\ntransfer-encoding: chunked\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in run.server.headers.items())
    content = os.urandom(200_000)
    begun = time.monotonic()
    with socket.create_connection((where.hostname, where.port), timeout=30) as connection:
        connection.sendall(head.encode() + b"\r\n")
        connection.sendall(b"".join(b"1\r\n" + bytes([byte]) + b"\r\n" for byte in content) + b"0\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
    assert time.monotonic() - begun < 10
    assert run.get("f").content == content


@pytest.mark.parametrize("sent", [0, 1000, 3 * 2**20])
def test_a_client_that_goes_away_leaves_nothing(run, sent: int) -> None:
    run.put("old", b"old")
    for path in ("old", "new"):
        connection = begin_upload(run, path, 10 * 2**20, bytes(sent))
        if sent > 2**20:
            until(lambda: bool(run.staged()))
        connection.close()
        until(lambda: not run.staged())
    assert [file["path"] for file in run.listed()] == ["old"]
    assert run.get("old").content == b"old"


def test_a_broken_chunked_upload_leaves_nothing(run) -> None:
    def broken() -> Iterator[bytes]:
        yield bytes(2**20)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        run.http.put(f"{run.root}/f", content=broken())
    until(lambda: not run.staged())
    assert run.listed() == []


def test_a_file_in_the_making_is_seen_by_nobody(run) -> None:
    connection = begin_upload(run, "d/f", 4 * 2**20, bytes(3 * 2**20))
    until(lambda: bool(run.staged()))
    assert run.listed() == []
    assert run.get("d/f").status_code == 404
    connection.sendall(bytes(2**20))
    assert connection.recv(100).startswith(b"HTTP/1.1 200")
    assert run.listed("d") == [{"path": "d/f", "is_dir": False, "file_size": 4 * 2**20}]
    connection.close()


def test_a_download_that_is_broken_off_closes_the_file(run) -> None:
    assert run.put("large", bytes(LARGE)).status_code == 200
    path = str(run.folder / "large")
    pid = run.server.process.pid

    def held() -> bool:
        links = Path(f"/proc/{pid}/fd").iterdir()
        found = False
        for link in links:
            with contextlib.suppress(FileNotFoundError):
                found = found or str(link.readlink()) == path
        return found

    with run.http.stream("GET", f"{run.root}/large") as download:
        assert download.status_code == 200
        reading = download.iter_raw(2**16)
        next(reading)
        assert held()
    until(lambda: not held())


def test_a_slow_reader_does_not_make_the_server_read_ahead(run) -> None:
    assert run.put("large", bytes(LARGE)).status_code == 200
    pid = run.server.process.pid
    before = resident(pid, "VmRSS")
    readings: list[Iterator[bytes]] = []
    with contextlib.ExitStack() as open_downloads:
        for _ in range(4):
            download = open_downloads.enter_context(run.http.stream("GET", f"{run.root}/large"))
            readings.append(download.iter_raw(2**16))  # forgotten, it would close the connection
            next(readings[-1])
        time.sleep(0.5)
        assert resident(pid, "VmRSS") - before < 40 * 2**20
        assert run.put("meanwhile").status_code == 200


def write_until_killed(run: Run, number: int, acknowledged: dict[str, int]) -> None:
    """Upload files that carry their size in their name, until the server is gone."""
    sizes = random.Random(f"{run.run_id} {number}")
    client = run.server.client()
    with contextlib.suppress(httpx.TransportError):
        for each in itertools.count():
            size = sizes.choice([10, 4096, 3 * 2**20])
            path = f"{run.root}/{number}/{each}-{size}"
            if client.put(path, content=bytes(size)).status_code == 200:
                acknowledged[path] = size


@pytest.mark.timeout(600)
@pytest.mark.parametrize("rounds", [3, pytest.param(30, marks=pytest.mark.slow)])
def test_a_killed_server_leaves_no_half_artifact_and_loses_no_acknowledged_one(
    start_server, rounds: int
) -> None:
    server = start_server()
    artifacts = server.home / "artifacts"
    acknowledged: dict[str, int] = {}
    for _ in range(rounds):
        run = Run(server)
        writers = [
            threading.Thread(target=write_until_killed, args=(run, number, acknowledged))
            for number in range(4)
        ]
        for writer in writers:
            writer.start()
        time.sleep(random.uniform(0.3, 0.8))
        server.kill()
        for writer in writers:
            writer.join()
        server = start_server(home=server.home)
        for path in (artifacts / "default").rglob("*-*"):
            assert path.stat().st_size == int(path.name.split("-")[1])
        assert not Run(server).staged()
    assert acknowledged
    for path, size in acknowledged.items():
        assert (artifacts / "default" / path.partition("/artifacts/")[2]).stat().st_size == size


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 16 MiB."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", folder], check=False)
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a file system")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_is_told_and_survived(start_server, small_disk: Path) -> None:
    run = Run(start_server("--artifacts", (small_disk / "artifacts").as_uri()))
    staging = small_disk / "artifacts/.staging"
    assert run.put("kept", bytes(10 * 2**20)).status_code == 200
    for size in (7 * 2**20, 64 * 2**20):
        answer = run.put("too-much", bytes(size))
        assert answer.status_code == 507
        assert answer.json()["error_code"] == "RESOURCE_EXHAUSTED"
        assert "disk of the artifacts is full" in answer.json()["message"]
        until(lambda: [path.name for path in staging.rglob("*") if path.is_file()] == ["lock", "lock"])
    assert [file["path"] for file in run.listed()] == ["kept"]
    assert len(run.get("kept").content) == 10 * 2**20
    assert run.put("small").status_code == 200
    assert run.http.delete(f"{run.root}/kept").status_code == 200
    assert run.put("too-much", bytes(7 * 2**20)).status_code == 200
