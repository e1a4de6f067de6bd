"""A program with all that it starts, and ending the whole of it."""

import contextlib
import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, STDOUT, Popen

import psutil

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_GRACE = 3.0
"""Seconds between asking a program to end and ending it."""
_LOOK = 0.2
_STUBBORN = 30.0
"""Seconds for what even that does not end, such as a process that waits for a broken disk."""


class Family:
    """A program that runs, with its children and theirs.

    Args:
        argv: The program and its words.
        folder: Where it runs.
        variables: Its environment.
        output: Where it writes to.
        cores: Processors that it is kept to; None for all.
    """

    def __init__(
        self,
        argv: Sequence[str],
        folder: Path,
        variables: Mapping[str, str],
        output: int,
        cores: Collection[int] | None,
    ) -> None:
        self._process = Popen(  # noqa: S603 - a list of words; what runs is what the job's owner asked for
            argv,
            cwd=folder,
            env=dict(variables),
            stdin=DEVNULL,
            stdout=output,
            stderr=STDOUT,
            start_new_session=True,
            preexec_fn=_before(cores),  # noqa: PLW1509 - it calls the kernel alone
        )

    def poll(self) -> int | None:
        """The exit status of the program; None while it runs."""
        return self._process.poll()

    def memory(self) -> int:
        """Bytes of memory that all of it takes."""
        return sum(map(_resident, members()))

    def exact_memory(self) -> int:
        """The same with what several processes share counted once, which takes longer to find out."""
        return sum(map(_proportional, members()))

    def end(self) -> None:
        """End all of it, kindly first."""
        end_all()
        with contextlib.suppress(Exception):
            self._process.wait(1.0)


def members() -> list[psutil.Process]:
    """All that this process has started and that is alive, what was left behind by its parent among it."""
    with contextlib.suppress(psutil.Error):
        return [one for one in psutil.Process().children(recursive=True) if not _is_dead(one)]
    return []


def end_all() -> None:
    """End all that this process has started, kindly first."""
    there = members()
    for one in there:
        with contextlib.suppress(psutil.Error):
            one.terminate()
    psutil.wait_procs(there, timeout=_GRACE)
    end = time.monotonic() + _STUBBORN
    while (there := members()) and time.monotonic() < end:
        for one in there:
            with contextlib.suppress(psutil.Error):
                one.kill()
        psutil.wait_procs(there, timeout=1.0)


@contextmanager
def ended_when(over: Callable[[], object]) -> Generator[None]:
    """End all that this process starts inside the block as soon as it is over."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_LOOK):
            if over():
                end_all()

    thread = threading.Thread(target=watch, name="lazward-stop", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def adopt_orphans() -> None:
    """Become the parent of what its own parent leaves behind, so that nothing of a job gets away (Linux)."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _before(cores: Collection[int] | None) -> Callable[[], None] | None:
    """What a program does before it becomes itself: die with its launcher, keep to its processors."""
    if not sys.platform.startswith("linux"):
        return None
    # Looked up before: after the fork, a lock of the linker may be held by a thread that is not there.
    prctl, launcher = ctypes.CDLL(None).prctl, os.getpid()

    def prepare() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != launcher:  # it died before it could be heard of
            os._exit(1)
        if cores is not None:
            os.sched_setaffinity(0, cores)

    return prepare


def _resident(process: psutil.Process) -> int:
    with contextlib.suppress(psutil.Error):
        return process.memory_info().rss
    return 0


def _proportional(process: psutil.Process) -> int:
    with contextlib.suppress(psutil.Error, AttributeError):  # Linux alone shares it out
        return process.memory_full_info().pss
    return _resident(process)


def _is_dead(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.Error:
        return True
