"""Looking for a text in a log, of whatever size, in constant memory."""

import asyncio

from lazward.wire.jobs import LogMatches
from lazward_server.artifacts.store import BlobStore
from lazward_server.jobs import logged
from lazward_server.jobs.logged import Logged

_STEP = 4 * 2**20
_STEPS = 16
_MOST_PLACES = 10_000


async def find(blobs: BlobStore, root: str, job: Logged, name: str, text: str, offset: int = 0) -> LogMatches:
    """The places of a text from an offset on, as far as one request looks: 64 MiB.

    Letters of ASCII are found in either case; all others as they are written.
    """
    wanted = text.encode("utf-8", "replace").lower()
    found = LogMatches(0, [], offset, 0)
    for _ in range(_STEPS):
        piece = await logged.read(blobs, root, job, name, found.end, _STEP)
        found.size = piece.size
        if not piece.content:
            break
        await asyncio.to_thread(_look, found, piece.content.lower(), wanted)
        last = found.end + len(piece.content) >= piece.size
        # What begins at the end of one step and ends in the next is found in the next.
        kept = 0 if last else min(len(wanted) - 1, len(piece.content) - 1)
        found.end += len(piece.content) - kept
        if last:
            break
    return found


def _look(found: LogMatches, content: bytes, wanted: bytes) -> None:
    at = content.find(wanted)
    while at >= 0 and len(found.offsets) < _MOST_PLACES:
        found.offsets.append(found.end + at)
        found.count += 1
        at = content.find(wanted, at + len(wanted))
    if at >= 0:
        found.count += content.count(wanted, at)
