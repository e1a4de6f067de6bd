"""What all parts of a run need: which one it is, and what the server said of it when it was last asked."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from azureml.core import _run_details
from azureml.core._failures import translated
from azureml.core._run_files import Files, Watched
from azureml.core._run_log import Log
from lazward import errors
from lazward.client import jobs, runs
from lazward.client.http import Connection
from lazward.wire.jobs import Job
from lazward.wire.runs import Run as Record

if TYPE_CHECKING:
    from azureml.core.experiment import Experiment

_OUTPUTS = "outputs"


class KnownRun:
    """A run that the server has.

    Args:
        experiment: The run's.
        run_id: Which run.
        outputs: A folder of this machine whose new files become the run's when it ends.

    Raises:
        ServiceException: There is no such run.
    """

    def __init__(
        self,
        experiment: "Experiment",
        run_id: str,
        outputs: bool | str | os.PathLike[str] | None = None,
        *,
        _record: Record | None = None,
    ) -> None:
        self._experiment = experiment
        self._run_id = run_id
        self._connection: Connection = experiment.workspace.connection
        self._log = Log(self._connection, run_id)
        folder = None if outputs is None else outputs_folder(outputs)
        self._watched = None if folder is None else Watched(Path(folder).absolute())
        self._known_job: tuple[Job | None] | None = None
        self._record = _record or self._asked()

    @property
    def id(self) -> str:
        """The id, the same as MLflow's."""
        return self._run_id

    @property
    def experiment(self) -> "Experiment":
        """Its experiment."""
        return self._experiment

    @property
    def job(self) -> Job | None:
        """The job that runs it, as it stood when last looked at; None for a run that a script made."""
        return self._job

    @property
    def _job(self) -> Job | None:
        if self._known_job is None:
            self._known_job = (self._asked_job(),)
        return self._known_job[0]

    @property
    def record(self) -> Record:
        """The run as MLflow's protocol has it, as it was when last looked at."""
        return self._record

    def _refresh(self) -> None:
        """Ask the server how the run is now, after all that was logged has arrived."""
        with translated():
            self._log.flush()
        self._record = self._asked()

    def _files(self) -> Files:
        self._refresh()
        return Files(self._connection, self._record, self._job)

    def _upload_outputs(self) -> None:
        """Send what is new in the folder that is watched."""
        if self._watched is not None:
            self._sending().upload_all(self._watched.fresh())

    def _sending(self) -> Files:
        """The files, for sending alone."""
        return Files(self._connection, self._record, None)

    def _asked(self) -> Record:
        with translated():
            found = runs.get(self._connection, self._run_id)
        self._record, self._known_job = found, None
        return found

    def _asked_job(self) -> Job | None:
        if _run_details.all_tags(self._record).get(_run_details.RUNTYPE) != _run_details.SCRIPTRUN:
            return None
        with translated():
            try:
                return jobs.get(self._connection, self._run_id)
            except errors.NotFound:  # anybody may set that tag
                return None


def outputs_folder(given: bool | str | os.PathLike[str] | None) -> str | os.PathLike[str] | None:
    """The folder to watch that ``outputs`` stands for: the usual one unless another or none is asked for."""
    if given is None or given is True:
        return _OUTPUTS
    return None if given is False else given
