"""Our server alone, without tokens, for scripts that measure no peers."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator
from pathlib import Path
from typing import NamedTuple

_BIN = Path(sys.executable).parent


class Own(NamedTuple):
    """A server that runs.

    Attributes:
        address: Where it answers, without a trailing slash.
        home: Its home folder.
        pid: Its process.
    """

    address: str
    home: Path
    pid: int


@contextlib.contextmanager
def running(scratch: Path) -> Generator[Own]:
    """A server with its home in a folder while the block lasts; our clients keep what is theirs there too."""
    os.environ |= {
        "LAZWARD_CONFIG_DIR": str(scratch / "config"),
        "LAZWARD_SPOOL_DIR": str(scratch / "spools"),
    }
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = scratch / "home"
    command = [_BIN / "lazward", "up", "--auth", "off", "--home", home, "--port", str(port)]
    with (scratch / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(address + "/health")
        yield Own(address, home, process.pid)
    finally:
        process.terminate()
        process.wait()


def _wait(url: str) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), urllib.request.urlopen(url):
            return
        time.sleep(0.1)
    sys.exit(f"{url} does not answer")
