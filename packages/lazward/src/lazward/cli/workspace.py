"""``lazward workspace``: the workspaces of a server."""

from typing import Annotated

import typer

from lazward.cli import deletion, options, output
from lazward.cli.output import Form
from lazward.errors import ConfigError

app = typer.Typer(help="Make, list, change and delete workspaces.")

_COLUMNS = ("name", "group", "role", "description", "created_at")

Name = Annotated[str, typer.Argument(help="Name of the workspace.")]
NewName = Annotated[str, typer.Argument(help="2 to 63 letters, digits, '_' and '-'.")]
Group = Annotated[str, typer.Option("--group", "--resource-group", "-g", help="Its resource group.")]
FriendlyName = Annotated[str | None, typer.Option(help="What people call it.", show_default=False)]
Description = Annotated[str | None, typer.Option(help="What it is for.", show_default=False)]


@app.command()
def create(
    name: NewName,
    group: Group = "default",
    create_group: Annotated[bool, typer.Option("--create-group", help="Make the group if need be.")] = False,
    friendly_name: FriendlyName = None,
    description: Description = None,
    tag: options.Tags = [],  # noqa: B006 - typer copies it
    exist_ok: Annotated[bool, typer.Option("--exist-ok", help="No error if there is one.")] = False,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """Make a workspace. You become its owner; only administrators may."""
    from lazward.cli.connection import to_server
    from lazward.client import workspaces
    from lazward.wire.workspaces import CreateWorkspace

    message = CreateWorkspace(
        name=name,
        group=group,
        create_group=create_group,
        friendly_name=friendly_name or "",
        description=description or "",
        tags=options.tags(tag),
    )
    output.record(workspaces.create(to_server(server), message, exist_ok=exist_ok), form)


@app.command("list")
def list_(
    group: Annotated[
        str, typer.Option("--group", "--resource-group", "-g", help="Only those of this group.")
    ] = "",
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """List the workspaces you have a role on; all of them if you administer the server."""
    from lazward.cli.connection import to_server
    from lazward.client import workspaces

    output.table(workspaces.search(to_server(server), group), _COLUMNS, form)


@app.command()
def show(name: Name, server: options.Server = None, form: options.Output = Form.TABLE) -> None:
    """Show a workspace."""
    from lazward.cli.connection import to_server
    from lazward.client import workspaces

    output.record(workspaces.get(to_server(server), name), form)


@app.command()
def update(
    name: Name,
    friendly_name: FriendlyName = None,
    description: Description = None,
    tag: options.Tags = [],  # noqa: B006 - typer copies it
    no_tags: Annotated[bool, typer.Option("--no-tags", help="Take all tags away.")] = False,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """Change what is said about a workspace. Tags take the place of all it had."""
    from lazward.cli.connection import to_server
    from lazward.client import workspaces
    from lazward.wire.workspaces import UpdateWorkspace

    tags = options.tags(tag)
    if tags and no_tags:
        raise ConfigError("Give either --tag or --no-tags.")
    message = UpdateWorkspace(friendly_name, description, tags=tags if tags or no_tags else None)
    output.record(workspaces.update(to_server(server), name, message), form)


@app.command()
def limits(
    name: Name,
    artifact_bytes: Annotated[
        int | None, typer.Option(help="What its artifacts may come to.", min=0, show_default=False)
    ] = None,
    runs: Annotated[
        int | None, typer.Option(help="How many runs it may hold.", min=0, show_default=False)
    ] = None,
    requests: Annotated[
        int | None, typer.Option(help="Requests a second of each token.", min=1, show_default=False)
    ] = None,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """Set all limits of a workspace at once; what is left out has none. Only administrators may."""
    from lazward.cli.connection import to_server
    from lazward.client import workspaces
    from lazward.wire.workspaces import SetLimits

    message = SetLimits(artifact_bytes, runs, requests)
    output.record(workspaces.set_limits(to_server(server), name, message), form)


@app.command()
def usage(
    name: Name,
    count: Annotated[bool, typer.Option("--count", help="Count its files anew first.")] = False,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """Show what a workspace holds, and what it may."""
    from lazward.cli.connection import to_server
    from lazward.client import workspaces

    output.record(workspaces.usage(to_server(server), name, count=count), form)


@app.command()
def delete(
    name: Name,
    dry_run: options.DryRun = False,
    yes: options.Yes = False,
    no_wait: deletion.NoWait = False,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """Delete a workspace with all it holds, after telling what goes."""
    from lazward.cli.connection import to_server
    from lazward.client import workspaces

    at = to_server(server)
    deletion.run(
        at,
        f"workspace '{name}'",
        lambda dry: workspaces.delete(at, name, dry_run=dry),
        deletion.Choice(dry_run, yes, no_wait, form),
    )
