"""Runs of a workspace."""

from collections.abc import Sequence

import msgspec

from lazward.client.http import API, Connection
from lazward.client.purging import purge as purge_with
from lazward.errors import ServerUnreachable
from lazward.wire.base import Empty
from lazward.wire.deletion import Purged, PurgeRuns
from lazward.wire.runs import DeleteRun, Found, GetRun, RestoreRun, Run, Runs, SearchRuns

_PATH = API + "runs/"


def get(at: Connection, run_id: str) -> Run:
    """The run of this id.

    Raises:
        NotFound: There is none.
    """
    found = at.get(_PATH + "get", Found, GetRun(run_id)).run
    return _decode(found) if isinstance(found, msgspec.Raw) else found


def search(at: Connection, message: SearchRuns) -> list[Run]:
    """One page of runs.

    Raises:
        InvalidRequest: The filter or the order cannot be read.
    """
    return [_decode(one) for one in at.post(_PATH + "search", message, Runs).runs]


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


def _decode(run: msgspec.Raw) -> Run:
    try:
        return msgspec.json.decode(run, type=Run)
    except msgspec.DecodeError as error:
        raise ServerUnreachable(f"The server sent a run that cannot be read: {error}.") from None
