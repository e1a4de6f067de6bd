"""Artifacts that pass through our server, in MLflow's terms."""

import os
import posixpath
from typing import Any
from urllib.parse import quote

from mlflow.entities import FileInfo
from mlflow.exceptions import MlflowException
from mlflow.store.artifact import artifact_repo
from mlflow.store.artifact.artifact_repo import ArtifactRepository

from lazward.client.uri import WorkspaceUri
from lazward.mlflow import hosts

_PROXY = "/api/2.0/mlflow-artifacts/artifacts"
_CHUNK = 2**20
_stock: Any = artifact_repo  # its functions carry no types


class LazwardArtifactRepository(ArtifactRepository):
    """The artifacts below one path of a workspace.

    MLflow's own http repository would look for its token in the environment alone, whatever the server.

    Args:
        artifact_uri: What the client asked for.
        where: The workspace.
        root: The path below the workspace's artifacts that everything here is relative to.
        tracking_uri: Kept for MLflow, which reads it from a repository; older versions have none.
        registry_uri: The same.
    """

    def __init__(
        self,
        artifact_uri: str,
        where: WorkspaceUri,
        root: str,
        tracking_uri: str | None = None,
        registry_uri: str | None = None,
    ) -> None:
        super().__init__(artifact_uri)
        self.tracking_uri = tracking_uri
        self.registry_uri = registry_uri
        self._where = where
        self._root = root.strip("/")

    def log_artifact(self, local_file: str, artifact_path: str | None = None) -> None:
        """Upload a file into a folder, streaming it."""
        _stock.verify_artifact_path(artifact_path)
        path = posixpath.join(artifact_path or "", os.path.basename(local_file))
        with open(local_file, "rb") as content:
            self._request("PUT", path, data=content)

    def log_artifacts(self, local_dir: str, artifact_path: str | None = None) -> None:
        """Upload what a folder holds."""
        for folder, _, names in os.walk(local_dir):
            below = os.path.relpath(folder, local_dir).replace(os.sep, "/")
            target = posixpath.normpath(posixpath.join(artifact_path or "", below))
            for name in names:
                self.log_artifact(os.path.join(folder, name), None if target == "." else target)

    def list_artifacts(self, path: str | None = None) -> list[FileInfo]:
        """What lies directly below a path; nothing if it is a file."""
        folder = posixpath.join(self._root, path or "")
        response = hosts.send(self._where.http, "GET", _PROXY, params={"path": folder})
        found = [_info(path or "", file) for file in response.json().get("files", [])]
        return sorted(found, key=lambda info: info.path)

    def delete_artifacts(self, artifact_path: str | None = None) -> None:
        """Delete a file, or a folder and everything in it."""
        self._request("DELETE", artifact_path or "")

    def _download_file(self, remote_file_path: str, local_path: str) -> None:
        response = self._request("GET", remote_file_path, stream=True)
        with response, open(local_path, "wb") as out:
            out.writelines(response.iter_content(chunk_size=_CHUNK))

    def _request(self, method: str, path: str, **request: Any) -> Any:
        whole = quote(posixpath.join(self._root, path).rstrip("/"))
        return hosts.send(self._where.http, method, f"{_PROXY}/{whole}", **request)


def _info(folder: str, file: dict[str, Any]) -> FileInfo:
    """A listed file. Its name becomes part of a local path on download, so it must be a mere name."""
    name = str(file["path"])
    if name in ("", ".", "..") or "/" in name or "\\" in name:
        raise MlflowException(f"The server listed an artifact with the unsafe name {name!r}.")
    size = file.get("file_size")
    return FileInfo(posixpath.join(folder, name), bool(file["is_dir"]), None if size is None else int(size))
