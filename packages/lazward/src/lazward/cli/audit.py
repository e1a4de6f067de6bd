"""``lazward audit``: who did what."""

import time
from datetime import datetime
from typing import Annotated

import typer

from lazward import duration
from lazward.cli import options, output
from lazward.cli.output import Form
from lazward.errors import ConfigError

app = typer.Typer(help="Read the log of who did what, from where and with what result.")

_COLUMNS = ("asked_at", "user", "address", "workspace", "action", "target", "status", "code", "count")
_PAGE = 1000


@app.callback()
def _group() -> None:
    """So that ``list`` is named even while it is the only command."""


@app.command("list")
def list_(
    workspace: Annotated[
        str | None,
        typer.Option(help="Only of this workspace, as its owners may.", show_default=False),
    ] = None,
    user: Annotated[str, typer.Option(help="Only what this user did.")] = "",
    action: Annotated[
        str, typer.Option(help="Only this, such as runs.delete; runs is all that is done to runs.")
    ] = "",
    status: Annotated[int, typer.Option(help="Only with this HTTP status; 403 is what was refused.")] = 0,
    address: Annotated[str, typer.Option(help="Only from this IP address.")] = "",
    text: Annotated[str, typer.Option(help="Only with this text in it, such as a run's id.")] = "",
    since: Annotated[str, typer.Option(help="Not before: a date, a time, or how long ago, such as 7d.")] = "",
    until: Annotated[str, typer.Option(help="Before: the same.")] = "",
    limit: Annotated[int, typer.Option(help="How many entries at most.", min=1)] = 100,
    server: options.Server = None,
    form: options.Output = Form.TABLE,
) -> None:
    """List what was done and what was refused, the newest first.

    Administrators read the whole server's log, owners that of their workspace.
    """
    from itertools import islice

    from lazward.client import audit, uri
    from lazward.client.http import Connection
    from lazward.client.uri import WorkspaceUri
    from lazward.wire.audit import SearchAudit

    asked = SearchAudit(
        user=user,
        action=action,
        status=status,
        address=address,
        text=text,
        since=moment(since) if since else 0,
        until=moment(until) if until else 0,
        max_results=min(limit, _PAGE),
    )
    connection = Connection(WorkspaceUri(uri.server(options.server(server))))
    output.table(list(islice(audit.search(connection, asked, workspace), limit)), _COLUMNS, form)


def moment(text: str) -> int:
    """A point in time, in milliseconds since the epoch: ``2026-11-25``, ``2026-11-25T10:30``, or ``7d`` ago.

    Raises:
        ConfigError: It is none.
    """
    try:
        return int(datetime.fromisoformat(text).timestamp() * 1000)
    except ValueError:
        pass
    try:
        return int((time.time() - duration.parse(text)) * 1000)
    except ConfigError:
        raise ConfigError(
            f"'{text}' is no time: write a date like 2026-11-25, a time like 2026-11-25T10:30, or how long"
            " ago it was, like 90m, 36h or 7d."
        ) from None
