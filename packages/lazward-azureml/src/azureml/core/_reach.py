"""Reaching workspaces, with failures as ``azureml.core`` scripts expect them."""

import contextlib

from azureml.core._failures import translated
from azureml.core.authentication import AbstractAuthentication
from azureml.exceptions import WorkspaceException
from lazward import errors
from lazward.client import locate, uri, workspaces
from lazward.client.http import Connection
from lazward.client.uri import WorkspaceUri
from lazward.wire import workspaces as wire

_CANNOT_CREATE = (
    errors.AlreadyExists, errors.NotFound, errors.PermissionDenied, errors.ServerUnreachable,
)  # fmt: skip


def connect(auth: AbstractAuthentication | None, name: str | None, server: str | None = None) -> Connection:
    """A connection to a workspace, or with no name to the server as a whole.

    Raises:
        UserErrorException: No server is configured.
    """
    with translated():
        where = WorkspaceUri(uri.server(server or locate.server()), name)
        if isinstance(auth, AbstractAuthentication):
            auth.sign_in(where.server)
        return Connection(where)


def load(connection: Connection, name: str) -> wire.Workspace:
    """The workspace of this name.

    Raises:
        WorkspaceException: It does not exist, we have no role on it, or its server cannot be reached.
    """
    with translated():
        try:
            return workspaces.get(connection, name)
        except (errors.NotFound, errors.PermissionDenied) as error:
            server = connection.where.server.url
            text = f"There is no workspace '{name}' for us on {server}: {error.message}"
            raise WorkspaceException(text, inner_exception=error) from error
        except errors.ServerUnreachable as error:
            raise WorkspaceException(error.message, inner_exception=error) from error


def get_or_create(at: Connection, message: wire.CreateWorkspace, *, exist_ok: bool) -> wire.Workspace:
    """Make a workspace; with ``exist_ok`` take the one there is, also for whoever may not make any.

    Raises:
        WorkspaceException: It exists and is not to be taken, or cannot be made.
    """
    with translated():
        try:
            if exist_ok:
                with contextlib.suppress(errors.NotFound, errors.PermissionDenied):
                    return workspaces.get(at, message.name)
            return workspaces.create(at, message, exist_ok=exist_ok)
        except _CANNOT_CREATE as error:
            raise WorkspaceException(error.message, inner_exception=error) from error
