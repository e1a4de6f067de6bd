"""Options that several commands share."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from lazward.cli.output import Form
from lazward.client import locate
from lazward.errors import ConfigError

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
Workspace = Annotated[
    str | None,
    typer.Option(
        "--workspace", "-w", help="Name of the workspace. Default: the one configured.", show_default=False
    ),
]
Output = Annotated[Form, typer.Option("--output", "-o", help="A table for people, or JSON for programs.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Tell what would go, and delete nothing.")]
Tags = Annotated[
    list[str], typer.Option("--tag", help="A tag as NAME=VALUE; may be repeated.", metavar="NAME=VALUE")
]


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


def tags(given: Sequence[str]) -> dict[str, str]:
    """Tags as they were given, by name.

    Raises:
        ConfigError: One has no ``=``.
    """
    return _pairs(given, "tag", "--tag")


def settings(given: Sequence[str]) -> dict[str, str]:
    """Settings of a compute target as they were given, by name; ``-`` in a name is ``_``, as elsewhere.

    Raises:
        ConfigError: One has no ``=``.
    """
    return {name.replace("-", "_"): value for name, value in _pairs(given, "setting", "--set").items()}


def _pairs(given: Sequence[str], what: str, option: str) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    if wrong := [name for name, sign, _ in pairs if not sign or not name]:
        raise ConfigError(f"'{wrong[0]}' is no {what}; write {option} NAME=VALUE.")
    return {name: value for name, _, value in pairs}
