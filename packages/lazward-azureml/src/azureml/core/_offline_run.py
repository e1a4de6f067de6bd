"""What a script logs to that nobody submitted: it prints."""

import sys
import uuid
from collections.abc import Mapping
from types import TracebackType
from typing import Any, NoReturn

from azureml.core import _run_log
from azureml.exceptions import RunEnvironmentException


class _OfflineRun:  # pyright: ignore[reportUnusedClass] - scripts test for it by this name
    """Takes what a run takes, and says so on standard output."""

    def __init__(self) -> None:
        self._run_id = f"OfflineRun_{uuid.uuid4()}"
        self._tags: dict[str, str | None] = {}
        self._properties: dict[str, str] = {}

    @property
    def id(self) -> str:
        """An id that no other has."""
        return self._run_id

    @property
    def experiment(self) -> NoReturn:
        """There is none.

        Raises:
            RunEnvironmentException: Always.
        """
        raise RunEnvironmentException(
            "A script that was not submitted belongs to no experiment and no workspace; use"
            " Workspace.from_config()."
        )

    @property
    def tags(self) -> dict[str, str | None]:
        """The tags that were set."""
        return dict(self._tags)

    @property
    def properties(self) -> dict[str, str]:
        """The properties that were added."""
        return dict(self._properties)

    def log(self, name: str, value: object, description: str = "", step: int | None = None) -> None:
        """Print a value."""
        _run_log.checked_name(name)
        _say(f"Logged '{name}':\n{_run_log.scalar(name, value)}")

    def log_list(self, name: str, value: Any, description: str = "") -> None:
        """Print a list."""
        _say(f"Logged the list '{name}':\n{[*value]}")

    def log_row(self, name: str, description: str | None = None, **kwargs: object) -> None:
        """Print a row."""
        _say(f"Logged a row of '{name}':\n" + "\n".join(f"{key}: {value}" for key, value in kwargs.items()))

    def log_table(self, name: str, value: object, description: str = "") -> None:
        """Print a table."""
        _say(f"Logged the table '{name}':\n{value}")

    def log_image(self, name: str, path: str | None = None, plot: Any = None, description: str = "") -> None:
        """Print that an image is logged."""
        _say(f"Logged the image '{name}': {path or plot}")

    def log_confusion_matrix(self, name: str, value: object, description: str = "") -> None:
        """Print a confusion matrix."""
        _say(f"Logged the confusion matrix '{name}':\n{value}")

    def log_accuracy_table(self, name: str, value: object, description: str = "") -> None:
        """Print an accuracy table."""
        _say(f"Logged the accuracy table '{name}':\n{value}")

    def log_residuals(self, name: str, value: object, description: str = "") -> None:
        """Print residuals."""
        _say(f"Logged the residuals '{name}':\n{value}")

    def log_predictions(self, name: str, value: object, description: str = "") -> None:
        """Print predictions."""
        _say(f"Logged the predictions '{name}':\n{value}")

    def tag(self, key: str, value: object = None) -> None:
        """Keep a tag, and print it."""
        self.set_tags({key: value})

    def set_tags(self, tags: Mapping[str, object]) -> None:
        """Keep tags, and print them."""
        for key, value in tags.items():
            self._tags[key] = None if value is None else str(value)
            _say(f"Set the tag '{key}': {value}")

    def get_tags(self) -> dict[str, str | None]:
        """The tags that were set."""
        return self.tags

    def remove_tags(self, tags: Any) -> None:
        """Forget tags."""
        for key in [tags] if isinstance(tags, str) else tags:
            self._tags.pop(key, None)

    def add_properties(self, properties: Mapping[str, object]) -> None:
        """Keep properties, and print them."""
        for key, value in properties.items():
            self._properties[key] = str(value)
            _say(f"Set the property '{key}': {value}")

    def get_properties(self) -> dict[str, str]:
        """The properties that were added."""
        return self.properties

    def upload_file(self, name: str, path_or_stream: object, datastore_name: str | None = None) -> None:
        """Print that a file is uploaded."""
        _say(f"Uploaded '{name}': {path_or_stream}")

    def upload_files(self, names: Any, paths: Any, **_options: Any) -> None:
        """Print that files are uploaded."""
        for name, path in zip(names, paths, strict=True):
            self.upload_file(name, path)

    def upload_folder(self, name: str, path: object, datastore_name: str | None = None) -> None:
        """Print that a folder is uploaded."""
        _say(f"Uploaded the folder '{name}': {path}")

    def child_run(self, *_arguments: Any, **_options: Any) -> "_OfflineRun":
        """Another one that prints."""
        return _OfflineRun()

    def get_status(self) -> str:
        """It runs."""
        return "Running"

    def start(self) -> None:
        """Nothing."""

    def flush(self, timeout_seconds: float | None = 300) -> None:
        """Nothing."""

    def complete(self, _set_status: bool = True) -> None:
        """Nothing."""

    def cancel(self) -> None:
        """Nothing."""

    def fail(
        self, error_details: object = None, error_code: str | None = None, _set_status: bool = True
    ) -> None:
        """Print why."""
        _say(f"Failed: {error_details}")

    def __enter__(self) -> "_OfflineRun":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.fail(error)

    def __repr__(self) -> str:
        return f"Run(Id: {self.id}, Type: offline)"


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
