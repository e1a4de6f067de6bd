"""Spools whose process is gone: found, taken over and sent."""

from collections.abc import Iterator
from pathlib import Path

from lazward.client import uri
from lazward.client.uri import WorkspaceUri
from lazward.errors import ConfigError
from lazward.spool import folder, owner
from lazward.spool.folder import SpoolFolder
from lazward.spool.link import Link, Pause, Stopped
from lazward.spool.notice import count, say
from lazward.spool.sender import Sender
from lazward.spool.trouble import Trouble


def claim(root: Path, where: WorkspaceUri, own: Path) -> Iterator[SpoolFolder]:
    """Take over the spools of one workspace, oldest first.

    Args:
        root: The folder of the spools.
        where: The workspace.
        own: The spool of this process, which some network file systems would let it lock again.
    """
    for path in folder.paths(root):
        wrote = folder.read_owner(path)
        if wrote is None or path == own or workspace(wrote.workspace) != where:
            continue
        if (found := folder.claim(path)) is not None:
            found.adopt(owner.this_process(wrote.workspace))
            yield found


def workspace(tracking: str) -> WorkspaceUri | None:
    """The workspace that an owner names; None if it makes no sense."""
    try:
        return uri.parse(tracking)
    except ConfigError:
        return None


def send(found: SpoolFolder, link: Link, pause: Pause) -> None:
    """Send an orphan and delete it; what the server does not let in is left for its user.

    Raises:
        Stopped: ``pause`` gave up.
    """
    sent: list[int] = []
    sender = Sender(found, link, _unless_shut_out(pause), sent=sent.append)
    try:
        sender.send(found.end())
    except _ShutOut:
        found.release()
        return
    except Stopped:
        found.release()
        raise
    found.remove()
    if sum(sent):
        say(f"sent {count(sum(sent))} that an earlier process had left for {link.where.server.url}.")
    if refusals := sender.take_refusals():
        say(f"{refusals[0]} ({count(len(refusals))} refused, kept in {sender.refused.path})")


class _ShutOut(Stopped):
    """This user may not send it, though perhaps another."""


def _unless_shut_out(pause: Pause) -> Pause:
    def check(trouble: Trouble) -> None:
        if trouble.shut_out:
            raise _ShutOut
        pause(trouble)

    return check
