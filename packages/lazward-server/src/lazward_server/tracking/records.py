"""Records of runs: what is logged and is no number."""

from typing import Any, NamedTuple, cast

import msgspec
import sqlalchemy as sa

from lazward.errors import InvalidRequest, LazwardError
from lazward.wire.base import encode
from lazward.wire.records import MAX_RECORDS, MAX_VALUE_BYTES, Record
from lazward_server.db.bulk import Bulk
from lazward_server.db.database import Tx
from lazward_server.db.schema import records
from lazward_server.tracking import runs

_MOST_BYTES = 8 * 2**20
"""Of a page, after which no further record is put on it."""

_DEEPEST = 32

_INSERT = Bulk(
    "insert into records(run, uid, name, kind, value) select run, uid, name, kind, value"
    " from given where true on conflict (run, uid) do nothing",
    run="bigint",
    uid="text",
    name="text",
    kind="text",
    value="text",
)


class Batch(NamedTuple):
    """What one request adds to one run; each record is (uid, name, kind, JSON)."""

    workspace_id: int
    run_id: str
    rows: list[tuple[str, str, str, str]]


def batch(workspace_id: int, run_id: str, given: list[Record]) -> Batch:
    """A checked batch.

    Raises:
        InvalidRequest: They are too many, or a value is too large.
    """
    if len(given) > MAX_RECORDS:
        raise InvalidRequest(f"A request can add {MAX_RECORDS} records, not {len(given)}; send several.")
    return Batch(workspace_id, run_id, [(one.uid, one.name, one.kind, _value(one)) for one in given])


def log(tx: Tx, batches: list[Batch]) -> list[LazwardError | None]:
    """Add batches; the outcome of each is None or the error it failed with."""
    found = runs.find_many(tx, [one.run_id for one in batches])
    outcomes = [runs.unwritable(one.workspace_id, one.run_id, found.get(one.run_id)) for one in batches]
    good = [one for one, error in zip(batches, outcomes, strict=True) if error is None]
    _INSERT(tx, [(found[one.run_id].id, *row) for one in good for row in one.rows])
    return outcomes


def page(
    tx: Tx, workspace_id: int, run_id: str, name: str, after: int, most: int
) -> tuple[list[Record], int | None]:
    """A page of a run's records, and where the next one begins.

    Raises:
        NotFound: There is no such run.
    """
    run = runs.find(tx, workspace_id, run_id).id
    match = (records.c.run == run) & (records.c.id > after)
    if name:
        match &= records.c.name == name
    rows = tx.execute(sa.select(records).where(match).order_by(records.c.id).limit(most + 1)).all()
    taken: list[Record] = []
    size, last = 0, after
    for row in rows[:most]:
        if taken and size + len(row.value) > _MOST_BYTES:
            return taken, last
        taken.append(Record(row.uid, row.name, row.kind, msgspec.json.decode(row.value)))
        size, last = size + len(row.value), row.id
    return taken, last if len(rows) > most else None


def _value(one: Record) -> str:
    if not _is_flat(one.value, _DEEPEST):
        raise InvalidRequest(
            f"The value of the record '{one.name[:100]}' has lists in lists more than {_DEEPEST} deep."
        )
    try:
        value = encode(one.value)
    except (OverflowError, ValueError) as error:
        raise InvalidRequest(
            f"The value of the record '{one.name[:100]}' cannot be kept: {error}."
        ) from error
    if len(value) > MAX_VALUE_BYTES:
        raise InvalidRequest(
            f"The value of the record '{one.name[:100]}' has {len(value)} bytes; {MAX_VALUE_BYTES} are"
            " possible. Log it in pieces, or as a file."
        )
    return value.decode()


def _is_flat(value: Any, left: int) -> bool:
    """Whether lists and objects hold each other no deeper than that."""
    if isinstance(value, dict):
        value = list(cast("dict[str, Any]", value).values())
    inner = cast("list[Any]", value) if isinstance(value, list) else []
    return left >= 0 and all(_is_flat(one, left - 1) for one in inner)
