"""What tests of artifacts share: each kind of blob store, and a run on a real server."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from lazward_server.artifacts.store import BlobStore, open_store

PROXY = "/api/2.0/mlflow-artifacts/artifacts"


class Run:
    """A run on a server, and where its artifacts are reached."""

    def __init__(self, server) -> None:
        self.server = server
        self.http = server.client()
        created = self.http.post("/api/2.0/mlflow/runs/create", json={"experiment_id": "0"}).json()
        self.run_id = created["run"]["info"]["run_id"]
        self.root = f"{PROXY}/0/{self.run_id}/artifacts"
        self.folder = server.home / "artifacts" / "default" / "0" / self.run_id / "artifacts"

    def put(self, path: str, content: bytes = b"x") -> httpx.Response:
        """Upload through the proxy, the name escaped as it should be."""
        return self.http.put(f"{self.root}/{path}", content=content)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Download through the proxy."""
        return self.http.get(f"{self.root}/{path}", headers=headers)

    def listed(self, path: str | None = None) -> list[dict]:
        """What artifacts/list tells."""
        params = {"run_id": self.run_id} | ({"path": path} if path is not None else {})
        return self.http.get("/api/2.0/mlflow/artifacts/list", params=params).json().get("files", [])

    def staged(self) -> list[Path]:
        """Files the server has in the making."""
        staging = self.server.home / "artifacts" / ".staging"
        return [path for path in staging.rglob("*") if path.is_file() and path.name != "lock"]


@pytest.fixture
def run(server) -> Iterator[Run]:
    """A fresh run on the shared server."""
    made = Run(server)
    yield made
    made.http.close()


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, str]]:
    """An S3 server with one bucket; the environment that leads to it."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    server = subprocess.Popen(
        [Path(sys.executable).with_name("moto_server"), "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with contextlib.suppress(httpx.TransportError):
            httpx.put(f"{url}/artifacts", headers={"host": "s3.amazonaws.com"}).raise_for_status()
            break
        time.sleep(0.1)
    yield {
        "AWS_ENDPOINT": url,
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
    }
    server.terminate()
    server.wait(10)


@pytest.fixture(params=["disk", "memory", pytest.param("s3", marks=pytest.mark.slow)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BlobStore]:
    """An empty store of each kind."""
    with pytest.MonkeyPatch.context() as patched:
        urls = {"disk": (tmp_path / "artifacts").as_uri(), "memory": "memory:///", "s3": "s3://artifacts/"}
        if request.param == "s3":
            for name, value in request.getfixturevalue("bucket").items():
                patched.setenv(name, value)
            urls["s3"] += os.urandom(4).hex()
        opened = open_store(urls[request.param])
    yield opened
    opened.close()


async def stream(*pieces: bytes) -> AsyncIterator[bytes]:
    """Content that arrives in pieces."""
    for piece in pieces:
        yield piece


@pytest.fixture
def content():
    """Makes a stream of bytes."""
    return stream


@pytest.fixture(scope="module")
def shared_run(server) -> Iterator[Run]:
    """One run for all tests of a module."""
    made = Run(server)
    yield made
    made.http.close()
