"""Runs of a workspace, and what they logged."""

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

import msgspec

from lazward.client.http import API, V1, Connection
from lazward.client.purging import purge as purge_with
from lazward.wire.base import Empty, KeyValue
from lazward.wire.deletion import Purged, PurgeRuns
from lazward.wire.metrics import MAX_HISTORY, DeleteTag, GetHistory, History, LogBatch, Metric, Point
from lazward.wire.records import MAX_RECORDS, GetRecords, LogRecords, Record, Records
from lazward.wire.runs import (
    AddProperties,
    CreateRun,
    DeleteRun,
    GetRun,
    Properties,
    RestoreRun,
    Run,
    RunInfo,
    SearchRuns,
    UpdateRun,
)

_PATH = API + "runs/"
_PAGE = 1000


class _Found(msgspec.Struct):
    run: Run


class _Updated(msgspec.Struct):
    run_info: RunInfo


class _Runs(msgspec.Struct):
    runs: list[Run] = []
    next_page_token: str | None = None


def get(at: Connection, run_id: str) -> Run:
    """A run with what it logged.

    Raises:
        NotFound: There is no such run.
    """
    return at.get(_PATH + "get", _Found, GetRun(run_id)).run


def create(at: Connection, message: CreateRun) -> Run:
    """Make a run."""
    return at.post(_PATH + "create", message, _Found).run


def update(at: Connection, message: UpdateRun) -> RunInfo:
    """Change a run's status, end time or name; what is left out stays."""
    return at.post(_PATH + "update", message, _Updated).run_info


def search(at: Connection, message: SearchRuns) -> Iterator[Run]:
    """All runs that match, page by page as they are asked for."""
    while True:
        page = at.post(_PATH + "search", message, _Runs)
        yield from page.runs
        if not page.next_page_token:
            return
        message = msgspec.structs.replace(message, page_token=page.next_page_token)


def log_batch(
    at: Connection,
    run_id: str,
    points: Sequence[Point] = (),
    tags: Sequence[KeyValue] = (),
    params: Sequence[KeyValue] = (),
) -> None:
    """Log points and params and set tags, all of them or nothing.

    Raises:
        InvalidRequest: A param has another value already, or one of them is not possible.
    """
    at.post(_PATH + "log-batch", LogBatch(run_id, list(points), list(params), list(tags)), Empty)


def delete_tag(at: Connection, run_id: str, key: str) -> None:
    """Remove a tag.

    Raises:
        NotFound: The run has no such tag.
    """
    at.post(_PATH + "delete-tag", DeleteTag(run_id, key), Empty)


def history(at: Connection, run_id: str, key: str) -> Iterator[Metric]:
    """All points of a metric by timestamp and step, page by page as they are asked for."""
    token = ""
    while True:
        message = GetHistory(run_id, key, token, MAX_HISTORY)
        page = at.get(API + "metrics/get-history", History, message)
        yield from page.metrics
        token = page.next_page_token or ""
        if not token:
            return


def get_properties(at: Connection, run_id: str) -> dict[str, str]:
    """The properties of a run."""
    return at.get(_own(run_id) + "/properties", Properties).properties


def add_properties(at: Connection, run_id: str, given: Mapping[str, str]) -> dict[str, str]:
    """Give a run more properties; all that it has then.

    Raises:
        InvalidState: One of them has another value.
    """
    return at.post(_own(run_id) + "/properties", AddProperties(dict(given)), Properties).properties


def log_records(at: Connection, run_id: str, given: Sequence[Record]) -> None:
    """Add what is no metric; what was added before is kept once."""
    for start in range(0, len(given), MAX_RECORDS):
        at.post(_own(run_id) + "/records", LogRecords(list(given[start : start + MAX_RECORDS])), Empty)


def records(at: Connection, run_id: str, name: str = "") -> Iterator[Record]:
    """What a run logged and is no metric, page by page as it is asked for."""
    after: int | None = 0
    while after is not None:
        page = at.get(_own(run_id) + "/records", Records, GetRecords(name, after, _PAGE))
        yield from page.records
        after = page.next


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


def _own(run_id: str) -> str:
    return f"{V1}runs/{quote(run_id, safe='')}"
