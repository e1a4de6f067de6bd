"""A program with all that it starts, and ending the whole of it."""

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from subprocess import DEVNULL, STDOUT, Popen

import psutil

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_GRACE = 3.0
"""Seconds between asking a program to end and ending it."""


class Family:
    """A program that runs, with its children and theirs.

    Args:
        argv: The program and its words.
        folder: Where it runs.
        variables: Its environment.
        output: Where it writes to.
        cpus: Processors it may use; None for all.
    """

    def __init__(
        self, argv: Sequence[str], folder: Path, variables: Mapping[str, str], output: int, cpus: int | None
    ) -> None:
        self._process = Popen(  # noqa: S603 - a list of words; what runs is what the job's owner asked for
            argv,
            cwd=folder,
            env=dict(variables),
            stdin=DEVNULL,
            stdout=output,
            stderr=STDOUT,
            start_new_session=True,
            preexec_fn=_before(cpus),  # noqa: PLW1509 - it calls the kernel alone
        )
        self._root = psutil.Process(self._process.pid)

    def poll(self) -> int | None:
        """The exit status of the program; None while it runs."""
        return self._process.poll()

    def members(self) -> list[psutil.Process]:
        """All that is alive of it, what has left the program behind among it."""
        with contextlib.suppress(psutil.Error):
            return psutil.Process().children(recursive=True)
        return []

    def memory(self) -> int:
        """Bytes of memory that all of it takes."""
        total = 0
        for member in self.members():
            with contextlib.suppress(psutil.Error):
                total += member.memory_info().rss
        return total

    def end(self) -> None:
        """End all of it, kindly first."""
        self._signal(signal.SIGTERM)
        _, alive = psutil.wait_procs(self.members(), timeout=_GRACE)
        while alive:
            for member in alive:
                with contextlib.suppress(psutil.Error):
                    member.kill()
            psutil.wait_procs(alive, timeout=1.0)
            alive = [one for one in self.members() if one.is_running()]
            if all(_is_dead(one) for one in alive):
                break
        with contextlib.suppress(Exception):
            self._process.wait(1.0)

    def _signal(self, number: signal.Signals) -> None:
        for member in self.members():
            with contextlib.suppress(psutil.Error):
                member.send_signal(number)


def adopt_orphans() -> None:
    """Become the parent of what its own parent leaves behind, so that nothing of a job gets away (Linux)."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _before(cpus: int | None) -> Callable[[], None] | None:
    """What a program does before it becomes itself: die with its launcher, keep to its processors."""
    if not sys.platform.startswith("linux"):
        return None
    allowed = sorted(os.sched_getaffinity(0))
    some = allowed[:cpus] if cpus is not None and cpus < len(allowed) else None
    library = ctypes.CDLL(None)

    def prepare() -> None:
        library.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if some is not None:
            os.sched_setaffinity(0, some)

    return prepare


def _is_dead(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.Error:
        return True


def _prctl(option: int, value: int) -> None:
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
