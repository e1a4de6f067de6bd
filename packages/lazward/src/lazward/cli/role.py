"""``lazward role``: who is what on a workspace."""

from typing import Annotated

import typer

from lazward.cli import options, output
from lazward.cli.output import Form

app = typer.Typer(help="Say who is what on a workspace.")

_User = Annotated[str, typer.Option(help="The user's name.", show_default=False)]
_Workspace = Annotated[str, typer.Option(help="The workspace's name.", show_default=False)]


@app.command()
def assign(
    user: _User,
    workspace: _Workspace,
    role: Annotated[
        str, typer.Option(help="reader, data-scientist, contributor or owner.", show_default=False)
    ],
    server: options.Server = None,
) -> None:
    """Give a user a role on a workspace, in place of an older one."""
    from lazward.client import members

    made = members.assign(options.connection(server), workspace, user, role)
    output.note(f"{made.user} is {made.role} of {workspace}.")


@app.command("list")
def list_(workspace: _Workspace, server: options.Server = None, form: options.Output = Form.TABLE) -> None:
    """List the members of a workspace."""
    from lazward.client import members

    output.table(members.search(options.connection(server), workspace), ("user", "role"), form)


@app.command()
def remove(user: _User, workspace: _Workspace, server: options.Server = None) -> None:
    """Take a user's role on a workspace away."""
    from lazward.client import members

    members.remove(options.connection(server), workspace, user)
    output.note(f"{user} has no role on {workspace} any more.")
