"""The files of a run: what it uploaded, its logs, and the models that it logged, which MLflow keeps apart."""

import os
import posixpath
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import IO, Any, BinaryIO, NamedTuple

from azureml.core._failures import translated, unsupported
from azureml.exceptions import UserErrorException
from lazward import errors
from lazward.client import artifacts, jobs
from lazward.client.http import Connection
from lazward.wire.jobs import LOG, OLD_LOG, Job
from lazward.wire.runs import Run

_AT_ONCE = 8
_SHOWN = 20
_LOGS = ("logs/", "user_logs/", "azureml-logs/")


class _Seen(NamedTuple):
    size: int
    modified: int


class _Model(NamedTuple):
    """A logged model of a run."""

    model_id: str
    uri: str


class Files:
    """The files of a run.

    Args:
        at: The workspace.
        run: The run as the server has it.
        job: Its job, if it has one.
    """

    def __init__(self, at: Connection, run: Run, job: Job | None) -> None:
        self._at = at
        self._run = run
        self._job = job
        self._run_id = str(run.info.run_id)

    def names(self) -> list[str]:
        """All names, sorted."""
        found = {one.path for one in artifacts.files(self._at, self._run_id)}
        found.update(self._links())
        for name, model in self.models().items():
            found.update(f"{name}/{one.path}" for one in artifacts.model_files(self._at, model.model_id))
        return sorted(found)

    def models(self) -> dict[str, _Model]:
        """The logged models by name; of several with one name the newest."""
        made = self._run.outputs.model_outputs if self._run.outputs else []
        found: dict[str, tuple[int, _Model]] = {}
        for one in made:
            try:
                info = artifacts.model(self._at, one.model_id)
            except errors.NotFound:
                continue
            newest = found.get(info.name)
            if newest is None or newest[0] <= info.creation_timestamp_ms:
                found[info.name] = (info.creation_timestamp_ms, _Model(info.model_id, info.artifact_uri))
        return {name: model for name, (_, model) in found.items()}

    def log_urls(self) -> dict[str, str]:
        """Where each log is fetched from, by name: those of a job for an hour without a token."""
        own = {name: self._at.where.server.url + path for name, path in self._links().items()}
        kept = [one.path for one in artifacts.files(self._at, self._run_id) if one.path.startswith(_LOGS)]
        return {name: artifacts.url(self._at, self._run_id, name) for name in kept} | own

    def _links(self) -> dict[str, str]:
        return self._job.log_links if self._job else {}

    def text(self, name: str) -> str:
        """What a file holds, as text."""
        with tempfile.TemporaryFile() as content:
            self._fetch(name, content)
            content.seek(0)
            return content.read().decode(errors="replace")

    def download(self, name: str, to: Path) -> None:
        """Write a file to a path on this machine; nothing is left there if that fails.

        Raises:
            UserErrorException: The run has no such file, or it cannot be written there.
        """
        part = to.with_name(f"{to.name}.part")
        try:
            to.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as content:
                self._fetch(name, content)
            part.replace(to)
        except OSError as error:
            text = f"{to} cannot be written: {error.strerror}."
            raise UserErrorException(text, inner_exception=error) from error
        finally:
            part.unlink(missing_ok=True)

    def download_all(self, places: Sequence[tuple[str, Path]]) -> None:
        """Download several files, some at the same time."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(self._download_one, places))

    def upload(self, name: str, content: "str | os.PathLike[str] | IO[Any]") -> None:
        """Send a file, or what a stream still holds.

        Raises:
            UserErrorException: There is no such file, or the name is not possible.
        """
        path = normal(name)
        uri = self._run.info.artifact_uri or ""
        if isinstance(content, (str, os.PathLike)):
            file = Path(content)
            if not file.is_file():
                raise UserErrorException(f"There is no file {file.absolute()} to upload.")
            with translated():
                artifacts.upload(self._at, uri, path, file)
            return
        with tempfile.TemporaryDirectory(prefix="lazward-") as folder:
            file = Path(folder) / "content"
            with file.open("wb") as out:
                _copy(content, out)
            with translated():
                artifacts.upload(self._at, uri, path, file)

    def upload_all(self, places: Sequence[tuple[str, Path]]) -> None:
        """Send several files, some at the same time."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(self._upload_one, places))

    def _download_one(self, place: tuple[str, Path]) -> None:
        self.download(*place)

    def _upload_one(self, place: tuple[str, Path]) -> None:
        self.upload(*place)

    def _fetch(self, name: str, to: BinaryIO) -> None:
        path = normal(name)
        log = LOG if path == OLD_LOG else path
        with translated():
            if self._job and log in self._job.logs:
                to.writelines(jobs.whole_log(self._at, self._run_id, log))
                return
            try:
                artifacts.download(self._at, self._run_id, path, to)
            except errors.NotFound as error:
                if not self._fetch_of_model(path, to):
                    raise self._missing(name, error) from error

    def _fetch_of_model(self, path: str, to: BinaryIO) -> bool:
        for name, model in self.models().items():
            if path.startswith(f"{name}/"):
                try:
                    artifacts.download_from(self._at, model.uri, path.removeprefix(f"{name}/"), to)
                except errors.NotFound:
                    continue
                return True
        return False

    def _missing(self, name: str, error: Exception) -> UserErrorException:
        names = self.names()
        shown = ", ".join(names[:_SHOWN]) + (", ..." if len(names) > _SHOWN else "")
        return UserErrorException(
            f"The run {self._run_id} has no file '{name}'; it has {shown or 'none'}.", inner_exception=error
        )


class Watched:
    """A folder whose files become a run's when it ends: those that were made or changed meanwhile.

    Args:
        folder: The folder, which need not be there yet.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sent = dict(self._files())

    def fresh(self) -> list[tuple[str, Path]]:
        """What is new since the last time, by its name in the run."""
        found = {file: seen for file, seen in self._files() if self._sent.get(file) != seen}
        self._sent |= found
        name = self._folder.name
        return [(f"{name}/{file.relative_to(self._folder).as_posix()}", file) for file in sorted(found)]

    def _files(self) -> Iterator[tuple[Path, _Seen]]:
        for file in self._folder.rglob("*"):
            if file.is_file():
                stat = file.stat()
                yield file, _Seen(stat.st_size, stat.st_mtime_ns)


def normal(name: str) -> str:
    """The name of a file as the server has it.

    Raises:
        UserErrorException: It leads out of the run's files, or is none.
    """
    path = posixpath.normpath(str(name).replace("\\", "/").lstrip("/"))
    if not str(name) or path in (".", "..") or path.startswith("../"):
        raise UserErrorException(f"{name!r} cannot name a file of a run.")
    return path


def place(name: str, given: str | os.PathLike[str] | None) -> Path:
    """Where a file is written to: as given, or under its own name into a folder."""
    base = posixpath.basename(normal(name))
    if given is None:
        return Path(base)
    path = Path(given)
    return path / base if path.is_dir() or str(given).endswith(("/", os.sep)) else path


def below(folder: Path, name: str) -> list[tuple[str, Path]]:
    """The files of a folder on this machine, by their names below ``name`` in a run.

    Raises:
        UserErrorException: It is no folder.
    """
    if not folder.is_dir():
        raise UserErrorException(f"There is no folder {folder.absolute()} to upload.")
    root = normal(name)
    return [
        (f"{root}/{file.relative_to(folder).as_posix()}", file)
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    ]


def only_own(datastore_name: str | None) -> None:
    """Refuse files that are to lie in a datastore."""
    if datastore_name is not None:
        unsupported("datastore_name for a run's files", "leave it out: they lie in the workspace's store")


def _copy(content: IO[Any], out: BinaryIO) -> None:
    if isinstance(content.read(0), str):
        out.writelines(piece.encode() for piece in iter(partial(content.read, 2**20), ""))
    else:
        shutil.copyfileobj(content, out)
