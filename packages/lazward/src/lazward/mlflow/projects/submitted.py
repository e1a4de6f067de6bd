"""A project that runs as a job, as MLflow's callers see it."""

# MLflow's classes carry no types.
# pyright: reportIncompatibleMethodOverride=false

import html
import math
import sys
import time

from mlflow.projects import SubmittedRun

from lazward.client import jobs
from lazward.client.follow import Follower, is_over
from lazward.client.http import Connection
from lazward.errors import LazwardError
from lazward.spool.notice import say
from lazward.wire.jobs import BUILD_LOG, CANCEL_REQUESTED, LOG, STATUSES, Job, State
from lazward.wire.runs import RunStatus

_LOOK = 0.1
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
        logs = (BUILD_LOG, LOG) if self._stream else ()
        following = Follower(self._at, self.run_id, logs=logs, patience=math.inf, away=_say_away)
        for piece in following:
            sys.stdout.write(piece.text)
            sys.stdout.flush()
        self._job = following.job
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
        while not is_over(self._look()) and time.monotonic() < end:
            time.sleep(_LOOK)

    def _look(self) -> Job:
        if not is_over(self._job):
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


def _say_away(error: LazwardError) -> None:
    say(f"{error.message} The job goes on, and so does the waiting for it.")
