"""``lazward login``, ``logout`` and ``whoami``."""

import sys
from typing import Annotated

import typer

from lazward.cli import options, output
from lazward.cli.output import Form
from lazward.client import credentials, uri
from lazward.errors import ConfigError, Unauthenticated
from lazward.wire.signin import DeviceStarted


def login(
    server: options.Server = None,
    user: Annotated[
        str | None,
        typer.Option(help="Sign in with this name and a password, without a browser.", show_default=False),
    ] = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Do not open a browser; show what to open instead.")
    ] = False,
) -> None:
    """Sign in to a server with a browser, here or on another machine.

    With --user, a password is asked for or read from standard input.
    """
    from lazward.client import login as signing

    where = uri.server(options.server(server))
    if user is not None:
        name = signing.with_password(where, user, password("Password")).user
    else:
        name = signing.with_device(where, lambda started: _show(started, browse=not no_browser)).user
    output.note(f"Signed in to {where.url} as {name}.")


def open_(
    server: options.Server = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Only print the link.")] = False,
) -> None:
    """Open a server's pages in a browser, signed in. The link works once, within ten minutes."""
    from lazward.client import browser
    from lazward.client import login as signing

    link = signing.link(uri.server(options.server(server)))
    output.result(link.url)
    if not no_browser:
        browser.show(link.url)


def _show(started: DeviceStarted, *, browse: bool) -> None:
    from lazward.client import browser
    from lazward.client import login as signing

    if browse:
        browser.show(started.verification_uri_complete)
    output.note(signing.how_to_confirm(started))


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
