"""``lazward user``: the users of a server, for its administrators, and one's own password."""

import sys
from typing import Annotated

import typer

from lazward.cli import options, output
from lazward.cli.login import password
from lazward.cli.output import Form
from lazward.wire.people import CreateUser, UpdateUser

app = typer.Typer(help="Make, list and change the users of a server.")

_Name = Annotated[str, typer.Argument(help="The user's name.")]
_Email = Annotated[str | None, typer.Option(help="Where to reach them.", show_default=False)]
_FIELDS = ("name", "kind", "administrator", "email", "created_at", "disabled_at")


@app.command()
def create(
    name: _Name,
    service: Annotated[
        bool, typer.Option("--service", help="A program, which has tokens and no password.")
    ] = False,
    admin: Annotated[bool, typer.Option("--admin", help="May do everything on the server.")] = False,
    email: _Email = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="For who signs in through a provider, or with tokens.")
    ] = False,
    server: options.Server = None,
) -> None:
    """Make a user. A password is asked for where there is a keyboard; roles are given separately."""
    from lazward.client import users

    ask = password_stdin or (sys.stdin.isatty() and not service and not no_password)
    message = CreateUser(
        name,
        "service" if service else "person",
        password(f"Password for {name}", twice=True) if ask else None,
        admin,
        email,
    )
    made = users.create(options.connection(server), message)
    output.note(f"Made the {'service account' if service else 'user'} {made.name}.")


@app.command()
def link(
    name: _Name,
    subject: Annotated[
        str | None,
        typer.Option(help="Who they are at the provider. Without it, nobody any more.", show_default=False),
    ] = None,
    server: options.Server = None,
) -> None:
    """Note who a user is at the server's OpenID Connect provider, so that they sign in there as this user."""
    from lazward.client import users

    users.link(options.connection(server), name, subject)
    output.note(f"{name} is {subject} at the provider." if subject else f"{name} is nobody at the provider.")


@app.command("list")
def list_(server: options.Server = None, form: options.Output = Form.TABLE) -> None:
    """List all users."""
    from lazward.client import users

    output.table(users.search(options.connection(server)), _FIELDS, form)


@app.command()
def show(name: _Name, server: options.Server = None, form: options.Output = Form.TABLE) -> None:
    """Show one user."""
    from lazward.client import users

    output.record(users.get(options.connection(server), name), form, _FIELDS)


@app.command()
def update(
    name: _Name,
    admin: Annotated[
        bool | None, typer.Option("--admin/--no-admin", help="May do everything on the server, or no longer.")
    ] = None,
    disabled: Annotated[
        bool | None, typer.Option("--disabled/--enabled", help="Kept out with all their tokens, or let in.")
    ] = None,
    email: _Email = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read a new password from standard input.")
    ] = False,
    server: options.Server = None,
) -> None:
    """Change a user. A new password signs them out everywhere."""
    from lazward.client import users

    new = password(f"New password for {name}", twice=True) if password_stdin else None
    users.update(options.connection(server), name, UpdateUser(new, admin, disabled, email))
    output.note(f"Changed {name}.")


@app.command()
def remove(
    name: _Name,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    server: options.Server = None,
) -> None:
    """Remove a user with their tokens and roles. What they logged stays."""
    from lazward.client import users

    if not yes:
        typer.confirm(f"Remove {name}, with all tokens and roles?", abort=True, err=True)
    users.remove(options.connection(server), name)
    output.note(f"Removed {name}.")


@app.command("password")
def password_(server: options.Server = None) -> None:
    """Change your own password. Without a keyboard, standard input has a line for the old and the new one."""
    from lazward.client import users

    old, new = password("Old password"), password("New password", twice=True)
    users.change_password(options.connection(server), old, new)
    output.note("Changed your password; you are signed out everywhere else.")
