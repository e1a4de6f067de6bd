"""``lazward group``: the resource groups of a server."""

from typing import Annotated

import typer

from lazward.cli import deletion, options, output
from lazward.cli.output import Form

app = typer.Typer(help="Make, list, change and delete resource groups.")

_COLUMNS = ("name", "workspaces", "tags", "created_at")

Name = Annotated[str, typer.Argument(help="Name of the group.")]


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="2 to 63 letters, digits, '_' and '-'.")],
    tag: options.Tags = [],  # noqa: B006 - typer copies it
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """Make a resource group. Only administrators may."""
    from lazward.cli.connection import to_server
    from lazward.client import groups

    output.record(groups.create(to_server(server), name, options.tags(tag)), form)


@app.command("list")
def list_(server: options.Server = None, form: options.Output = Form.TABLE) -> None:
    """List the groups in which you may see a workspace; all of them if you administer the server."""
    from lazward.cli.connection import to_server
    from lazward.client import groups

    output.table(groups.search(to_server(server)), _COLUMNS, form)


@app.command()
def show(name: Name, server: options.Server = None, form: options.Output = Form.TABLE) -> None:
    """Show a resource group and the workspaces in it."""
    from lazward.cli.connection import to_server
    from lazward.client import groups

    output.record(groups.get(to_server(server), name), form)


@app.command()
def update(
    name: Name,
    tag: options.Tags = [],  # noqa: B006 - typer copies it
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """Give a resource group other tags, in place of all it had."""
    from lazward.cli.connection import to_server
    from lazward.client import groups

    output.record(groups.update(to_server(server), name, options.tags(tag)), form)


@app.command()
def delete(
    name: Name,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    no_wait: deletion.NoWait = False,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """Delete a resource group with all its workspaces, after telling what goes."""
    from lazward.cli.connection import to_server
    from lazward.client import groups

    at = to_server(server)
    deletion.run(
        at,
        f"resource group '{name}'",
        lambda dry: groups.delete(at, name, dry_run=dry),
        deletion.Choice(dry_run, yes, no_wait, form),
    )
