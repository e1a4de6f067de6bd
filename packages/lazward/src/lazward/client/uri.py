"""Addresses of workspaces: ``lazward://HOST[:PORT]/workspaces/NAME`` and its plain-http twin.

``lazward:`` means https and ``lazward+http:`` means http, so that MLflow picks our plug-in by the scheme;
the same workspace answers stock clients at the ``http(s)`` form.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from lazward.client import address
from lazward.client.address import ServerAddress
from lazward.errors import ConfigError

SCHEMES = {"lazward": "https", "lazward+http": "http"}
"""Our schemes and what they stand for."""
_OURS = {web: ours for ours, web in SCHEMES.items()}
_PATH = re.compile(r"/workspaces/(?P<workspace>[^/]+)(?:/artifacts(?:/(?P<artifact>.*))?)?/?")
_AZURE_RUN = re.compile(r"/runs/(?P<run_id>[^/]+)/artifacts(?:/(?P<path>.*))?$")
_AZURE = re.compile(r"/workspaces/(?P<workspace>[^/?]+)")


@dataclass(frozen=True)
class WorkspaceUri:
    """A workspace on a server.

    Attributes:
        server: Where the server is.
        workspace: The workspace's name; None stands for the one served at the root.
    """

    server: ServerAddress
    workspace: str | None = None

    @property
    def http(self) -> str:
        """The base URL of the workspace's HTTP API."""
        return self.server.url + self._path

    @property
    def tracking(self) -> str:
        """What ``mlflow.set_tracking_uri`` takes."""
        return f"{_OURS[self.server.scheme]}://{self.server.netloc}{self._path}"

    @property
    def _path(self) -> str:
        return "" if self.workspace is None else f"/workspaces/{quote(self.workspace, safe='')}"


def parse(uri: str) -> WorkspaceUri:
    """The workspace that a ``lazward``, ``lazward+http``, ``http`` or ``https`` URI names.

    Raises:
        ConfigError: It is no such URI.
    """
    return parse_artifact(uri)[0]


def parse_artifact(uri: str) -> tuple[WorkspaceUri, str | None]:
    """The workspace, and the path below ``/workspaces/NAME/artifacts`` if the URI has one."""
    where, path = server(uri), address.split(uri).path
    if path in ("", "/"):
        return WorkspaceUri(where), None
    found = _PATH.fullmatch(path)
    if found is None:
        raise ConfigError(f"'{uri}' does not name a workspace; it should end in /workspaces/NAME.")
    return WorkspaceUri(where, unquote(found["workspace"])), found["artifact"]


def server(uri: str) -> ServerAddress:
    """The server that a URI of one of our schemes, or an ``http(s)`` one, leads to."""
    parts = address.split(uri)
    return address.from_parts(parts._replace(scheme=SCHEMES.get(parts.scheme, parts.scheme)), uri)


def proxied_artifact(uri: str, current: WorkspaceUri) -> tuple[WorkspaceUri, str]:
    """The workspace and path of an ``mlflow-artifacts:`` URI: the current one, unless it names a host."""
    parts = address.split(uri)
    if not parts.netloc:
        return current, parts.path
    other = address.parse(f"{current.server.scheme}://{parts.netloc}")
    return WorkspaceUri(other, current.workspace), parts.path


def azureml_workspace(uri: str) -> str:
    """The name of the workspace in an ``azureml://`` tracking URI.

    Raises:
        ConfigError: There is none in it.
    """
    found = _AZURE.search(address.split(uri).path)
    if found is None:
        raise ConfigError(f"'{uri}' does not name a workspace; it should hold /workspaces/NAME.")
    return unquote(found["workspace"])


def azureml_run(uri: str) -> str:
    """The ``runs:/ID/PATH`` form of a run's artifacts in an ``azureml://`` URI.

    Raises:
        ConfigError: It names no run.
    """
    found = _AZURE_RUN.search(address.split(uri).path)
    if found is None:
        raise ConfigError(f"'{uri}' names no run; it should hold /runs/ID/artifacts.")
    return f"runs:/{found['run_id']}/{found['path'] or ''}"
