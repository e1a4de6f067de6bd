"""Experiments: the same ones that MLflow knows."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from warnings import warn

from azureml.core import _html
from azureml.core._experiment_method import get_experiment_submit
from azureml.core._failures import translated
from azureml.core.workspace import Workspace
from azureml.exceptions import UserErrorException, WorkspaceException
from lazward.client import experiments
from lazward.client.http import Connection
from lazward.wire import experiments as wire
from lazward.wire.experiments import ViewType

if TYPE_CHECKING:
    from azureml.core.run import Run

_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]*")
_LONGEST = 256
_VIEWS = {"ActiveOnly": ViewType.ACTIVE_ONLY, "ArchivedOnly": ViewType.DELETED_ONLY, "All": ViewType.ALL}
_DOCS = "https://mlflow.org/docs/latest/ml/tracking/"


class Experiment:
    """A named collection of runs, made if there is none of that name.

    Args:
        workspace: The workspace, or the name of one on the configured server.
        name: Letters, digits, ``_`` and ``-``, beginning with a letter or digit.

    Raises:
        UserErrorException: The name is not possible, or the workspace is not one.
    """

    def __init__(
        self,
        workspace: Workspace | str,
        name: str,
        _skip_name_validation: bool = False,
        _id: str | None = None,
        _archived_time: datetime | None = None,
        _create_in_cloud: bool = True,
        _experiment_dto: wire.Experiment | None = None,
        **_options: Any,
    ) -> None:
        self.workspace = _workspace(workspace)
        if _experiment_dto is None:
            if not _skip_name_validation:
                _check_name(name)
            with translated():
                _experiment_dto = experiments.get_or_create(self._connection, name)
        self._record = _experiment_dto

    @staticmethod
    def list(
        workspace: Workspace,
        experiment_name: str | None = None,
        view_type: str = "ActiveOnly",
        tags: str | Mapping[str, str] | None = None,
    ) -> "list[Experiment]":
        """Experiments, newest first.

        Args:
            workspace: Where.
            experiment_name: Only the one of this name.
            view_type: ``ActiveOnly``, ``ArchivedOnly`` or ``All``.
            tags: A key they must have, or values that their tags must equal.
        """
        if view_type not in _VIEWS:
            raise UserErrorException(f"view_type is one of {', '.join(_VIEWS)}, not {view_type!r}.")
        with translated():
            found = experiments.search(workspace.connection, _VIEWS[view_type])
            wanted = [one for one in found if experiment_name in (None, one.name) and _has(one, tags)]
        return [Experiment(workspace, one.name, _experiment_dto=one) for one in wanted]

    def submit(self, config: Any, tags: Mapping[str, Any] | None = None, **kwargs: Any) -> Any:
        """Submit a script, and return its run at once.

        Args:
            config: A ``ScriptRunConfig``, or an object of another class that says how it is submitted.
            tags: Tags of the run.
            kwargs: What else the class of ``config`` takes.

        Raises:
            UserErrorException: The configuration makes no sense, or the target cannot run it.
            SnapshotException: The source directory cannot be kept.
            ExperimentExecutionException: The target does not exist, or the run could not be started.
        """
        submit = get_experiment_submit(config)
        if submit is None:
            raise UserErrorException(
                f"A {type(config).__name__} cannot be submitted; make a ScriptRunConfig."
            )
        if tags is not None:
            kwargs["tags"] = tags
        return submit(config, self.workspace, self.name, **kwargs)

    def start_logging(
        self,
        *_arguments: Any,
        outputs: bool | str | os.PathLike[str] | None = None,
        snapshot_directory: str | os.PathLike[str] | None = ".",
        display_name: str | None = None,
        name: str | None = None,
        run_id: str | None = None,
        **_options: Any,
    ) -> "Run":
        """A new run that this process logs to.

        Args:
            outputs: The folder whose new files become the run's when it ends: ``./outputs`` if absent, none
                if False.
            snapshot_directory: The folder that is kept with it; None for none.
            display_name: Its name; a random one if absent.
            name: The old name of that.
            run_id: Not supported.

        Raises:
            SnapshotException: The folder cannot be kept.
        """
        from azureml.core import run

        return run.start_logging(self, display_name or name, run_id, outputs, snapshot_directory)

    def get_runs(
        self,
        type: str | None = None,  # noqa: A002 - the original's name
        tags: str | Mapping[str, Any] | None = None,
        properties: str | Mapping[str, Any] | None = None,
        include_children: bool = False,
    ) -> "Iterator[Run]":
        """The runs, the newest first, those that MLflow made among them.

        Args:
            type: Only of this type.
            tags: A key they must have, or values that their tags must equal.
            properties: The same for properties.
            include_children: Also runs that have a parent.
        """
        from azureml.core.run import Run

        return Run.list(self, type, tags, properties, include_children=include_children)

    @property
    def name(self) -> str:
        """The name."""
        return self._record.name

    @property
    def id(self) -> str:
        """The id, the same as MLflow's."""
        return self._record.experiment_id

    @property
    def tags(self) -> dict[str, str]:
        """The tags, as they were when last refreshed."""
        return {tag.key: tag.value for tag in self._record.tags}

    @property
    def archived_time(self) -> datetime | None:
        """When it was archived; None for an active one."""
        if self._record.lifecycle_stage == "active":
            return None
        seconds = self._record.last_update_time / 1000
        return datetime.fromtimestamp(seconds, timezone.utc)

    def archive(self) -> None:
        """Put the experiment and its runs away; ``reactivate`` brings them back."""
        with translated():
            experiments.delete(self._connection, self.id)
        self.refresh()

    def reactivate(self, new_name: str | None = None) -> None:
        """Bring an archived experiment back.

        Raises:
            UserErrorException: A new name is asked for.
        """
        if new_name is not None:
            raise UserErrorException("An experiment keeps its name; leave out new_name.")
        with translated():
            experiments.restore(self._connection, self.id)
        self.refresh()

    def tag(self, key: str, value: object = None) -> None:
        """Set a tag."""
        self.set_tags({key: value})

    def set_tags(self, tags: Mapping[str, object]) -> None:
        """Set tags, over any older values."""
        with translated():
            for key, value in tags.items():
                experiments.set_tag(self._connection, self.id, key, "" if value is None else str(value))
        self.refresh()

    def remove_tags(self, tags: Iterable[str]) -> None:
        """Remove the tags with these keys."""
        with translated():
            for key in tags:
                experiments.delete_tag(self._connection, self.id, key)
        self.refresh()

    def refresh(self) -> None:
        """Ask the server how the experiment is now."""
        with translated():
            self._record = experiments.get(self._connection, self.id)

    def get_portal_url(self) -> str:
        """The page that shows the experiment."""
        return f"{self._connection.where.http}/#/experiments/{self.id}"

    @property
    def _connection(self) -> Connection:
        return self.workspace.connection

    def __repr__(self) -> str:
        return f"Experiment(Name: {self.name},\nWorkspace: {self.workspace.name})"

    def _repr_html_(self) -> str:
        return _html.table(
            {
                "Name": _html.escaped(self.name),
                "Workspace": _html.escaped(self.workspace.name),
                "Report Page": _html.link(self.get_portal_url(), "Link to the experiment"),
                "Docs Page": _html.link(_DOCS, "Link to the documentation"),
            }
        )


def _workspace(given: object) -> Workspace:
    if isinstance(given, Workspace):
        return given
    if isinstance(given, str):
        try:
            return Workspace.get(given)
        except WorkspaceException as error:
            raise UserErrorException(error.message, inner_exception=error) from error
    raise UserErrorException(f"workspace is a Workspace or the name of one, not {type(given).__name__}.")


def _check_name(name: object) -> None:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise UserErrorException(
            f"{name!r} cannot name an experiment: letters, digits, '_' and '-' can, and the first is a letter"
            " or digit."
        )
    if len(name) > _LONGEST:
        warn(
            f"The experiment's name has more than {_LONGEST} characters; Azure would refuse it.", stacklevel=3
        )


def _has(experiment: wire.Experiment, tags: str | Mapping[str, str] | None) -> bool:
    have = {tag.key: tag.value for tag in experiment.tags}
    if tags is None or isinstance(tags, str):
        return tags is None or tags in have
    return tags.items() <= have.items()
