"""Files of runs and of the models they made, as they lie at the server."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote, urlencode, urlsplit

from lazward.client.http import API, Connection
from lazward.errors import NotSupported
from lazward.wire.artifacts import Artifacts, FileInfo, ListArtifacts
from lazward.wire.logged_models import FoundModel, GetLoggedModel, ListModelArtifacts, LoggedModelInfo

_PROXY = "/api/2.0/mlflow-artifacts/artifacts/"
_PROXIED = "mlflow-artifacts"


def files(at: Connection, run_id: str, folder: str = "") -> Iterator[FileInfo]:
    """The files of a run in a folder and below it, by path from the run's root."""
    listed = at.get(API + "artifacts/list", Artifacts, ListArtifacts(run_id, folder or None))
    for one in listed.files:
        if one.is_dir:
            yield from files(at, run_id, one.path)
        else:
            yield one


def url(at: Connection, run_id: str, path: str) -> str:
    """Where a file of a run is fetched from."""
    return at.where.http + _query(run_id, path)


def download(at: Connection, run_id: str, path: str, to: BinaryIO) -> None:
    """Write a file of a run to an open file.

    Raises:
        NotFound: The run has no such file.
    """
    _fetch(at, _query(run_id, path), to)


def upload(at: Connection, artifact_uri: str, path: str, file: Path) -> None:
    """Send a file of any size.

    Args:
        at: The workspace.
        artifact_uri: Where the files of the run lie.
        path: Where among them it is to be.
        file: What to send.

    Raises:
        NotSupported: They lie in a place that the server does not write to.
        OSError: The file cannot be read.
    """
    at.send("PUT", _PROXY + quote(_below(artifact_uri, path)), content=file)


def model(at: Connection, model_id: str) -> LoggedModelInfo:
    """A logged model.

    Raises:
        NotFound: There is none, or it is deleted.
    """
    return at.get(f"{API}logged-models/{quote(model_id, safe='')}", FoundModel, GetLoggedModel()).model.info


def model_files(at: Connection, model_id: str, folder: str = "") -> Iterator[FileInfo]:
    """The files of a logged model in a folder and below it, by path from the model's root."""
    path = f"{API}logged-models/{quote(model_id, safe='')}/artifacts/directories"
    for one in at.get(path, Artifacts, ListModelArtifacts(folder)).files:
        if one.is_dir:
            yield from model_files(at, model_id, one.path)
        else:
            yield one


def download_from(at: Connection, artifact_uri: str, path: str, to: BinaryIO) -> None:
    """Write a file below an artifact URI to an open file.

    Raises:
        NotFound: There is none.
        NotSupported: It lies in a place that the server does not read from.
    """
    _fetch(at, _PROXY + quote(_below(artifact_uri, path)), to)


def _query(run_id: str, path: str) -> str:
    return "/get-artifact?" + urlencode({"run_id": run_id, "path": path})


def _below(artifact_uri: str, path: str) -> str:
    where = urlsplit(artifact_uri)
    if where.scheme != _PROXIED:
        raise NotSupported(
            f"These files lie at {artifact_uri}, where the server does not reach them; use mlflow.artifacts."
        )
    return f"{where.path.strip('/')}/{path}"


def _fetch(at: Connection, path: str, to: BinaryIO) -> None:
    with at.stream(path) as response:
        to.writelines(response.iter_bytes())
