"""The part of a run that has files."""

import os
import posixpath
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from azureml.core import _run_files
from azureml.core._failures import translated
from azureml.core._logging_run import LoggingRun
from azureml.exceptions import UserErrorException


class FilingRun(LoggingRun):
    """See the module."""

    def get_file_names(self) -> list[str]:
        """The names of all files: what was uploaded, logs, and the files of models that were logged."""
        with translated():
            return self._files().names()

    def download_file(
        self,
        name: str,
        output_file_path: str | os.PathLike[str] | None = None,
        _validate_checksum: bool = False,
    ) -> None:
        """Write a file to this machine.

        Args:
            name: The file.
            output_file_path: Where to; under its own name into the current folder if absent.

        Raises:
            UserErrorException: There is no such file.
        """
        self._files().download(name, _run_files.place(name, output_file_path))

    def download_files(
        self,
        prefix: str | None = None,
        output_directory: str | os.PathLike[str] | None = None,
        output_paths: Sequence[str | os.PathLike[str]] | None = None,
        batch_size: int = 100,
        append_prefix: bool = True,
        timeout_seconds: float | None = None,
    ) -> None:
        """Write all files below a prefix to this machine.

        Args:
            prefix: What their names begin with; all files if absent.
            output_directory: Where to; the current folder if absent.
            output_paths: In place of it a path for each file, in the order of their names.
            batch_size: Accepted for the original's sake.
            append_prefix: Whether the prefix stands in the paths too.
            timeout_seconds: Accepted for the original's sake.

        Raises:
            UserErrorException: As many paths as there are files are needed.
        """
        files = self._files()
        with translated():
            names = [name for name in files.names() if name.startswith((prefix or "").lstrip("./"))]
        if output_paths is not None:
            if len(output_paths) != len(names):
                raise UserErrorException(
                    f"{len(names)} files need as many output_paths, not {len(output_paths)}."
                )
            files.download_all([(name, Path(path)) for name, path in zip(names, output_paths, strict=True)])
            return
        folder = Path(output_directory or ".")
        root = "" if append_prefix or not prefix else prefix.lstrip("./").rstrip("/")
        files.download_all([(name, folder / _relative(_run_files.normal(name), root)) for name in names])

    def upload_file(
        self, name: str, path_or_stream: str | os.PathLike[str] | IO[Any], datastore_name: str | None = None
    ) -> None:
        """Send a file, over one of the same name.

        Args:
            name: Its name in the run.
            path_or_stream: Where it is on this machine, or what it is read from.
            datastore_name: Not supported.

        Raises:
            UserErrorException: There is no such file.
        """
        _run_files.only_own(datastore_name)
        self._sending().upload(name, path_or_stream)

    def upload_files(
        self,
        names: Sequence[str],
        paths: Sequence[str | os.PathLike[str]],
        return_artifacts: bool = False,
        timeout_seconds: float | None = None,
        datastore_name: str | None = None,
    ) -> None:
        """Send files, each under the name that stands at the same place.

        Raises:
            TypeError: There are more of one than of the other.
        """
        _run_files.only_own(datastore_name)
        if isinstance(names, str) or isinstance(paths, str) or len(names) != len(paths):
            raise TypeError("upload_files takes two lists of the same length: names, and paths.")
        self._sending().upload_all([(name, Path(path)) for name, path in zip(names, paths, strict=True)])

    def upload_folder(
        self, name: str, path: str | os.PathLike[str], datastore_name: str | None = None
    ) -> None:
        """Send all files of a folder.

        Args:
            name: The folder's name in the run.
            path: Where it is on this machine.
            datastore_name: Not supported.

        Raises:
            UserErrorException: There is no such folder.
        """
        _run_files.only_own(datastore_name)
        self._sending().upload_all(_run_files.below(Path(path), name))

    def get_all_logs(self, destination: str | os.PathLike[str] | None = None) -> list[str]:
        """Write all logs into a folder.

        Args:
            destination: The folder; ``logs_`` with the run's id if absent.

        Returns:
            Where they are.
        """
        files = self._files()
        folder = Path(destination or f"logs_{self._run_id}")
        with translated():
            places = [(name, folder / _run_files.normal(name)) for name in files.log_urls()]
        files.download_all(places)
        return [str(path) for _, path in places]


def _relative(name: str, root: str) -> str:
    if not root:
        return name
    return name.removeprefix(f"{root}/") if name.startswith(f"{root}/") else posixpath.basename(name)
