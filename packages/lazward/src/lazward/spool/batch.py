"""From records to requests: what a run logged in several calls travels together."""

from collections.abc import Iterable, Sequence
from urllib.parse import quote

import msgspec

from lazward.client.http import API, V1
from lazward.spool.record import Kind, Record
from lazward.wire.metrics import MAX_BATCH, MAX_BATCH_METRICS, MAX_BATCH_PARAMS, MAX_BATCH_TAGS
from lazward.wire.records import MAX_RECORDS

MAX_BYTES = 900_000
"""Of a request's body. MLflow's own server takes a million."""

_PATHS = {
    Kind.POINT: API + "runs/log-metric",
    Kind.PARAM: API + "runs/log-parameter",
    Kind.TAG: API + "runs/set-tag",
    Kind.BATCH: API + "runs/log-batch",
    Kind.UPDATE: API + "runs/update",
}

Posted = tuple[str, bytes]
"""The path and the body of a request."""


class _Parts(msgspec.Struct, omit_defaults=True):
    """What a call logs, each as JSON."""

    metrics: list[msgspec.Raw] = []
    params: list[msgspec.Raw] = []
    tags: list[msgspec.Raw] = []
    records: list[msgspec.Raw] = []


class _Key(msgspec.Struct):
    key: str


class _Records(msgspec.Struct):
    records: list[msgspec.Raw] = []


class _Name(msgspec.Struct):
    name: str


_parts = msgspec.json.Decoder(_Parts)
_key = msgspec.json.Decoder(_Key)
_name = msgspec.json.Decoder(_Name)


class Batch:
    """Records of one run that fit into one request, in their order."""

    def __init__(self, first: Record) -> None:
        self.records: list[Record] = []
        self._points = self._params = self._tags = self._records = self._bytes = 0
        self._keys: set[str] = set()
        self._add(first, _split(first))

    def take(self, record: Record) -> bool:
        """Add a record if it fits."""
        if Kind.UPDATE in (record.kind, self.records[0].kind):
            return False
        parts = _split(record)
        if not self._fits(record, parts):
            return False
        self._add(record, parts)
        return True

    def _fits(self, record: Record, parts: _Parts) -> bool:
        points, params = self._points + len(parts.metrics), self._params + len(parts.params)
        tags = self._tags + len(parts.tags)
        return (
            points <= MAX_BATCH_METRICS
            and params <= MAX_BATCH_PARAMS
            and tags <= MAX_BATCH_TAGS
            and points + params + tags <= MAX_BATCH
            and self._records + len(parts.records) <= MAX_RECORDS
            and self._bytes + len(record.content) <= MAX_BYTES
            # A param that comes again must meet the first one in the database: the server compares there.
            and self._keys.isdisjoint(_keys(parts))
        )

    def _add(self, record: Record, parts: _Parts) -> None:
        self.records.append(record)
        self._points += len(parts.metrics)
        self._params += len(parts.params)
        self._tags += len(parts.tags)
        self._records += len(parts.records)
        self._bytes += len(record.content)
        self._keys |= _keys(parts)


def batches(records: Iterable[Record]) -> list[Batch]:
    """Records in as few batches as may be; those of a run keep their order.

    What goes to our own protocol and what goes to MLflow's are batches of their own, each in its order.
    """
    latest: dict[tuple[bytes, bool], Batch] = {}
    made: list[Batch] = []
    for record in records:
        stream = (record.run_id, record.kind == Kind.RECORDS)
        batch = latest.get(stream)
        if batch is None or not batch.take(record):
            batch = latest[stream] = Batch(record)
            made.append(batch)
    return made


def request(records: Sequence[Record]) -> Posted:
    """The request that sends the records of a batch; one alone goes as the call that it was."""
    if records[0].kind == Kind.RECORDS:
        raws = [raw for record in records for raw in _split(record).records]
        run_id = quote(records[0].run_id.decode(), safe="")
        return f"{V1}runs/{run_id}/records", msgspec.json.encode(_Records(raws))
    if len(records) == 1:
        return _PATHS[Kind(records[0].kind)], _with_run(records[0].run_id, records[0].content)
    all_parts = [_split(record) for record in records]
    content = msgspec.json.encode(
        _Parts(
            [raw for parts in all_parts for raw in parts.metrics],
            [raw for parts in all_parts for raw in parts.params],
            [raw for parts in all_parts for raw in parts.tags],
        )
    )
    return _PATHS[Kind.BATCH], _with_run(records[0].run_id, content)


def question(run_id: bytes) -> Posted:
    """A request that logs nothing, and is refused if the run takes nothing any more."""
    return _PATHS[Kind.BATCH], _with_run(run_id, b"{}")


def keys(record: Record) -> list[str]:
    """The names of what a record logs."""
    parts = _split(record)
    keyed = [_key.decode(raw).key for raw in (*parts.metrics, *parts.params, *parts.tags)]
    return keyed + [_name.decode(raw).name for raw in parts.records]


def _split(record: Record) -> _Parts:
    raw = msgspec.Raw(record.content)
    if record.kind == Kind.POINT:
        return _Parts(metrics=[raw])
    if record.kind == Kind.PARAM:
        return _Parts(params=[raw])
    if record.kind == Kind.TAG:
        return _Parts(tags=[raw])
    return _parts.decode(record.content) if record.kind in (Kind.BATCH, Kind.RECORDS) else _Parts()


def _keys(parts: _Parts) -> set[str]:
    return {_key.decode(raw).key for raw in parts.params} if parts.params else set()


def _with_run(run_id: bytes, content: bytes) -> bytes:
    run = msgspec.json.encode(run_id.decode())
    return b'{"run_id":' + run + (b"," if content != b"{}" else b"") + content[1:]
