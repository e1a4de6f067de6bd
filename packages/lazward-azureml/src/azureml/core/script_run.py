"""Runs of scripts that were submitted."""

from azureml.core import _run_details
from azureml.core.run import Run

__all__ = ["ScriptRun"]


class ScriptRun(Run):
    """A run of a script that was submitted; see ``Run``."""

    RUN_TYPE = _run_details.SCRIPTRUN
