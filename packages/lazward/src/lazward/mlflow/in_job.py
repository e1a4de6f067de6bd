"""Scripts of jobs that say once more where to log: they were written to run on their own as well.

A job logs to the experiment and the workspace that it was submitted to, and its token reaches no others. So
what merely says the same in other words changes nothing, and what says another experiment is a warning
instead of the end of the job.
"""

import os
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any
from warnings import warn

from lazward.client import locate, uri
from lazward.client.locate import DEFAULT_WORKSPACE
from lazward.client.uri import WorkspaceUri
from lazward.errors import ConfigError

_RUN, _SERVER, _WORKSPACE = "LAZWARD_RUN_ID", "LAZWARD_SERVER", "LAZWARD_WORKSPACE"
_ID, _NAME = "AZUREML_EXPERIMENT_ID", "AZUREML_ARM_PROJECT_NAME"
"""Of the job's experiment. MLflow's own variables of them change when the script sets another."""


def here() -> bool:
    """Whether this is the script of a job, or what it started."""
    return all(os.environ.get(name) for name in (_RUN, _SERVER, _ID, _NAME))


def keeping_experiment(set_experiment: Callable[..., Any]) -> Callable[..., Any]:
    """``mlflow.set_experiment``, which keeps to the job's own experiment."""

    @wraps(set_experiment)
    def within(
        experiment_name: str | None = None, experiment_id: Any = None, *more: Any, **named: Any
    ) -> Any:
        given = experiment_name if experiment_id is None else str(experiment_id)
        own = os.environ[_NAME if experiment_id is None else _ID]
        both = experiment_name is not None and experiment_id is not None
        if given in (None, own) or both or not _is_own(_tracking_uri()):
            return set_experiment(experiment_name, experiment_id, *more, **named)
        warn(
            f"The experiment {given!r} is left aside: this script runs as a job of the experiment"
            f" {os.environ[_NAME]!r} and logs to its run there. Submit it to {given!r} to have it there.",
            stacklevel=2,
        )
        return set_experiment(None, os.environ[_ID], *more, **named)

    return within


def keeping_workspace(set_tracking_uri: Callable[..., None]) -> Callable[..., None]:
    """``mlflow.set_tracking_uri``, which does nothing where the job's own workspace is set already."""

    @wraps(set_tracking_uri)
    def within(uri: Any) -> None:
        if not (_is_own(uri) and _is_own(_tracking_uri())):
            set_tracking_uri(uri)

    return within


def _tracking_uri() -> str:
    service: Any = sys.modules["mlflow.tracking._tracking_service.utils"]
    return str(service.get_tracking_uri())


def _is_own(tracking_uri: Any) -> bool:
    """Whether a tracking URI, in whatever form, leads to the workspace of the job."""
    if "://" not in str(tracking_uri):
        return False
    own = WorkspaceUri(uri.server(os.environ[_SERVER]), os.environ.get(_WORKSPACE))
    try:
        return _key(locate.workspace(str(tracking_uri))) == _key(own)
    except ConfigError:
        return False


def _key(where: WorkspaceUri) -> tuple[str, str]:
    return where.server.key, where.workspace or DEFAULT_WORKSPACE
