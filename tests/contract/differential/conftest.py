"""Both servers, started once."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import start

sys.path.insert(0, str(Path(__file__).parent))

from pair import Pair, Side

FRUGAL = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
"""Nothing beside the server itself."""


@pytest.fixture(scope="session")
def genuine(tmp_path_factory) -> Iterator[str]:
    """The URL of a genuine ``mlflow server`` on SQLite."""
    home = tmp_path_factory.mktemp("genuine")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [Path(sys.executable).with_name("mlflow"), "server", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--backend-store-uri", f"sqlite:///{home}/mlflow.db", "--workers", "1"]
    command += ["--artifacts-destination", home / "artifacts"]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=home,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=os.environ | FRUGAL | {"PATH": path},
        )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url, process, home / "log")
        yield url
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # an orderly end takes it half a minute
        process.wait(30)


@pytest.fixture(scope="session")
def pair(tmp_path_factory, genuine) -> Iterator[Pair]:
    """Both servers; each asked what the other is asked, and nothing else."""
    ours = start(tmp_path_factory.mktemp("ours") / "home")
    yield Pair(Side(ours.url, ours.headers), Side(genuine))
    ours.stop()


def _wait(url: str, process: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + 100
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(url + "/health", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the genuine server did not start: {log.read_text()}")
