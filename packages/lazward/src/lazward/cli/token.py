"""``lazward token``: the tokens that are kept here, and those that a server knows."""

import sys
from typing import Annotated

import typer

from lazward import duration
from lazward.cli import options, output
from lazward.cli.output import Form
from lazward.client import credentials, uri
from lazward.errors import ConfigError
from lazward.wire.tokens import CreateToken

app = typer.Typer(help="Make, list and revoke tokens; show, save and forget those kept here.")

_FIELDS = ("id", "user", "name", "kind", "workspace", "hint", "created_at", "expires_at", "last_used_at")


@app.command()
def create(
    name: Annotated[str, typer.Option(help="What it is for; shown in lists.")] = "made by hand",
    user: Annotated[
        str | None,
        typer.Option(help="Whose it is, for administrators. Default: yours.", show_default=False),
    ] = None,
    workspace: Annotated[
        str | None, typer.Option(help="The one workspace that it opens.", show_default=False)
    ] = None,
    role: Annotated[
        str | None, typer.Option(help="It may do what this role may, at most.", show_default=False)
    ] = None,
    permission: Annotated[
        list[str] | None,
        typer.Option(help="It has this right; may be given again.", show_default=False),
    ] = None,
    expires: Annotated[
        str | None,
        typer.Option(help="How long it lives, such as 1h or 30d. Default: for ever.", show_default=False),
    ] = None,
    server: options.Server = None,
) -> None:
    """Make a token and print it, alone on its line. It cannot be shown again."""
    from lazward.client import issue, users

    at = options.connection(server)
    seconds = duration.parse(expires) if expires else None
    message = CreateToken(name, workspace, role, permission or [], seconds)
    own = user is None or users.me(at).name == user
    made = issue.create(at, message, None if own else user)
    output.note(f"Made token {made.id}; revoke it with `lazward token revoke {made.id}`.")
    output.result(made.token)


@app.command("list")
def list_(
    user: Annotated[
        str | None, typer.Option(help="Whose, for administrators. Default: yours.", show_default=False)
    ] = None,
    everybodys: Annotated[bool, typer.Option("--all", help="Everybody's, for administrators.")] = False,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """List valid tokens, without their texts, newest first."""
    from lazward.client import issue

    at = options.connection(server)
    output.table(issue.search_all(at) if everybodys else issue.search(at, user), _FIELDS, form)


@app.command()
def revoke(
    token: Annotated[int, typer.Argument(help="Its id, from `lazward token list`.")],
    server: options.Server = None,
) -> None:
    """Make a token worthless everywhere, within a minute."""
    from lazward.client import issue

    issue.revoke(options.connection(server), token)
    output.note(f"Revoked token {token}.")


@app.command()
def show(server: options.Server = None) -> None:
    """Print the token for a server, for MLFLOW_TRACKING_TOKEN or a request's Authorization header."""
    url = uri.server(options.server(server)).url
    token = credentials.read(url)
    if token is None:
        raise ConfigError(
            f"No token for {url} in {credentials.path()}. `lazward up` makes one for its"
            " own address; save another server's with `lazward token save --server URL`."
        )
    output.result(token)


@app.command()
def save(server: options.Server = None) -> None:
    """Keep a token for a server. It is asked for, or read from standard input."""
    url = uri.server(options.server(server)).url
    text = typer.prompt("Token", hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.read()
    token = str(text).strip()
    if not token or any(not "!" <= letter <= "~" for letter in token):
        raise ConfigError("That is no token: it should be one word of letters, digits and signs.")
    output.note(f"Saved the token for {url} in {credentials.save(url, token)}.")


@app.command()
def forget(server: options.Server = None) -> None:
    """Drop the saved token for a server. The token itself stays valid."""
    url = uri.server(options.server(server)).url
    if not credentials.forget(url):
        raise ConfigError(f"No token for {url} in {credentials.path()}.")
    output.note(f"Forgot the token for {url}.")
