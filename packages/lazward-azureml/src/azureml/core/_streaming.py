"""Following a run until it ends, with what it writes or without."""

import sys
import time
from typing import TYPE_CHECKING

from azureml.core._failures import translated
from azureml.core._run_details import ENDS
from azureml.exceptions import ExperimentExecutionException, ServiceException
from lazward.client.follow import PATIENCE, Follower
from lazward.errors import PASSING

if TYPE_CHECKING:
    from azureml.core.run import Run

_SHORTEST, _LONGEST = 0.2, 2.0


def wait(run: "Run", *, show_output: bool) -> None:
    """Return when the run is over.

    Raises:
        ExperimentExecutionException: Somebody pressed Ctrl-C; the run goes on.
    """
    try:
        if show_output:
            _show(run)
        else:
            _until_over(run)
    except KeyboardInterrupt:
        raise ExperimentExecutionException(
            f"Waiting for the run {run.id} was interrupted. It goes on: {run.get_portal_url()} shows it,"
            " wait_for_completion() waits again, and cancel() ends it."
        ) from None


def _show(run: "Run") -> None:
    _say(_where(run) + "\n")
    if run.job is not None:
        with translated():
            _follow(Follower(run.experiment.workspace.connection, run.id))
    _until_over(run)
    _say(f"\nExecution Summary\n=================\n{_where(run)}\n")


def _follow(follower: Follower) -> None:
    """Print what a job writes, and which log that is in."""
    shown = ""
    for piece in follower:
        if piece.log != shown:
            shown = piece.log
            _say(f"\nStreaming {shown}\n{'=' * (10 + len(shown))}\n\n")
        _say(piece.text)


def _until_over(run: "Run") -> None:
    """Look at a run, less and less often, until it is over; a server that is away is waited for."""
    pause, heard = _SHORTEST, time.monotonic()
    while True:
        try:
            if run.get_status() in ENDS:
                return
            heard = time.monotonic()
        except ServiceException as error:
            if not isinstance(error.inner_exception, PASSING) or time.monotonic() - heard > PATIENCE:
                raise
        time.sleep(pause)
        pause = min(pause * 1.3, _LONGEST)


def _where(run: "Run") -> str:
    return f"RunId: {run.id}\nWeb View: {run.get_portal_url()}\n"


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
