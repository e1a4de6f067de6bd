"""Deleting for good: tell what goes, ask, do it, and tell how far it is."""

import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from lazward import duration
from lazward.cli import output
from lazward.cli.output import Form
from lazward.errors import ConfigError

if TYPE_CHECKING:
    from lazward.client.http import Connection
    from lazward.wire.deletion import Purged
    from lazward.wire.workspaces import Deletion

OlderThan = Annotated[
    str | None,
    typer.Option(help="Only what was deleted so long ago, such as 7d.", show_default=False, metavar="TIME"),
]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Do not wait until all rows and files are removed.")]


Ask = Callable[[int | None, bool], "Purged"]


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


def purge(what: str, ids: Sequence[str], older_than: str | None, ask: Ask, chosen: Choice) -> None:
    """Remove for good what was deleted, after telling what goes.

    Args:
        what: Its kind, in the plural.
        ids: Which; none for all that are old enough.
        older_than: How long ago they must have been deleted, as it was written.
        ask: Removes what was deleted so many milliseconds ago, or with True only tells.
        chosen: What the caller said.

    Raises:
        ConfigError: Nothing says which, or nobody is there to be asked and ``--yes`` was not given.
    """
    if not ids and older_than is None:
        raise ConfigError(f"Name the {what}, or say with --older-than which deleted ones are to go.")
    age = None if older_than is None else duration.parse(older_than) * 1000
    if chosen.dry_run:
        output.record(ask(age, True), chosen.form)
        return
    if not chosen.yes:
        would = ask(age, True)
        output.note(f"For good goes {told(would)}{', and more' if would.more else ''}.")
        _ask(f"the deleted {what} are to be removed", f"Remove the deleted {what}?")
    gone = ask(age, False)
    output.record(gone, chosen.form)
    for kept in gone.kept:
        output.note(f"{kept.id} stays: {kept.reason}")


def told(deletion: "Deletion | Purged") -> str:
    """What goes, in one line."""
    counted = ("experiments", "runs", "logged_models", "registered_models", "model_versions", "files")
    counts = {what.replace("_", " "): getattr(deletion, what, 0) for what in counted}
    listed = ", ".join(
        f"{count} {what if count != 1 else what[:-1]}" for what, count in counts.items() if count
    )
    return f"{listed or 'nothing'} ({output.size(deletion.bytes)} of artifacts)"


def _confirm(what: str, deletion: "Deletion") -> None:
    output.note(f"The {what} goes for good, and with it {told(deletion)}.")
    if len(deletion.workspaces) > 1:
        output.note(f"Workspaces: {', '.join(deletion.workspaces)}.")
    _ask(f"the {what} is to be deleted", f"Delete the {what}?")


def _ask(what: str, question: str) -> None:
    if not sys.stdin.isatty():
        raise ConfigError(f"Nobody is here to confirm that {what}; say so with --yes.")
    if not output.asked(question):
        raise typer.Abort


def _wait(at: "Connection", gone: "Deletion") -> None:
    from lazward.client import workspaces

    before: list[str] = []
    for left in workspaces.wait(at, gone.ids):
        names = [one.name for one in left]
        if names != before:
            output.note(f"Still being removed: {', '.join(names)}. You need not wait for it.")
        before = names
