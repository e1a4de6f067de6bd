"""``lazward token``: the tokens of this user."""

import sys

import typer

from lazward.cli import options, output
from lazward.client import credentials, uri
from lazward.errors import ConfigError

app = typer.Typer(help="Show, save and forget the tokens that open servers.")


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
