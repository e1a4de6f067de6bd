"""A server process of the benchmark: started, watched and ended with all its children."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from suite.client import HOST, Connection, WrongAnswer, request
from suite.recipe import Recipe, command
from suite.usage import born, tree

_QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "1"}
_SETTINGS = ("PYTHON", "MLFLOW_", "FML_", "LAZWARD_")


class Server:
    """One server in a folder of its own.

    Args:
        recipe: How it is started.
        scratch: The folder its own is made in.
        database: Makes an empty PostgreSQL database and returns its URL; asked only by those that need one.
    """

    def __init__(self, recipe: Recipe, scratch: Path, database: Callable[[], str]) -> None:
        self.recipe = recipe
        self.port = _free_port()
        self._folder = scratch / recipe.name
        self._log = scratch / f"{recipe.name}.log"
        self._command = command(recipe, self.port, self._folder, database() if recipe.postgresql else "")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process that was started; its children are below it."""
        assert self._process
        return self._process.pid

    def start(self, limit: float = 180) -> float:
        """Start and wait; returns the seconds until ``/health`` first answered 200."""
        self._folder.mkdir(exist_ok=True)
        begin = time.perf_counter()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                stdout=log,
                stderr=log,
                env=self._environment(),
                start_new_session=True,
            )
        while not self._healthy():
            if self._process.poll() is not None or time.perf_counter() - begin > limit:
                raise WrongAnswer(f"it does not start: {self._log.read_text(errors='replace')[-500:]}")
            time.sleep(0.005)
        return time.perf_counter() - begin

    def end(self) -> None:
        """End it with all its children; politely first."""
        if self._process is None:
            return
        processes = {pid: born(pid) for pid in tree(self._process.pid)}
        try:
            with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
                os.killpg(self._process.pid, signal.SIGTERM)
                self._process.wait(15)
        finally:
            _kill(processes)
            self._process.wait()
            self._process = None

    def clear(self) -> None:
        """Remove its folder."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _environment(self) -> dict[str, str]:
        # Its own programs come first on PATH, since some start others by name. The caller's settings are left
        # out: without bytecode files, for one, mlflow's many processes take twice as long to start.
        path = f"{Path(self._command[0]).parent}:{os.environ['PATH']}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)}
        return kept | _QUIET | {"PATH": path, "LAZWARD_CONFIG_DIR": str(self._folder)}

    def _healthy(self) -> bool:
        with contextlib.suppress(OSError, WrongAnswer), Connection(self.port, timeout=5) as connection:
            connection.send(request(self.port, "GET", "/health"))
            return True
        return False


def _kill(processes: dict[int, str]) -> None:
    """End what has not ended; a number that meanwhile belongs to another process is left alone."""
    for pid, birth in processes.items():
        if birth and born(pid) == birth:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind((HOST, 0))
        return sock.getsockname()[1]
