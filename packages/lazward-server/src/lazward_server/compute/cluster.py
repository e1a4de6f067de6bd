"""The cluster on the server's own machine: each node a place for one process.

A launcher is a process of its own session, so it outlives the server. Its handle is its number with a mark in
its environment, which everything inherits that it starts: numbers are used again, and what a launcher leaves
behind that was killed is found by the mark. It runs as the user whom the server runs as.
"""

import contextlib
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import psutil

from lazward.environment import containers
from lazward.errors import Unavailable
from lazward.launcher.settings import MARK
from lazward.wire.jobs import MOST_SECONDS, Problem
from lazward_server.compute.engine import Containers, Engine, Launch, Presence, Target

_LAUNCHER = "lazward.launcher"
_ROUNDS = 5
"""How often one looks for what is left, since what is to be ended may start something meanwhile."""
_WORDS_KEPT = MOST_SECONDS + 7 * 86_400
"""Seconds for which one can read what a launcher printed: a week longer than any job runs."""
_WHERE = (
    "What it had to say, if anything, is on the server's machine, in the folder jobs/launchers of its home."
)
_KEPT = frozenset(
    """
    PATH HOME USER LOGNAME SHELL LANG LANGUAGE TZ TMPDIR TEMP LD_LIBRARY_PATH DYLD_LIBRARY_PATH
    HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy
    DOCKER_HOST DOCKER_CONTEXT DOCKER_CONFIG CONTAINERS_CONF CONTAINERS_STORAGE_CONF XDG_RUNTIME_DIR
    LAZWARD_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE XDG_CACHE_HOME CUDA_HOME
    """.split()
)
_KEPT_FAMILIES = (
    "LC_",
    "UV_",
    "PIP_",
    "CONDA_",
    "RATTLER_",
    "CUDA_VISIBLE",
    "NVIDIA_",
    "ROCM_",
    "LAZWARD_CACHE_",
)
"""What of the server's own environment launchers get: what finds programs and packages. What serves to build
environments stays with them, see ``lazward.launcher.variables``."""
_SECRET = ("_PASSWORD", "_TOKEN")
"""How variables of these families end that no job needs; those of ``uv publish`` are besides."""


class Cluster(Engine, Containers):
    """See ``engine.Engine``.

    Args:
        folder: Where launchers leave what they print themselves.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started: dict[int, tuple[subprocess.Popen[bytes], Path]] = {}

    @classmethod
    def open(cls, target: Target) -> "Cluster":
        """See ``engine.Engine``."""
        return cls(folder(target.home))

    @classmethod
    def as_server(cls, settings: Any) -> bool:  # noqa: ARG003 - it has none
        """See ``engine.Engine``."""
        return True

    @classmethod
    def check_containers(cls) -> None:
        """See ``engine.Containers``."""
        containers.find()

    def submit(self, launch: Launch) -> str:
        """See ``engine.Engine``."""
        self._reap()
        mark, words = secrets.token_hex(8), self._folder / f"{launch.run_id}.log"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with words.open("ab") as out:
                process = subprocess.Popen(  # noqa: S603 - our own program
                    [sys.executable, "-m", _LAUNCHER],
                    env=_environment() | self._folders() | dict(launch.variables) | {MARK: mark},
                    cwd=self._folder,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=out,
                    start_new_session=True,
                )
        except OSError as error:
            raise Unavailable(f"The launcher could not be started: {error.strerror}.") from error
        self._started[process.pid] = process, words
        return f"{process.pid} {mark}"

    def poll(self, handles: Collection[str]) -> Mapping[str, Presence]:
        """See ``engine.Engine``."""
        self._reap()
        return {handle: _look(handle)[0] for handle in handles}

    def cancel(self, handle: str) -> None:
        """See ``engine.Engine``."""
        if process := _look(handle)[1]:
            with contextlib.suppress(psutil.Error):
                process.kill()  # first, so that it starts nothing more and tells nothing
        for _ in range(_ROUNDS):
            left = _marked(handle.partition(" ")[2])
            if not left:
                break
            for one in left:
                with contextlib.suppress(psutil.Error):
                    one.kill()
            psutil.wait_procs(left, timeout=1.0)
        self._reap()

    def why(self, handle: str) -> Problem | None:  # noqa: ARG002 - it is the same for all
        """See ``engine.Engine``."""
        return Problem("NodeLost", _WHERE)

    def _reap(self) -> None:
        """Let those that ended go, which would stay in the system's list as long as we live.

        Nobody looks for what one printed that did its work and printed nothing.
        """
        for number, (process, words) in list(self._started.items()):
            if process.poll() is not None:
                self._started.pop(number, None)
                _remove_if_empty(words, process.returncode)

    def _folders(self) -> dict[str, str]:
        jobs = self._folder.parent
        return {"LAZWARD_WORK_DIR": str(jobs / "work"), "LAZWARD_CONFIG_DIR": str(jobs / "config")}


def folder(home: Path) -> Path:
    """Where launchers of a server with this home leave what they print."""
    return home / "jobs" / "launchers"


def forget_words(folder: Path) -> None:
    """Remove what launchers printed there which ended long ago, or whose end nobody here has seen."""
    long_ago = time.time() - _WORDS_KEPT
    for words in folder.glob("*.log"):
        with contextlib.suppress(FileNotFoundError):
            if words.stat().st_mtime < long_ago:
                words.unlink()


def _remove_if_empty(words: Path, status: int) -> None:
    with contextlib.suppress(OSError):
        if status == 0 and words.stat().st_size == 0:
            words.unlink()


def _look(handle: str) -> tuple[Presence, psutil.Process | None]:
    """Whether the process that a handle stands for is there, and if so the process."""
    number, _, mark = handle.partition(" ")
    try:
        process = psutil.Process(int(number))
    except (psutil.NoSuchProcess, ValueError, OverflowError):
        return Presence.GONE, None
    except (psutil.Error, OSError):
        return Presence.UNKNOWN, None
    presence = _presence(process, mark)
    return presence, process if presence is Presence.THERE else None


def _marked(mark: str) -> list[psutil.Process]:
    """All that lives of what a launcher with this mark has started, whoever its parent is by now."""
    return [process for process in psutil.process_iter() if _presence(process, mark) is Presence.THERE]


def _presence(process: psutil.Process, mark: str) -> Presence:
    """Whether a process lives and has this mark; unknown where we cannot look, as with no free descriptor."""
    try:
        if process.status() == psutil.STATUS_ZOMBIE or process.environ().get(MARK) != mark:
            return Presence.GONE
    except (psutil.NoSuchProcess, psutil.AccessDenied):  # another user's, whose environment is not shown
        return Presence.GONE
    except (psutil.Error, OSError):
        return Presence.UNKNOWN
    return Presence.THERE


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if _is_kept(name)}


def _is_kept(name: str) -> bool:
    secret = name.startswith("UV_PUBLISH_") or name.endswith(_SECRET)
    return name in _KEPT or (name.startswith(_KEPT_FAMILIES) and not secret)
