"""Workspaces of a server."""

from lazward.client.http import Connection


def check(at: Connection) -> None:
    """Make sure that the workspace exists and its server answers.

    Raises:
        NotFound: The server has no such workspace.
        ServerUnreachable: No server answers there.
    """
    at.send("GET", "/health")
