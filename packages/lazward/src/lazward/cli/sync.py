"""``lazward sync``: send what ended or killed processes have logged and not sent."""

from typing import TYPE_CHECKING, Annotated

import typer

from lazward.cli import output
from lazward.client import uri

if TYPE_CHECKING:
    from lazward.spool.sync import Outcome

_Server = Annotated[
    str | None,
    typer.Option(
        help="Send only what is for the server at this address. Default: all of them.",
        metavar="URL",
        show_default=False,
    ),
]
_Wait = Annotated[float, typer.Option(help="Seconds to go on trying while a server is away.", min=0)]


def sync(server: _Server = None, wait: _Wait = 5.0) -> int:
    """Send what processes on this machine have logged, and could not send before they ended or were killed.

    Prints what was sent and what is left, and why. What a running process has logged, it sends itself.
    The exit status is 1 if something is left or was refused.
    """
    from lazward.spool import settings
    from lazward.spool import sync as spools

    root = settings.read().root
    outcomes = list(map(_told, spools.sync(root, uri.server(server) if server else None, wait)))
    if not outcomes:
        output.result("Nothing is left to send.")
    return 0 if all(outcomes) else 1


def _told(outcome: "Outcome") -> bool:
    """Print what became of a spool; whether all of it went well."""
    output.result(_line(outcome))
    for refusal in outcome.refusals:
        output.warning(str(refusal))
    if outcome.refusals:
        output.note(f"What was refused is kept in {outcome.refused_file}.")
    return not outcome.trouble and not outcome.refusals


def _line(outcome: "Outcome") -> str:
    from lazward.spool.notice import count

    url = outcome.where.http
    if outcome.in_use:
        return f"In use by {outcome.in_use}, which sends to {url} itself: {outcome.path}"
    sent = f"Sent {count(outcome.sent)} to {url}."
    if not outcome.trouble:
        return sent
    return f"{sent} {count(outcome.left)} are left in {outcome.path}: {outcome.trouble}"
