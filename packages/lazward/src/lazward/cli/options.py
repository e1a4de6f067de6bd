"""Options that several commands share."""

from typing import Annotated

import typer

from lazward.client import locate

Server = Annotated[
    str | None,
    typer.Option(
        help="Address of the server, such as http://127.0.0.1:8421. Default: the one configured.",
        envvar="LAZWARD_SERVER",
        metavar="URL",
        show_default=False,
    ),
]


def server(given: str | None) -> str:
    """The server that was named, or the configured one.

    Raises:
        ConfigError: None was named, and none is configured.
    """
    return given or locate.server()
