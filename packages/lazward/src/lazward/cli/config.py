"""``lazward config``: connect a project folder to a workspace."""

from pathlib import Path
from typing import Annotated

import typer

from lazward.cli import options, output
from lazward.client import config as configuration
from lazward.client import credentials, locate, uri
from lazward.client.address import ServerAddress
from lazward.client.config import WorkspaceConfig
from lazward.client.uri import WorkspaceUri
from lazward.errors import ConfigError, LazwardError


def config(
    server: options.Server = None,
    workspace: Annotated[
        str | None, typer.Option(help="Name of the workspace. Default: 'default'.", show_default=False)
    ] = None,
    path: Annotated[Path, typer.Option(help="The project's folder.")] = Path(),
    ca: Annotated[
        str | None,
        typer.Option(
            help="PEM file of the authority that made the server's certificate, if it is a private one;"
            " remembered for this user and server. An empty text forgets it.",
            metavar="FILE",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Write .azureml/config.json, where Workspace.from_config() finds server and workspace."""
    named = uri.parse(options.server(server))
    if ca is not None:
        _remember(named.server, ca)
    where = WorkspaceUri(named.server, workspace or named.workspace or locate.DEFAULT_WORKSPACE)
    file = configuration.write(_config(where, path), path)
    output.result(f"Wrote {file}: workspace '{where.workspace}' on {where.server.url}.")
    _check(where)


def _remember(server: ServerAddress, ca: str) -> None:
    file = Path(ca).expanduser().absolute() if ca else None
    if server.scheme != "https":
        raise ConfigError(f"--ca is for servers that speak TLS, and {server.url} does not.")
    if file:
        from lazward.client import trust

        trust.load(str(file))
    credentials.save_ca(server.url, file)


def _config(where: WorkspaceUri, path: Path) -> WorkspaceConfig:
    """The new content; subscription and resource group stay what an older file there says."""
    assert where.workspace is not None  # noqa: S101 - the only caller names one
    new = WorkspaceConfig(where.workspace, where.server.url)
    try:
        old = configuration.read(path / ".azureml" / "config.json")
    except LazwardError:
        return new
    return WorkspaceConfig(where.workspace, where.server.url, old.subscription_id, old.resource_group)


def _check(where: WorkspaceUri) -> None:
    """Warn, and no more, when nothing answers there: the server may be started later."""
    from lazward.client import workspaces
    from lazward.client.http import Connection

    try:
        workspaces.check(Connection(where))
    except LazwardError as error:
        output.warning(str(error))
