"""``lazward run`` and ``lazward experiment``: putting away, bringing back, and removing for good."""

from importlib import import_module
from typing import Annotated, Any

import typer

from lazward.cli import deletion, options
from lazward.cli.output import Form

Ids = Annotated[list[str], typer.Argument(help="Ids, one or more.", metavar="ID")]


def app(noun: str, with_it: str) -> typer.Typer:
    """The commands of what can be deleted and purged.

    Args:
        noun: What it is; ``lazward.client`` has a module of its plural.
        with_it: What goes when one is removed for good.
    """
    made = typer.Typer(help=f"Delete, restore and purge {noun}s.")

    def client() -> Any:
        return import_module(f"lazward.client.{noun}s")

    @made.command(help=f"Put {noun}s away. `restore` brings them back, `purge` removes them for good.")
    def delete(ids: Ids, workspace: options.Workspace = None, server: options.Server = None) -> None:
        at = _at(server, workspace)
        for one in ids:
            client().delete(at, one)

    @made.command(help=f"Bring deleted {noun}s back.")
    def restore(ids: Ids, workspace: options.Workspace = None, server: options.Server = None) -> None:
        at = _at(server, workspace)
        for one in ids:
            client().restore(at, one)

    @made.command(help=f"Remove deleted {noun}s for good, with {with_it}, after telling what goes.")
    def purge(
        ids: Ids = [],  # noqa: B006 - typer copies it
        older_than: deletion.OlderThan = None,
        dry_run: options.DryRun = False,
        yes: options.Yes = False,
        workspace: options.Workspace = None,
        server: options.Server = None,
        form: options.Output = Form.TABLE,
    ) -> None:
        at = _at(server, workspace)
        deletion.purge(
            f"{noun}s",
            ids,
            older_than,
            lambda age, dry: client().purge(at, ids, older_than=age, dry_run=dry),
            deletion.Choice(dry_run, yes, no_wait=True, form=form),
        )

    return made


def _at(server: str | None, workspace: str | None) -> Any:
    from lazward.cli.connection import to_workspace

    return to_workspace(server, workspace)
