"""Runs of a workspace."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from lazward.client.http import API, Connection
from lazward.client.purging import purge as purge_with
from lazward.wire.base import Empty, KeyValue
from lazward.wire.deletion import Purged, PurgeRuns
from lazward.wire.metrics import LogBatch
from lazward.wire.runs import DeleteRun, GetRun, RestoreRun, Run, SearchRuns

_PATH = API + "runs/"


class _Found(msgspec.Struct):
    run: Run


class _Page(msgspec.Struct):
    runs: list[Run] = []
    next_page_token: str | None = None


def get(at: Connection, run_id: str) -> Run:
    """A run with the latest of what it logged.

    Raises:
        NotFound: There is no such run.
    """
    return at.get(_PATH + "get", _Found, GetRun(run_id)).run


def search(at: Connection, message: SearchRuns) -> Iterator[Run]:
    """All runs that match, page by page as they are asked for.

    Raises:
        InvalidRequest: The filter or the order cannot be read.
    """
    while True:
        page = at.post(_PATH + "search", message, _Page)
        yield from page.runs
        if not page.next_page_token:
            return
        message = msgspec.structs.replace(message, page_token=page.next_page_token)


def log_params(at: Connection, run_id: str, params: Mapping[str, str]) -> None:
    """Log params, all of them or none.

    Raises:
        InvalidRequest: One of them has another value already, or is not possible.
    """
    entries = [KeyValue(key, value) for key, value in params.items()]
    if entries:
        at.post(_PATH + "log-batch", LogBatch(run_id, params=entries), Empty)


def delete(at: Connection, run_id: str) -> None:
    """Put the run away; ``restore`` brings it back, ``purge`` removes it for good."""
    at.post(_PATH + "delete", DeleteRun(run_id), Empty)


def restore(at: Connection, run_id: str) -> None:
    """Bring a deleted run back."""
    at.post(_PATH + "restore", RestoreRun(run_id), Empty)


def purge(
    at: Connection, run_ids: Sequence[str] = (), *, older_than: int | None = None, dry_run: bool = False
) -> Purged:
    """Remove deleted runs for good, with their files and the models they made.

    Args:
        at: The workspace.
        run_ids: These; none for all that are old enough.
        older_than: Milliseconds since they were deleted.
        dry_run: Tell only what would go.

    Raises:
        NotFound: There is no such run.
        InvalidState: One of them is not deleted.
    """
    return purge_with(at, "runs", run_ids, lambda ids: PurgeRuns(ids, older_than, dry_run))
