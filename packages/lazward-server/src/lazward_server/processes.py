"""Several processes that do the same: started together, replaced when they die, ended with their parent."""

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from typing import Any

from lazward.errors import Unavailable

log = logging.getLogger("lazward")

CANNOT_START = 3
"""The exit status of a process for which a second attempt would end no better."""

_PAUSE = 0.5  # before a dead process is replaced, so that one that dies at once does not spin


def keep(count: int, run: Callable[..., None], *args: Any) -> None:
    """Keep ``count`` processes running ``run(*args)`` until SIGTERM or SIGINT, then wait for their end.

    Raises:
        Unavailable: A process could not start; all have been ended.
    """
    kept = _Kept(run, args)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _signal, _frame: kept.stop())
    for _ in range(count):
        kept.start()
    kept.watch()


class _Kept:
    def __init__(self, run: Callable[..., None], args: tuple[Any, ...]) -> None:
        self._run = run
        self._args = args
        self._processes: list[BaseProcess] = []
        self._stopping = False

    def start(self) -> None:
        process = multiprocessing.get_context("spawn").Process(target=_child, args=(self._run, self._args))
        process.start()
        self._processes.append(process)
        if self._stopping:  # the signal came in between
            process.terminate()

    def stop(self) -> None:
        self._stopping = True
        for process in self._processes:
            process.terminate()

    def watch(self) -> None:
        failed = False
        while self._processes:
            wait([process.sentinel for process in self._processes])
            for process in [process for process in self._processes if not process.is_alive()]:
                self._processes.remove(process)
                failed = failed or process.exitcode == CANNOT_START
                self._replace(process.exitcode, failed=failed)
        if failed:
            raise Unavailable("A server process could not start; the lines above tell why.")

    def _replace(self, status: int | None, *, failed: bool) -> None:
        if failed:
            self.stop()
        elif not self._stopping:
            log.error("a server process ended with status %s; another takes its place", status)
            time.sleep(_PAUSE)
            self.start()


def _child(run: Callable[..., None], args: tuple[Any, ...]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(KeyboardInterrupt):  # Ctrl-C reaches the parent too, which tells what needs telling
        run(*args)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
