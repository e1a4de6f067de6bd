"""``lazward login``, ``logout`` and ``whoami``."""

import sys
from typing import Annotated

import typer

from lazward.cli import options, output
from lazward.cli.output import Form
from lazward.client import credentials, uri
from lazward.errors import ConfigError, Unauthenticated


def login(
    server: options.Server = None,
    user: Annotated[
        str | None, typer.Option(help="Your name. Default: it is asked for.", show_default=False)
    ] = None,
) -> None:
    """Sign in to a server. The password is asked for, or read from standard input."""
    from lazward.client import login as signing

    where = uri.server(options.server(server))
    name = user or _ask("Name")
    done = signing.with_password(where, name, password("Password"))
    output.note(f"Signed in to {where.url} as {done.user}.")


def logout(server: options.Server = None) -> None:
    """Sign out: revoke what signing in left here, and forget it."""
    from lazward.client import login as signing
    from lazward.client import users

    where = uri.server(options.server(server))
    if credentials.read(where.url) is None:
        raise ConfigError(f"Nobody is signed in to {where.url} here.")
    try:
        token = users.me(options.connection(server)).token
        if token is not None and token.kind == "login":
            signing.sign_out(where)
        else:
            output.note("The token here was not made by signing in; it stays valid until it is revoked.")
    except Unauthenticated:
        output.note("The token here was worthless already.")
    credentials.forget(where.url)
    output.note(f"Signed out of {where.url}.")


def whoami(server: options.Server = None, form: options.Output = Form.TABLE) -> None:
    """Tell who you are to a server, and what on which workspaces."""
    from lazward.client import users

    found = users.me(options.connection(server))
    output.record(found, form, ["name", "administrator"])
    if form is Form.TABLE:
        for held in found.roles:
            output.result(f"{held.role:<14} of {held.workspace}")


def password(prompt: str, *, twice: bool = False) -> str:
    """A password from the keyboard, or from standard input if that is no keyboard."""
    if sys.stdin.isatty():
        return str(typer.prompt(prompt, hide_input=True, confirmation_prompt=twice, err=True))
    return sys.stdin.readline().rstrip("\r\n")


def _ask(what: str) -> str:
    if not sys.stdin.isatty():
        raise ConfigError("Give your name with --user; standard input is read for the password.")
    return str(typer.prompt(what, err=True))
