"""From an artifact URI to the key of a blob.

Runs and models carry URIs, by default ``mlflow-artifacts:/<experiment id>/<run id>/artifacts`` and
``mlflow-artifacts:/<experiment id>/models/<model id>/artifacts``; the path of such a URI is also the path
that clients put after ``/mlflow-artifacts/artifacts/``. The key is the workspace's folder and that path, so
no URI and no path that a client can think of leads into another workspace.
"""

from urllib.parse import unquote, urlsplit

from lazward.errors import InvalidRequest
from lazward_server.artifacts.paths import folder_path, join, of_workspace
from lazward_server.http.endpoint import Context
from lazward_server.http.workspace import Workspace

PROXIED = "mlflow-artifacts"
_ROUTE = "/mlflow-artifacts/artifacts"


def key_of(ctx: Context, uri: str, path: str = "") -> str:
    """The key of a URI of the request's workspace, or of a normal path below it; see ``key_in``."""
    below = join(_path_in(ctx.settings.artifacts, ctx.workspace, uri), path)
    return of_workspace(ctx.workspace.folder, below)


def key_in(artifacts: str, workspace: Workspace, uri: str) -> str:
    """The key of a URI of a workspace.

    Args:
        artifacts: The root of all artifacts, as the settings have it.
        workspace: Whose URI it is.
        uri: Of a file or folder.

    Raises:
        InvalidRequest: The URI lies outside what this server stores; its owner reaches it directly.
    """
    return of_workspace(workspace.folder, _path_in(artifacts, workspace, uri))


def _path_in(artifacts: str, workspace: Workspace, uri: str) -> str:
    below = _below_root(artifacts, workspace, uri)
    if below is None:
        raise InvalidRequest(
            f"The artifacts are at {uri}, which this server does not serve; read them from there."
        )
    return folder_path(below)


def _below_root(artifacts: str, workspace: Workspace, uri: str) -> str | None:
    """The path below the workspace's root, None for a URI that is not ours."""
    try:
        parts = urlsplit(uri)
    except ValueError:  # a broken address of a host
        return None
    if parts.query or parts.fragment:
        return None
    if parts.scheme == PROXIED:
        return parts.path.lstrip("/")
    if parts.scheme in ("http", "https"):
        return _below_route(workspace, parts.path)
    root = join(_plain(artifacts).rstrip("/"), workspace.folder) + "/"
    plain = _plain(uri) + "/"
    return plain.removeprefix(root) if plain.startswith(root) else None


def _below_route(workspace: Workspace, path: str) -> str | None:
    """The rest after the artifact route, unless it is another workspace's."""
    before, route, below = path.partition(_ROUTE)
    named = before.partition("/workspaces/")[2].partition("/")[0]
    if not route or named not in ("", workspace.name):
        return None
    return below.lstrip("/")


def _plain(uri: str) -> str:
    """A local path for a ``file:`` URI, anything else as it stands."""
    return unquote(urlsplit(uri).path) if uri.startswith("file:") else uri
