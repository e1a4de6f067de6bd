"""Sends all that processes which are gone have left, one spool after the other."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lazward.client.address import ServerAddress
from lazward.client.uri import WorkspaceUri
from lazward.spool import folder, orphans
from lazward.spool.folder import SpoolFolder
from lazward.spool.link import Link, Stopped
from lazward.spool.refusal import Refusal
from lazward.spool.sender import Sender
from lazward.spool.trouble import Trouble


@dataclass
class Outcome:
    """What became of one spool.

    Attributes:
        where: Its workspace.
        path: Its folder.
        sent: How many entries the server has answered now.
        left: How many it has not.
        trouble: Why they are left; empty if none is.
        in_use: The process that has it, which sends it itself.
        refusals: What the server refused.
        refused_file: Where that is kept.
    """

    where: WorkspaceUri
    path: Path
    sent: int = 0
    left: int = 0
    trouble: str = ""
    in_use: str = ""
    refusals: list[Refusal] = field(default_factory=list[Refusal])
    refused_file: str = ""


def sync(root: Path, server: ServerAddress | None, seconds: float) -> Iterator[Outcome]:
    """Send the spools for one server or for all, oldest first.

    Args:
        root: The folder of the spools.
        server: The server; None stands for all.
        seconds: How long to go on trying while nothing gets through.
    """
    for path in folder.paths(root):
        wrote = folder.read_owner(path)
        where = orphans.workspace(wrote.workspace) if wrote else None
        if wrote is None or where is None or (server is not None and where.server.key != server.key):
            continue
        if (found := folder.claim(path)) is not None:
            yield _send(found, where, seconds)
        elif path.exists():
            yield Outcome(where, path, in_use=f"process {wrote.pid} on {wrote.host}")


def _send(found: SpoolFolder, where: WorkspaceUri, seconds: float) -> Outcome:
    outcome = Outcome(where, found.path)

    def pause(trouble: Trouble) -> None:
        if time.monotonic() - trouble.since + trouble.pause > seconds:
            outcome.trouble = trouble.text
            raise Stopped
        time.sleep(trouble.pause)

    def note_sent(items: int) -> None:
        outcome.sent += items

    link = Link(where, str(found.path))
    sender = Sender(found, link, pause, sent=note_sent)
    try:
        sender.send(found.end())
        found.remove()
    except Stopped:
        outcome.left = found.items()
        found.release()
    finally:
        link.close()
    outcome.refusals, outcome.refused_file = sender.take_refusals(), str(sender.refused.path)
    return outcome
