"""A project that runs as a job, as MLflow's callers see it."""

# MLflow's classes carry no types.
# pyright: reportIncompatibleMethodOverride=false

import codecs
import html
import sys
import time

from mlflow.projects import SubmittedRun

from lazward.client import jobs
from lazward.client.http import Connection
from lazward.errors import ServerUnreachable, TooManyRequests, Unavailable
from lazward.spool.notice import say
from lazward.wire.jobs import BUILD_LOG, CANCEL_REQUESTED, LOG, STATUSES, Job, State
from lazward.wire.runs import RunStatus

_FIRST, _LONGEST = 0.1, 2.0
_PASSING = (ServerUnreachable, Unavailable, TooManyRequests)
"""What the waiting outlives."""
_PATIENCE = 60.0
"""Seconds that ``cancel`` waits for the end."""


class LazwardRun(SubmittedRun):
    """A job that was submitted for a project.

    Args:
        at: The workspace.
        job: The job.
        stream: Whether ``wait`` shows what it writes.
    """

    def __init__(self, at: Connection, job: Job, *, stream: bool) -> None:
        super().__init__()
        self._at = at
        self._job = job
        self._stream = stream

    @property
    def run_id(self) -> str:
        """The run, which the job is."""
        return self._job.run_id

    @property
    def page(self) -> str:
        """Where the run is shown."""
        return f"{self._at.where.http}/#/experiments/{self._job.experiment_id}/runs/{self.run_id}"

    def wait(self) -> bool:
        """Wait for the end, showing what the job writes unless that was not wanted; whether it succeeded."""
        logs = [_Followed(self._at, self.run_id, name) for name in (BUILD_LOG, LOG)] if self._stream else []
        pause, away = _FIRST, False
        while True:
            try:
                over = self._look().state in _ENDS
                shown = [
                    log.show() for log in logs
                ]  # after the look, so that nothing before the end is missed
            except _PASSING as error:
                if not away:
                    say(f"{error.message} The job goes on, and so does the waiting for it.")
                pause, away = _LONGEST, True
            else:
                if over:
                    break
                pause, away = (_FIRST if any(shown) else min(pause * 1.5, _LONGEST)), False
            time.sleep(pause)
        if self._job.error is not None:
            say(f"the run {self.run_id} failed: {self._job.error.message}")
        return self._job.state == State.COMPLETED.value

    def get_status(self) -> str:
        """Where the run stands, as one of MLflow's statuses."""
        state = self._look().state
        return (RunStatus.RUNNING if state == CANCEL_REQUESTED else STATUSES[State(state)]).value

    def cancel(self) -> None:
        """Cancel the job, and wait until it has ended."""
        self._job = jobs.cancel(self._at, self.run_id)
        end = time.monotonic() + _PATIENCE
        while self._look().state not in _ENDS and time.monotonic() < end:
            time.sleep(_FIRST)

    def _look(self) -> Job:
        if self._job.state not in _ENDS:
            self._job = jobs.get(self._at, self.run_id)
        return self._job

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        job = self._look()
        shown = {"Experiment": job.experiment, "Run": job.run_id, "Compute": job.compute, "Status": job.state}
        rows = "".join(
            f"<tr><th>{name}</th><td>{html.escape(text)}</td></tr>" for name, text in shown.items()
        )
        link = f'<a href="{html.escape(self.page)}">open</a>'
        return f"<table>{rows}<tr><th>Page</th><td>{link}</td></tr></table>"


_ENDS = frozenset(state.value for state in State if state.over)


class _Followed:
    """A log that is shown as it grows."""

    def __init__(self, at: Connection, run_id: str, name: str) -> None:
        self._at, self._run_id, self._name = at, run_id, name
        self._offset = 0
        self._decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode

    def show(self) -> bool:
        """Show what is new; whether anything is."""
        before = self._offset
        while piece := jobs.read_log(self._at, self._run_id, self._name, self._offset):
            self._offset += len(piece)
            sys.stdout.write(self._decode(piece))
        sys.stdout.flush()
        return self._offset > before
