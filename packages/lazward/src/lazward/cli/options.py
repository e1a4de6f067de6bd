"""Options that several commands share."""

from typing import TYPE_CHECKING, Annotated

import typer

from lazward.cli.output import Format
from lazward.client import locate

if TYPE_CHECKING:
    from lazward.client.http import Connection

Server = Annotated[
    str | None,
    typer.Option(
        help="Address of the server, such as http://127.0.0.1:8421. Default: the one configured.",
        envvar="LAZWARD_SERVER",
        metavar="URL",
        show_default=False,
    ),
]


Output = Annotated[Format, typer.Option("--output", "-o", help="A table to read, or JSON with all there is.")]


def server(given: str | None) -> str:
    """The server that was named, or the configured one.

    Raises:
        ConfigError: None was named, and none is configured.
    """
    return given or locate.server()


def connection(given: str | None) -> "Connection":
    """A connection to the server that shows the credential itself, as changing credentials needs.

    Raises:
        ConfigError: None was named, and none is configured.
    """
    from lazward.client import tokens, uri
    from lazward.client.http import Connection
    from lazward.client.uri import WorkspaceUri

    return Connection(WorkspaceUri(uri.server(server(given))), tokens.credential_for)
