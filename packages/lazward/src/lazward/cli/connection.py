"""The connection a command uses."""

from lazward.cli import options
from lazward.client import locate, uri
from lazward.client.http import Connection
from lazward.client.uri import WorkspaceUri


def to_server(given: str | None) -> Connection:
    """A connection to the server that was named, or to the configured one.

    Raises:
        ConfigError: None was named, and none is configured.
    """
    return Connection(WorkspaceUri(uri.server(options.server(given))))


def to_workspace(server: str | None, workspace: str | None) -> Connection:
    """A connection to the workspace that was named, or to the configured one.

    Raises:
        ConfigError: No server was named, and none is configured.
    """
    where = uri.server(options.server(server))
    return Connection(WorkspaceUri(where, workspace or locate.workspace_name()))
