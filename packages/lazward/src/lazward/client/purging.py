"""Removing for good, over as many requests as it takes."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from urllib.parse import quote

from lazward.client.http import V1, Connection
from lazward.wire.base import Request
from lazward.wire.deletion import MOST, Purged

Ask = Callable[[list[str]], Request]
"""Makes the message for some ids, or for all that is old enough if there are none."""


def purge(at: Connection, noun: str, ids: Sequence[str], ask: Ask) -> Purged:
    """Remove these, or all that the message says; what went, all together.

    With ``dry_run`` in the message it tells of what one request would remove, and whether there is more.

    Args:
        at: The workspace.
        noun: What they are, as the path says it: ``runs``.
        ids: These; none for all that the message says.
        ask: Makes the messages.
    """
    path = f"{V1}workspaces/{quote(at.where.workspace or 'default', safe='')}/{noun}/purge"
    total = Purged(dry_run=False, experiments=0, runs=0, logged_models=0, files=0, bytes=0, more=False)
    for portion in _portions(ids):
        answer = at.post(path, ask(portion), Purged)
        total = _added(total, answer)
        while answer.more and not answer.dry_run:
            answer = at.post(path, ask(portion), Purged)
            total = _added(total, answer)
    return total


def _portions(ids: Sequence[str]) -> Iterator[list[str]]:
    """As many as a request takes; no ids are one portion."""
    left = iter(ids)
    yield list(islice(left, MOST))
    while portion := list(islice(left, MOST)):
        yield portion


def _added(total: Purged, answer: Purged) -> Purged:
    return Purged(
        dry_run=answer.dry_run,
        experiments=total.experiments + answer.experiments,
        runs=total.runs + answer.runs,
        logged_models=total.logged_models + answer.logged_models,
        files=total.files + answer.files,
        bytes=total.bytes + answer.bytes,
        more=answer.more,
        kept=[*total.kept, *(one for one in answer.kept if one not in total.kept)],
    )
