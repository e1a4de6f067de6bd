"""The cluster on the server's own machine: each node a place for one process.

A launcher is a process of its own session, so it outlives the server; its handle is its number with the time
at which it began, since numbers are used again. It runs as the user whom the server runs as.
"""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

import psutil

from lazward.errors import Unavailable
from lazward_server.compute.engine import Engine, Launch, Presence, Scales

_LAUNCHER = "lazward.launcher"
_KEPT = frozenset(
    """
    PATH HOME USER LOGNAME SHELL LANG LANGUAGE TZ TMPDIR TEMP LD_LIBRARY_PATH DYLD_LIBRARY_PATH
    HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy
    LAZWARD_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE XDG_CACHE_HOME CUDA_HOME
    """.split()
)
_KEPT_FAMILIES = ("LC_", "UV_", "PIP_", "CONDA_", "RATTLER_", "CUDA_VISIBLE", "NVIDIA_", "ROCM_")
"""What of the server's own environment a job may see: what finds programs and packages, and no secrets."""


class Cluster(Scales, Engine):
    """See ``engine.Engine``.

    Args:
        folder: Where launchers leave what they print themselves.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started: dict[int, subprocess.Popen[bytes]] = {}

    def submit(self, launch: Launch) -> str:
        """See ``engine.Engine``."""
        self._reap()
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with (self._folder / f"{launch.run_id}.log").open("ab") as out:
                process = subprocess.Popen(  # noqa: S603 - our own program
                    [sys.executable, "-m", _LAUNCHER],
                    env=_environment() | dict(launch.variables),
                    cwd=self._folder,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=out,
                    start_new_session=True,
                )
        except OSError as error:
            raise Unavailable(f"The launcher could not be started: {error.strerror}.") from error
        self._started[process.pid] = process
        return _handle(process.pid)

    def poll(self, handles: Collection[str]) -> Mapping[str, Presence]:
        """See ``engine.Engine``."""
        self._reap()
        return {
            handle: Presence.THERE if _process(handle) is not None else Presence.GONE for handle in handles
        }

    def cancel(self, handle: str) -> None:
        """See ``engine.Engine``."""
        process = _process(handle)
        if process is None:
            return
        with contextlib.suppress(psutil.Error):
            family = process.children(recursive=True)
            for one in (process, *family):
                with contextlib.suppress(psutil.Error):
                    one.kill()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        self._reap()

    def _reap(self) -> None:
        """Let those that ended go, which would stay in the system's list as long as we live."""
        for number, process in list(self._started.items()):
            if process.poll() is not None:
                del self._started[number]


def _handle(number: int) -> str:
    with contextlib.suppress(psutil.Error):
        return f"{number} {psutil.Process(number).create_time()}"
    return f"{number} 0"  # it has ended by now


def _process(handle: str) -> psutil.Process | None:
    """The process that a handle stands for; None if it has ended."""
    number, _, began = handle.partition(" ")
    try:
        process = psutil.Process(int(number))
        same = abs(process.create_time() - float(began)) < 1.0
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except (psutil.Error, ValueError):
        return None


def _environment() -> dict[str, str]:
    return {
        name: value for name, value in os.environ.items() if name in _KEPT or name.startswith(_KEPT_FAMILIES)
    }
