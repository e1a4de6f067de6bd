"""``lazward``: its own commands, and those that other wheels add through entry points."""

import sys
from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Annotated

import typer

from lazward import __version__
from lazward.cli import (
    audit,
    compute,
    config,
    deletable,
    environment,
    failures,
    group,
    job,
    login,
    output,
    role,
    snapshot,
    status,
    sync,
    token,
    user,
    workspace,
)
from lazward.cli import run as run_commands
from lazward.errors import ConfigError

_GROUP = "lazward.commands"
_ANYTHING = {"allow_extra_args": True, "ignore_unknown_options": True}


def main() -> None:
    """Run the command line and exit."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    command = typer.main.get_command(build(arguments))
    return failures.status_of(
        lambda: command.main(list(arguments), prog_name="lazward", standalone_mode=False)
    )


def build(arguments: Sequence[str] = ()) -> typer.Typer:
    """All commands; what another wheel adds is loaded only if it is called, or help is asked for.

    Loading the server's command loads the server, for which no other command should wait.
    """
    app = typer.Typer(add_completion=False, help=_HELP)
    app.callback(invoke_without_command=True)(_top)
    app.command()(config.config)
    app.command()(status.status)
    for command in (login.login, login.logout, login.whoami, sync.sync):
        app.command()(command)
    app.command("open")(login.open_)
    for noun in (
        job,
        run_commands,
        compute,
        environment,
        token,
        user,
        role,
        workspace,
        group,
        snapshot,
        audit,
    ):
        app.add_typer(noun.app, name=noun.__name__.rpartition(".")[2])
    app.add_typer(deletable.app("experiment", "all that is in them"), name="experiment")
    added = {entry.name: entry for entry in entry_points(group=_GROUP)}
    for entry in added.values():
        if _wanted(entry, arguments):
            app.command(entry.name)(entry.load())
    if "up" not in added:
        app.command("up", context_settings=_ANYTHING)(_up_is_missing)
    return app


def _wanted(entry: EntryPoint, arguments: Sequence[str]) -> bool:
    if called := next((word for word in arguments if not word.startswith("-")), None):
        return called == entry.name
    return "--version" not in arguments


_HELP = """The self-hosted machine-learning workspace.

Start one with `lazward up`, connect a project folder with `lazward config`."""


def _top(
    ctx: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    if version:
        output.result(__version__)
    elif ctx.invoked_subcommand is None:
        output.result(ctx.get_help())


def _up_is_missing() -> None:
    """Start a workspace on this machine. Needs the server: pip install lazward-server."""
    raise ConfigError(
        "`lazward up` needs the server, which is a wheel of its own: pip install lazward-server"
    )
