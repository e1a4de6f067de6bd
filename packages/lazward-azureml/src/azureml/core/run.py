"""Runs: the same ones that MLflow knows."""

import builtins
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.metadata import entry_points
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, NoReturn
from warnings import warn

from azureml.core import _html, _registered, _run_details, _run_log, _run_search, _streaming, _submit
from azureml.core._experiment_method import get_experiment_submit
from azureml.core._failures import translated, unsupported
from azureml.core._filing_run import FilingRun
from azureml.core._known_run import outputs_folder
from azureml.core._offline_run import _OfflineRun  # pyright: ignore[reportPrivateUsage] - scripts find it here
from azureml.core._run_details import FAILED
from azureml.core.environment import Environment, environment_from
from azureml.core.experiment import Experiment
from azureml.core.workspace import Workspace
from azureml.exceptions import (
    ActivityFailedException,
    RunEnvironmentException,
    SnapshotException,
    UserErrorException,
)
from lazward import errors
from lazward.client import experiments, jobs, runs
from lazward.snapshot import snapshot
from lazward.wire.base import KeyValue
from lazward.wire.registry import CreateVersion
from lazward.wire.runs import CreateRun, RunStatus, UpdateRun
from lazward.wire.runs import Run as Record

__all__ = ["Run", "_OfflineRun", "_SubmittedRun", "get_run"]

_DOCS = "https://mlflow.org/docs/latest/ml/tracking/"
_MOST_CHILDREN = 100
_NEEDED = (
    "AZUREML_RUN_ID", "AZUREML_ARM_SUBSCRIPTION", "AZUREML_ARM_RESOURCEGROUP", "AZUREML_ARM_WORKSPACE_NAME",
    "AZUREML_ARM_PROJECT_NAME",
)  # fmt: skip
"""What tells a script which run it is; without one of them it is none."""
_PROVIDERS = "azureml_run_type_providers"
_LATER = {
    "get_secret": "set the variable in RunConfiguration.environment_variables",
    "get_secrets": "set the variables in RunConfiguration.environment_variables",
    "input_datasets": "let the script read its data itself",
    "output_datasets": "write to ./outputs, whose files are kept",
    "get_hyperdrive_arguments": "submit a run for each set of arguments with submit_child",
}


class Run(FilingRun):
    """A run, of a script that was submitted or of code that logs.

    Args:
        experiment: Its experiment.
        run_id: Its id.
        outputs: A folder of this machine whose new files become the run's when it ends.

    Raises:
        ServiceException: There is no such run.
    """

    run_types: ClassVar[dict[str, Callable[[Experiment, dict[str, Any]], "Run"]]] = {}

    def __init__(
        self,
        experiment: Experiment,
        run_id: str,
        outputs: bool | str | os.PathLike[str] | None = None,
        *,
        _record: Record | None = None,
        **_options: Any,
    ) -> None:
        super().__init__(experiment, run_id, outputs, _record=_record)

    # ------------------------------------------------------------ what it is

    @property
    def name(self) -> str:
        """Its name."""
        return self.display_name

    @property
    def display_name(self) -> str:
        """Its name, as people see it."""
        return self._record.info.run_name

    @display_name.setter
    def display_name(self, value: str) -> None:
        with translated():
            runs.update(self._connection, UpdateRun(self._run_id, run_name=value))
        self._refresh()

    @property
    def description(self) -> str | None:
        """Markdown about it."""
        return _run_details.all_tags(self._record).get(_run_details.NOTE)

    @description.setter
    def description(self, value: str | None) -> None:
        self._set({_run_details.NOTE: value})

    @property
    def type(self) -> str | None:
        """``azureml.scriptrun`` for a script that was submitted; None for a run that code made."""
        return _run_details.all_tags(self._record).get(_run_details.RUNTYPE)

    @property
    def number(self) -> int:
        """Its place in the experiment, counted from 1 in the order in which runs began."""
        began = f"attributes.start_time <= {self._record.info.start_time or 0}"
        with translated():
            return sum(1 for _ in runs.search(self._connection, _run_search.of(self.experiment, began)))

    @property
    def parent(self) -> "Run | None":
        """The run whose child it is."""
        parent = _run_details.all_tags(self._record).get(_run_details.PARENT)
        return None if parent is None else get_run(self.experiment, parent)

    @property
    def status(self) -> str:
        """The state; see ``get_status``."""
        return self.get_status()

    @property
    def tags(self) -> dict[str, str | None]:
        """The tags that users set."""
        return self.get_tags()

    @property
    def properties(self) -> dict[str, str]:
        """The properties, which never change."""
        return self.get_properties()

    def get_portal_url(self) -> str:
        """The page that shows the run."""
        return f"{self._connection.where.http}/#/experiments/{self.experiment.id}/runs/{self._run_id}"

    # ------------------------------------------------------------ how it stands

    def get_status(self) -> str:
        """The state: ``NotStarted``, ``Queued``, ``Starting``, ``Preparing``, ``Running``, ``Finalizing``,
        ``CancelRequested``, ``Completed``, ``Failed`` or ``Canceled``.
        """  # noqa: D205 - the states are the summary
        known = _run_details.end(self._record)
        if known is None:
            self._record = self._asked()
            known = _run_details.end(self._record)
        return known or _run_details.status(self._record, self._job)

    def get_detailed_status(self) -> dict[str, Any]:
        """The state, and what there is to say about it."""
        state = self.get_status()
        job = self._job
        why = None if job is None else job.reason or (job.error and job.error.message)
        return {"status": state, "details": why}

    def get_details(self) -> dict[str, Any]:
        """What is known of the run, by the original's keys."""
        files = self._files()
        with translated():
            known = runs.get_properties(self._connection, self._run_id)
            return _run_details.details(self._record, self._job, known, files.log_urls(), self._told_error())

    def get_details_with_logs(self) -> dict[str, Any]:
        """The same, with what the logs hold in place of their addresses."""
        found = self.get_details()
        files = self._files()
        return found | {"logFiles": {name: files.text(name) for name in found["logFiles"]}}

    def wait_for_completion(
        self,
        show_output: bool = False,
        wait_post_processing: bool = False,
        raise_on_error: bool = True,
    ) -> dict[str, Any]:
        """Return when the run is over, with what ``get_details`` tells.

        Args:
            show_output: Print what it writes meanwhile.
            wait_post_processing: Accepted; nothing comes after the end.
            raise_on_error: Whether a run that failed is an error here.

        Raises:
            ActivityFailedException: The run failed.
            ExperimentExecutionException: Somebody pressed Ctrl-C; the run goes on.
        """
        _streaming.wait(self, show_output=show_output)
        found = self.get_details()
        if raise_on_error and found["status"] == FAILED:
            raise ActivityFailedException(_run_details.as_text(found.get("error") or "The run failed."))
        return found

    # ------------------------------------------------------------ its life

    def start(self) -> None:
        """Let a run that code made count as running."""
        self._end(RunStatus.RUNNING, None)

    def complete(self, _set_status: bool = True) -> None:
        """Let a run that code made count as completed, with all it logged and all files in ``outputs``."""
        self._upload_outputs()
        self._end(RunStatus.FINISHED, _now())

    def fail(
        self, error_details: object = None, error_code: str | None = None, _set_status: bool = True
    ) -> None:
        """Let the run count as failed; a script that is running is ended.

        Args:
            error_details: What happened, as a text or an exception.
            error_code: One word for programs.
        """
        message = "" if error_details is None else str(error_details)
        if self._job is not None:
            with translated():
                jobs.fail(self._connection, self._run_id, message)
            self._refresh()
            return
        self._upload_outputs()
        told = {
            "error": {"code": error_code or "UserError", "message": message or "It was marked as failed."}
        }
        with translated():
            self._log.document("azureml.error", _run_log.ERROR, told)
        self._end(RunStatus.FAILED, _now())

    def cancel(self) -> None:
        """End the run, a script that is running too."""
        if self._job is not None:
            with translated():
                jobs.cancel(self._connection, self._run_id)
            self._refresh()
        else:
            self._end(RunStatus.KILLED, _now())

    def __enter__(self) -> "Run":
        return self

    def __exit__(
        self,
        kind: builtins.type[BaseException] | None,
        error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.complete()
        else:
            self.fail(error_details=f"{kind.__name__}: {error}")

    # ------------------------------------------------------------ tags and properties

    def tag(self, key: str, value: object = None) -> None:
        """Set a tag."""
        self.set_tags({key: value})

    def set_tags(self, tags: Mapping[str, object]) -> None:
        """Set tags, over any older values."""
        self._set(tags)

    def remove_tags(self, tags: str | Iterable[str]) -> None:
        """Remove the tags with these keys."""
        with translated():
            for key in [tags] if isinstance(tags, str) else tags:
                runs.delete_tag(self._connection, self._run_id, key)

    def get_tags(self) -> dict[str, str | None]:
        """The tags that users set, as they are now."""
        self._refresh()
        return _run_details.tags(self._record)

    def add_properties(self, properties: Mapping[str, object]) -> None:
        """Give the run properties, which never change.

        Raises:
            ServiceException: One of them has another value.
        """
        with translated():
            given = {key: str(value) for key, value in properties.items()}
            runs.add_properties(self._connection, self._run_id, given)

    def get_properties(self) -> dict[str, str]:
        """The properties."""
        with translated():
            return runs.get_properties(self._connection, self._run_id)

    # ------------------------------------------------------------ what it logged

    def get_metrics(
        self,
        name: str | None = None,
        recursive: bool = False,
        run_type: str | None = None,
        populate: bool = False,
    ) -> dict[str, Any]:
        """What was logged, by MLflow too.

        Args:
            name: Only what has this name.
            recursive: Also what all runs below it logged: then by the ids of the runs.
            run_type: Of those only runs of this type.
            populate: Accepted; all values are there already.

        Returns:
            By name: the value of what was logged once, the list of what was logged more often, a dictionary
            of columns for rows and tables, and for an image the address of its file.
        """
        if not recursive:
            return self._own_metrics(name)
        family = [self, *self.get_children(recursive=True)]
        return {
            one.id: one._own_metrics(name)  # noqa: SLF001 - one of our own
            for one in family
            if run_type in (None, one.type)
        }

    def get_environment(self) -> Environment:
        """The environment that a script was submitted with.

        Raises:
            UserErrorException: The run is not that of a script.
        """
        content = (self._job.definition if self._job else {}).get("environment")
        if content is None:
            raise UserErrorException(f"The run {self._run_id} was not submitted with an environment.")
        return environment_from(content, f"The environment of the run {self._run_id}")

    def register_model(
        self,
        model_name: str,
        model_path: str | None = None,
        tags: Mapping[str, object] | None = None,
        properties: Mapping[str, object] | None = None,
        model_framework: str | None = None,
        model_framework_version: str | None = None,
        description: str | None = None,
        datasets: Any = None,
        sample_input_dataset: Any = None,
        sample_output_dataset: Any = None,
        resource_configuration: Any = None,
        **_options: Any,
    ) -> _registered.RegisteredModel:
        """Register files of the run as the next version of a model.

        Args:
            model_name: The model.
            model_path: A file or folder of the run, or a model that it logged; the model's name if absent.
            tags: Tags of the version.
            properties: Its properties.
            model_framework: What it was made with.
            model_framework_version: In which version.
            description: What it is.
            datasets: Accepted for the original's sake.
            sample_input_dataset: The same.
            sample_output_dataset: The same.
            resource_configuration: The same.

        Raises:
            ModelPathNotFoundException: The run has nothing there.
        """
        labels = [KeyValue(key, value) for key, value in _submit.to_tags(tags).items()]
        message = CreateVersion(model_name, "-", tags=labels, description=description or "")
        files = self._files()
        return _registered.register(
            self._connection,
            self._record,
            files,
            model_path or model_name,
            message,
            properties or {},
            (model_framework, model_framework_version),
        )

    # ------------------------------------------------------------ children

    def child_run(
        self,
        name: str | None = None,
        run_id: str | None = None,
        outputs: bool | str | os.PathLike[str] | None = None,
    ) -> "Run":
        """A run of its own below this one.

        Args:
            name: Its name.
            run_id: Not supported.
            outputs: A folder of this machine whose new files become the child's when it ends.
        """
        _no_id(run_id)
        return create(self.experiment, name, {_run_details.PARENT: self._run_id}, outputs)

    def create_children(
        self,
        count: int | None = None,
        tag_key: str | None = None,
        tag_values: Sequence[object] | None = None,
    ) -> "builtins.list[Run]":
        """Several children at once.

        Args:
            count: How many.
            tag_key: In place of a number, a tag that each of them has,
            tag_values: and the value that each of them has there.

        Raises:
            UserErrorException: Both or neither are given, or they are too many.
        """
        if (count is None) == (tag_key is None) or (tag_key is None) != (tag_values is None):
            raise UserErrorException("create_children takes a count, or a tag_key with its tag_values.")
        labels: builtins.list[dict[str, object]]
        labels = (
            [{tag_key or "": one} for one in tag_values] if tag_values is not None else [{}] * (count or 0)
        )
        if not 0 < len(labels) <= _MOST_CHILDREN:
            raise UserErrorException(
                f"create_children makes from 1 to {_MOST_CHILDREN} runs, not {len(labels)}."
            )
        above = {_run_details.PARENT: self._run_id}
        return [create(self.experiment, None, above | _submit.to_tags(label)) for label in labels]

    def get_children(
        self,
        recursive: bool = False,
        tags: _run_search.Wanted = None,
        properties: _run_search.Wanted = None,
        type: str | None = None,  # noqa: A002 - the original's name
        status: str | None = None,
        _rehydrate_runs: bool = True,
    ) -> "Iterator[Run]":
        """The runs below this one, the newest first, those that MLflow made among them.

        Args:
            recursive: Also those below these.
            tags: A key they must have, or values that their tags must equal.
            properties: The same for properties.
            type: Of which type.
            status: In which state.
        """
        wanted = _run_search.Filter(type, tags, properties, status)
        if not recursive:
            return _run_search.find(self.experiment, wanted, parent=self._run_id)
        return _run_search.below(self.experiment, wanted, self._run_id)

    def submit_child(self, config: Any, tags: Mapping[str, object] | None = None, **options: Any) -> "Run":
        """Submit a script whose run is a child of this one; see ``Experiment.submit``."""
        submit = get_experiment_submit(config)
        if submit is None:
            raise UserErrorException(
                f"A {type(config).__name__} cannot be submitted; make a ScriptRunConfig."
            )
        return submit(
            config,
            self.experiment.workspace,
            self.experiment.name,
            tags=tags,
            parent_run_id=self._run_id,
            **options,
        )

    # ------------------------------------------------------------ snapshots

    def take_snapshot(self, file_or_folder_path: str | os.PathLike[str]) -> str:
        """Keep a file, or the files of a folder, with the run; the id of the snapshot.

        Raises:
            SnapshotException: The run has a snapshot already, or the folder cannot be kept.
        """
        path = Path(file_or_folder_path)
        if self.get_properties().get(_submit.SNAPSHOT) is not None:
            raise SnapshotException(f"The run {self._run_id} has a snapshot already; a run has one.")
        if path.is_file():
            with tempfile.TemporaryDirectory(prefix="lazward-") as folder:
                shutil.copy(path, folder)
                taken = _submit.take(self._connection, Path(folder))
        else:
            taken = _submit.take(self._connection, path)
        self.add_properties({_submit.SNAPSHOT: taken})
        return taken

    def get_snapshot_id(self) -> str:
        """The id of the snapshot.

        Raises:
            SnapshotException: The run has none.
        """
        found = self.get_properties().get(_submit.SNAPSHOT)
        if found is None:
            raise SnapshotException(f"The run {self._run_id} has no snapshot.")
        return found

    def restore_snapshot(
        self, snapshot_id: str | None = None, path: str | os.PathLike[str] | None = None
    ) -> str:
        """Write a snapshot as a zip file.

        Args:
            snapshot_id: Which one; the run's own if absent.
            path: Into which folder; the current one if absent.

        Returns:
            The file.

        Raises:
            SnapshotException: There is no such snapshot, or it cannot be written there.
        """
        wanted = snapshot_id or self.get_snapshot_id()
        target = Path(path or ".")
        with tempfile.TemporaryDirectory(prefix="lazward-") as folder, translated():
            try:
                snapshot.restore(self._connection, wanted, Path(folder) / "files")
                target.mkdir(parents=True, exist_ok=True)
                return shutil.make_archive(str(target.absolute() / wanted), "zip", Path(folder) / "files")
            except (errors.NotFound, errors.InvalidRequest, errors.SnapshotError) as error:
                raise SnapshotException(error.message, inner_exception=error) from error
            except OSError as error:
                text = f"The snapshot cannot be written into {target}: {error.strerror}."
                raise SnapshotException(text, inner_exception=error) from error

    # ------------------------------------------------------------ finding runs

    @staticmethod
    def list(
        experiment: Experiment,
        type: str | None = None,  # noqa: A002 - the original's name
        tags: _run_search.Wanted = None,
        properties: _run_search.Wanted = None,
        status: str | None = None,
        include_children: bool = False,
        _rehydrate_runs: bool = True,
    ) -> "Iterator[Run]":
        """Runs of an experiment, the newest first; see ``get_children`` for what may be asked."""
        wanted = _run_search.Filter(type, tags, properties, status)
        return _run_search.find(experiment, wanted, include_children=include_children)

    @staticmethod
    def get(workspace: Workspace, run_id: str) -> "Run":
        """A run of a workspace.

        Raises:
            ServiceException: There is none.
        """
        with translated():
            record = runs.get(workspace.connection, run_id)
            found = experiments.get(workspace.connection, record.info.experiment_id)
        return rehydrated(Experiment(workspace, found.name, _experiment_dto=found), record)

    @staticmethod
    def add_type_provider(runtype: str, run_factory: Callable[[Experiment, dict[str, Any]], "Run"]) -> None:
        """Have runs of a type be objects of another class.

        Args:
            runtype: The type.
            run_factory: Called with the experiment and a dictionary that has ``run_id`` and ``run_type``.
        """
        Run.run_types[runtype] = run_factory

    @classmethod
    def get_context(
        cls, allow_offline: bool = True, used_for_context_manager: bool = False, **_options: Any
    ) -> "Run | _OfflineRun":
        """The run that this script is; outside of one, something that prints what is logged.

        Args:
            allow_offline: Whether to go on outside of a run.
            used_for_context_manager: Accepted for the original's sake.

        Raises:
            RunEnvironmentException: This is no run, and that is not allowed.
        """
        found = _SubmittedRun.current()
        if found is not None:
            return found
        if not allow_offline:
            missing = ", ".join(name for name in _NEEDED if not os.environ.get(name))
            raise RunEnvironmentException(
                f"This process is no run that was submitted: {missing} is not set. Submit the script with"
                " Experiment.submit, or allow it to log offline."
            )
        return _OfflineRun()

    @classmethod
    def get_submitted_run(cls, **_options: Any) -> "Run | _OfflineRun":
        """The old name of ``get_context``."""
        warn("Run.get_submitted_run is now Run.get_context.", DeprecationWarning, stacklevel=2)
        return cls.get_context()

    # ------------------------------------------------------------ within

    def _set(self, tags: Mapping[str, object]) -> None:
        given = [KeyValue(key, value) for key, value in _submit.to_tags(tags).items()]
        with translated():
            runs.log_batch(self._connection, self._run_id, tags=given)
        self._record = self._asked()

    def _end(self, status: RunStatus, end_time: int | None) -> None:
        if self._job is not None:
            warn(
                f"The run {self._run_id} is that of a script: it ends when that does, or with cancel().",
                stacklevel=3,
            )
        with translated():
            self._log.change(status.value, end_time)
        self._refresh()

    def _told_error(self) -> dict[str, Any] | None:
        if self._job is not None or self._record.info.status != RunStatus.FAILED.value:
            return None
        found = [one for one in runs.records(self._connection, self._run_id) if one.kind == _run_log.ERROR]
        return found[-1].value["value"] if found else None

    def __getattr__(self, name: str) -> NoReturn:
        if name in _LATER:
            unsupported(f"Run.{name}", _LATER[name])
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __repr__(self) -> str:
        return (
            f"Run(Experiment: {self.experiment.name},\nId: {self.id},\nType: {self.type},\n"
            f"Status: {self.get_status()})"
        )

    def _repr_html_(self) -> str:
        return _html.table(
            {
                "Experiment": _html.escaped(self.experiment.name),
                "Id": _html.escaped(self.id),
                "Type": _html.escaped(str(self.type)),
                "Status": _html.escaped(self.get_status()),
                "Details Page": _html.link(self.get_portal_url(), "Link to the run"),
                "Docs Page": _html.link(_DOCS, "Link to the documentation"),
            }
        )


class _SubmittedRun(Run):
    """The run that this script is. How it ends is decided by how the script ends."""

    _current: "ClassVar[_SubmittedRun | None]" = None

    @classmethod
    def current(cls) -> "_SubmittedRun | None":
        """The one of this process, if the environment names one."""
        env = {name: os.environ.get(name, "") for name in _NEEDED}
        if not all(env.values()):
            return None
        if cls._current is None or cls._current.id != env["AZUREML_RUN_ID"]:
            run_id, subscription, group, workspace, experiment = (env[name] for name in _NEEDED)
            where = Workspace(subscription, group, workspace, _server=os.environ.get("LAZWARD_SERVER"))
            found = Experiment(where, experiment, _skip_name_validation=True)
            _SubmittedRun._current = cls(found, run_id)
        return _SubmittedRun._current

    def start(self) -> None:
        """Nothing: the script runs already."""

    def complete(self, _set_status: bool = True) -> None:
        """Wait until all that was logged has arrived."""
        self.flush()

    def fail(
        self, error_details: object = None, error_code: str | None = None, _set_status: bool = True
    ) -> None:
        """Wait until all that was logged has arrived; raise, or exit with another code than 0, to fail."""
        self.flush()

    def cancel(self) -> None:
        """Nothing but a warning: a script ends itself with ``sys.exit``."""
        warn("A script cannot cancel its own run; it ends with sys.exit().", stacklevel=2)


def create(
    experiment: Experiment,
    name: str | None = None,
    tags: Mapping[str, str] | None = None,
    outputs: bool | str | os.PathLike[str] | None = None,
) -> Run:
    """A new run that this process logs to."""
    at = experiment.workspace.connection
    labels = [KeyValue(key, value) for key, value in (tags or {}).items()]
    message = CreateRun(experiment.id, _user(), name or "", _now(), labels)
    with translated():
        record = runs.create(at, message)
    return Run(experiment, str(record.info.run_id), outputs, _record=record)


def start_logging(
    experiment: Experiment,
    name: str | None,
    run_id: str | None,
    outputs: bool | str | os.PathLike[str] | None,
    snapshot_directory: str | os.PathLike[str] | None,
) -> Run:
    """See ``Experiment.start_logging``."""
    _no_id(run_id)
    at = experiment.workspace.connection
    taken = None if snapshot_directory is None else _submit.take(at, Path(snapshot_directory))
    made = create(experiment, name, None, outputs_folder(outputs))
    if taken is not None:
        made.add_properties({_submit.SNAPSHOT: taken})
    return made


def rehydrated(experiment: Experiment, record: Record) -> Run:
    """A run as an object of the class that its type has."""
    from azureml.core.script_run import ScriptRun

    run_id = str(record.info.run_id)
    runtype = _run_details.all_tags(record).get(_run_details.RUNTYPE)
    if runtype == _run_details.SCRIPTRUN:
        return ScriptRun(experiment, run_id, _record=record)
    factory = None if runtype is None else _provider(runtype)
    if factory is not None:
        return factory(
            experiment, {"run_id": run_id, "runId": run_id, "run_type": runtype, "runType": runtype}
        )
    return Run(experiment, run_id, _record=record)


def get_run(experiment: Experiment, run_id: str, rehydrate: bool = True, clean_up: bool = True) -> Run:
    """A run of an experiment.

    Args:
        experiment: The experiment.
        run_id: The run.
        rehydrate: Whether its class depends on its type.
        clean_up: Accepted for the original's sake.

    Raises:
        ServiceException: There is no such run.
    """
    if not rehydrate:
        return Run(experiment, run_id)
    with translated():
        return rehydrated(experiment, runs.get(experiment.workspace.connection, run_id))


def _provider(runtype: str) -> Callable[[Experiment, dict[str, Any]], Run] | None:
    """What makes objects of a type, from whoever has said so or is installed for it."""
    types = Run.run_types
    if runtype not in types:
        for one in entry_points(group=_PROVIDERS, name=runtype):
            types[runtype] = one.load()
    return types.get(runtype)


def _no_id(run_id: str | None) -> None:
    if run_id is not None:
        unsupported("Choosing a run's id", "leave run_id out and give the run a display_name")


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def _now() -> int:
    return time.time_ns() // 1_000_000
