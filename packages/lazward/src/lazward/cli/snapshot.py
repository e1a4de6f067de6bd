"""``lazward snapshot``: folders as they were at a moment, kept in a workspace."""

from pathlib import Path
from typing import Annotated

import typer

from lazward.cli import options, output
from lazward.cli.output import Form

app = typer.Typer(help="Keep folders as they are, and put them back.")

_COLUMNS = ("path", "size", "executable", "sha256")

Id = Annotated[str, typer.Argument(help="Id of the snapshot.", metavar="ID")]


@app.command()
def create(
    folder: Annotated[Path, typer.Argument(help="The folder.")] = Path(),
    workspace: options.Workspace = None,
    server: options.Server = None,
) -> None:
    """Keep a folder as it is now and print the id of its snapshot; files that are kept already are not sent.

    What .amlignore says stays out, or where there is none, what .gitignore says.
    """
    from lazward.cli.connection import to_workspace
    from lazward.snapshot import snapshot

    output.result(snapshot.take(to_workspace(server, workspace), folder))


@app.command()
def show(
    snapshot_id: Id,
    workspace: options.Workspace = None,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """List the files of a snapshot."""
    from lazward.cli.connection import to_workspace
    from lazward.client import snapshots

    output.table(snapshots.get(to_workspace(server, workspace), snapshot_id).files, _COLUMNS, form)


@app.command()
def restore(
    snapshot_id: Id,
    folder: Annotated[Path, typer.Argument(help="An empty folder, or one that is yet to be made.")],
    workspace: options.Workspace = None,
    server: options.Server = None,
) -> None:
    """Put a snapshot back, byte for byte."""
    from lazward.cli.connection import to_workspace
    from lazward.snapshot import snapshot

    snapshot.restore(to_workspace(server, workspace), snapshot_id, folder)
