"""Following a run until it ends, with what it writes or without."""

import codecs
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from azureml.core._failures import translated
from azureml.core._run_details import ENDS
from azureml.exceptions import ExperimentExecutionException
from lazward.client import jobs
from lazward.client.http import Connection
from lazward.wire.jobs import BUILD_LOG, LOG, Job

if TYPE_CHECKING:
    from azureml.core.run import Run

_SHORTEST, _LONGEST = 0.2, 2.0
_ORDER = (BUILD_LOG, LOG)
"""Logs, those that come later behind."""


def wait(run: "Run", *, show_output: bool) -> None:
    """Return when the run is over.

    Raises:
        ExperimentExecutionException: Somebody pressed Ctrl-C; the run goes on.
    """
    try:
        if show_output:
            _show(run)
        else:
            _until_over(run, lambda: False)
    except KeyboardInterrupt:
        raise ExperimentExecutionException(
            f"Waiting for the run {run.id} was interrupted. It goes on: {run.get_portal_url()} shows it,"
            " wait_for_completion() waits again, and cancel() ends it."
        ) from None


def _show(run: "Run") -> None:
    _say(_where(run) + "\n")
    follower = Follower(run.experiment.workspace.connection, run.id, _say)
    _until_over(run, lambda: follower.step(run.job))
    while follower.step(run.job):
        pass
    follower.end()
    _say(f"\nExecution Summary\n=================\n{_where(run)}\n")


def _until_over(run: "Run", look: Callable[[], bool]) -> None:
    """Wait, and look as often as there is something to see; less and less often otherwise."""
    pause = _SHORTEST
    while run.get_status() not in ENDS:
        pause = _SHORTEST if look() else min(pause * 1.3, _LONGEST)
        time.sleep(pause)


class Follower:
    """Tells what is new in the logs of a job: while it is prepared that of building, then the script's.

    Args:
        at: The workspace.
        run_id: The run.
        say: Told each piece.
    """

    def __init__(self, at: Connection, run_id: str, say: Callable[[str], None]) -> None:
        self._at = at
        self._run_id = run_id
        self._say = say
        self._name = ""
        self._offset = 0
        self._decoder = _decoder()

    def step(self, job: Job | None) -> bool:
        """Tell what is new; whether there was anything."""
        if job is None:
            return False
        last = next((name for name in reversed(_ORDER) if name in job.logs), "")
        found = self._read() if self._name else False
        if not found and last and last != self._name:
            self.end()
            self._name, self._offset, self._decoder = last, 0, _decoder()
            self._say(f"\nStreaming {last}\n{'=' * (10 + len(last))}\n\n")
            found = self._read()
        return found

    def end(self) -> None:
        """Tell what is left of a letter that is not whole."""
        if rest := self._decoder.decode(b"", True):
            self._say(rest)

    def _read(self) -> bool:
        with translated():
            piece = jobs.read_log(self._at, self._run_id, self._name, self._offset)
        self._offset += len(piece)
        if piece:
            self._say(self._decoder.decode(piece))
        return bool(piece)


def _decoder() -> codecs.IncrementalDecoder:
    return codecs.getincrementaldecoder("utf-8")(errors="replace")


def _where(run: "Run") -> str:
    return f"RunId: {run.id}\nWeb View: {run.get_portal_url()}\n"


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
