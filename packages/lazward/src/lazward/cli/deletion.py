"""Deleting for good: tell what goes, ask, do it, and tell how far it is."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from lazward.cli import output
from lazward.cli.output import Form
from lazward.errors import ConfigError

if TYPE_CHECKING:
    from lazward.client.http import Connection
    from lazward.wire.workspaces import Deletion

NoWait = Annotated[bool, typer.Option("--no-wait", help="Do not wait until all rows and files are removed.")]


class Choice(NamedTuple):
    """What the caller said about it."""

    dry_run: bool
    yes: bool
    no_wait: bool
    form: Form


def run(at: "Connection", what: str, delete: "Callable[[bool], Deletion]", chosen: Choice) -> None:
    """Delete something after telling what goes with it.

    Args:
        at: The server.
        what: Its kind and name.
        delete: Deletes it, or with True only tells.
        chosen: What the caller said.

    Raises:
        ConfigError: Nobody is there to be asked, and ``--yes`` was not given.
    """
    if chosen.dry_run:
        output.record(delete(True), chosen.form)
        return
    if not chosen.yes:
        _confirm(what, delete(True))
    gone = delete(False)
    output.record(gone, chosen.form)
    if not chosen.no_wait:
        _wait(at, gone)


def told(deletion: "Deletion") -> str:
    """What goes, in one line."""
    counts = {
        "experiments": deletion.experiments,
        "runs": deletion.runs,
        "logged models": deletion.logged_models,
        "registered models": deletion.registered_models,
        "model versions": deletion.model_versions,
        "files": deletion.files,
    }
    listed = ", ".join(
        f"{count} {what if count != 1 else what[:-1]}" for what, count in counts.items() if count
    )
    return f"{listed or 'nothing'} ({output.size(deletion.bytes)} of artifacts)"


def _confirm(what: str, deletion: "Deletion") -> None:
    output.note(f"The {what} goes for good, and with it {told(deletion)}.")
    if len(deletion.workspaces) > 1:
        output.note(f"Workspaces: {', '.join(deletion.workspaces)}.")
    if not sys.stdin.isatty():
        raise ConfigError(f"Nobody is here to confirm that the {what} is to be deleted; say so with --yes.")
    if not output.asked(f"Delete the {what}?"):
        raise typer.Abort


def _wait(at: "Connection", gone: "Deletion") -> None:
    from lazward.client import workspaces

    before: list[str] = []
    for left in workspaces.wait(at, gone.ids):
        names = [one.name for one in left]
        if names != before:
            output.note(f"Still being removed: {', '.join(names)}. You need not wait for it.")
        before = names
