"""The part of a run that logs."""

import json
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from azureml.core import _run_log, _run_metrics
from azureml.core._failures import translated
from azureml.core._known_run import KnownRun
from azureml.core._run_files import normal
from azureml.exceptions import UserErrorException


class LoggingRun(KnownRun):
    """See the module."""

    def log(self, name: str, value: object, description: str = "", step: int | None = None) -> None:
        """Log one value: a number, which is a metric of MLflow's too, or a text.

        Args:
            name: Its name; the same one again makes a list.
            value: The value.
            description: Accepted for the original's sake.
            step: The step; one more than the last if absent.

        Raises:
            UserErrorException: It is a list or the like.
        """
        with translated():
            self._log.scalar(name, value, step)

    def log_list(self, name: str, value: object, description: str = "") -> None:
        """Log a list, or what any other iterable gives.

        Raises:
            UserErrorException: It is none.
        """
        with translated():
            self._log.values(name, value)

    def log_row(self, name: str, description: str | None = None, **kwargs: object) -> None:
        """Log a row of named values; the same name again adds a row.

        Raises:
            UserErrorException: There are none.
        """
        with translated():
            self._log.row(name, kwargs)

    def log_table(self, name: str, value: Mapping[str, Any], description: str = "") -> None:
        """Log a table: a dictionary of columns that are equally long.

        Raises:
            UserErrorException: It is none.
        """
        with translated():
            self._log.table(name, value)

    def log_image(self, name: str, path: str | None = None, plot: Any = None, description: str = "") -> None:
        """Log an image.

        Args:
            name: Its name.
            path: A file; it lies under the same path among the run's.
            plot: In place of a file, what has a ``savefig``, such as a figure or ``matplotlib.pyplot``.
            description: Accepted for the original's sake.

        Raises:
            UserErrorException: Both or neither are given, or there is no such file.
        """
        if (path is None) == (plot is None):
            raise UserErrorException("log_image takes a path or a plot, and not both.")
        _run_log.checked_name(name)
        files = self._sending()
        if path is not None:
            kept = normal(Path(path).name if Path(path).is_absolute() else path)
            files.upload(kept, path)
        else:
            if not callable(getattr(plot, "savefig", None)):
                raise UserErrorException(f"plot has a savefig, as matplotlib's have; {plot!r} has none.")
            kept = normal(f"{name}_{int(time.time())}.png")
            with tempfile.TemporaryDirectory(prefix="lazward-") as folder:
                file = Path(folder) / "plot.png"
                plot.savefig(str(file), format="png")
                files.upload(kept, file)
        with translated():
            self._log.document(name, _run_log.IMAGE, kept)

    def log_confusion_matrix(self, name: str, value: object, description: str = "") -> None:
        """Log a confusion matrix, as a dictionary or JSON."""
        self._document(name, "confusion_matrix", value)

    def log_accuracy_table(self, name: str, value: object, description: str = "") -> None:
        """Log an accuracy table, as a dictionary or JSON."""
        self._document(name, "accuracy_table", value)

    def log_residuals(self, name: str, value: object, description: str = "") -> None:
        """Log residuals, as a dictionary or JSON."""
        self._document(name, "residuals", value)

    def log_predictions(self, name: str, value: object, description: str = "") -> None:
        """Log predictions, as a dictionary or JSON."""
        self._document(name, "predictions", value)

    def flush(self, timeout_seconds: float | None = 300) -> None:
        """Wait until the server has all that was logged, and the files in ``outputs``.

        Raises:
            UserErrorException: It refused some of it.
        """
        with translated():
            self._log.flush(timeout_seconds)
        self._upload_outputs()

    def _own_metrics(self, name: str | None) -> dict[str, Any]:
        with translated():
            self._log.flush()
            return _run_metrics.read(self._connection, self._run_id, name)

    def _document(self, name: str, kind: str, value: object) -> None:
        try:
            content: object = json.loads(value) if isinstance(value, (str, bytes)) else value
        except ValueError as error:
            text = f"The {kind} '{name}' is no JSON: {error}."
            raise UserErrorException(text, inner_exception=error) from error
        if not isinstance(content, Mapping):
            raise UserErrorException(f"The {kind} '{name}' is a dictionary, or JSON that holds one.")
        with translated():
            self._log.document(name, kind, _plain(cast("Mapping[str, Any]", content)))


def _plain(value: Any) -> Any:
    """Lists and dictionaries as JSON has them, of whatever kind they are."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in cast("Mapping[Any, Any]", value).items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in cast("list[Any]", value)]
    to_list = getattr(value, "tolist", None)
    return _plain(to_list()) if callable(to_list) else value
