"""The backend ``lazward`` of MLflow Projects: a project's entry point becomes a job."""

# MLflow's classes carry no types.
# pyright: reportIncompatibleMethodOverride=false

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from mlflow.exceptions import ExecutionException
from mlflow.projects import utils
from mlflow.projects.backend.abstract_backend import AbstractBackend
from mlflow.tracking import fluent

from lazward.client import experiments, jobs, locate, runs, uri
from lazward.client.http import Connection
from lazward.client.uri import WorkspaceUri
from lazward.environment import containers
from lazward.errors import ConfigError, LazwardError
from lazward.launcher import start
from lazward.mlflow.hosts import resolved
from lazward.mlflow.projects.command import command, values
from lazward.mlflow.projects.config import Config
from lazward.mlflow.projects.environment import environment
from lazward.mlflow.projects.submitted import LazwardRun
from lazward.snapshot import git, snapshot
from lazward.spool.notice import say
from lazward.wire.base import KeyValue
from lazward.wire.compute import LOCAL
from lazward.wire.jobs import CreateJob, JobSpec

_OURS = (*uri.SCHEMES, "azureml", "http", "https")
_ADDRESS = re.compile(r"[a-z+]+://", re.IGNORECASE)
_fluent: Any = fluent  # their functions carry no types
_utils: Any = utils


class Backend(AbstractBackend):
    """Runs projects on compute targets of the workspace that the tracking URI names, or on this machine."""

    def run(
        self,
        project_uri: str,
        entry_point: str,
        params: Mapping[str, Any] | None,
        version: str | None,
        backend_config: Any,
        tracking_uri: str,
        experiment_id: Any,
    ) -> LazwardRun:
        """Submit an entry point.

        Raises:
            ExecutionException: It cannot be run; the text says why.
        """
        try:
            config = Config.read(backend_config)
            at = Connection(_workspace(tracking_uri))
            folder = Path(_utils.fetch_and_validate_project(project_uri, version, entry_point, params))
            project = _utils.load_project(str(folder))
            _check(project)
            entry = project.get_entry_point(entry_point)
            spec = JobSpec(
                command=command(entry, params or {}, folder, config.compute),
                environment=environment(project, config),
                snapshot_id=snapshot.take(at, folder),
            )
            if config.compute.lower() == LOCAL and spec.environment.image:
                containers.find()
            tags = _tags(project_uri, entry_point, folder)
            job = CreateJob(
                experiment=experiments.get(at, str(experiment_id)).name,
                compute=config.compute,
                spec=spec,
                tags=[KeyValue(key, value) for key, value in tags.items()],
                parent_run_id=_parent(),
            )
            return _submit(at, job, values(entry, params or {}), stream=config.stream_output)
        except LazwardError as error:
            raise ExecutionException(error.message) from error


def _submit(at: Connection, message: CreateJob, params: Mapping[str, str], *, stream: bool) -> LazwardRun:
    made = jobs.create(at, message)
    try:
        if params:
            entries = [KeyValue(key, value) for key, value in params.items()]
            runs.log_batch(at, made.job.run_id, params=entries)
    except LazwardError as error:  # the job runs all the same
        say(f"the project's parameters could not be logged: {error.message}")
    start.start(at, made)
    submitted = LazwardRun(at, made.job, stream=stream)
    say(f"submitted to {made.job.compute}: {submitted.page}")
    return submitted


def _workspace(tracking_uri: str) -> WorkspaceUri:
    scheme, separator, _ = str(tracking_uri).partition("://")
    if not separator or scheme not in _OURS:
        raise ConfigError(
            f"Projects run as jobs of a workspace, and the tracking URI {str(tracking_uri)!r} names none;"
            " call mlflow.set_tracking_uri with the address of one first, such as lazward://HOST/workspaces/NAME."
        )
    return resolved(locate.workspace(tracking_uri))


def _check(project: Any) -> None:
    if getattr(project, "databricks_spark_job_spec", None):  # since MLflow 2.11
        raise ExecutionException(
            "The project is a Spark job of Databricks (databricks_spark_job), which runs only there; give its"
            " MLproject an entry point with a command."
        )


def _tags(project_uri: str, entry_point: str, folder: Path) -> dict[str, str]:
    """The tags that MLflow itself gives the run of a project."""
    tags = {
        "mlflow.source.name": _source(project_uri),
        "mlflow.source.type": "PROJECT",
        "mlflow.project.entryPoint": entry_point,
    }
    return tags | git.tags(git.state(folder))


def _source(project_uri: str) -> str:
    """Where a project is from: a folder as a whole path, an address without a password in it."""
    if not _ADDRESS.match(project_uri):
        path = Path(project_uri)
        return str(path.absolute()) if path.exists() else project_uri
    parts = urlsplit(project_uri)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _parent() -> str | None:
    active = _fluent.active_run()
    return None if active is None else str(active.info.run_id)
