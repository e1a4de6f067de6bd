"""Messages about records: what runs log and MLflow has no metric for, below ``/api/v1``.

A metric of MLflow's is a number. Texts, rows, tables, images and the like are records: one of them holds one
value, in JSON, of the kind that whoever logged it says.
"""

from typing import Annotated, Any

import msgspec

from lazward.wire.base import Request

MAX_RECORDS = 1000
"""Of one request."""
MAX_VALUE_BYTES = 1_000_000
"""Of one record, as JSON; longer tables and lists are logged in pieces."""

Uid = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
Kind = Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{1,32}$")]


class Record(msgspec.Struct, frozen=True):
    """One record.

    Attributes:
        uid: Chosen by whoever logs it; what comes again with the same one is kept once.
        name: What is recorded; many records may have the same name.
        kind: What the value is, for whoever reads it.
        value: JSON.
    """

    uid: Uid
    name: Name
    kind: Kind
    value: Any = None


class LogRecords(Request, frozen=True):
    """Records to add to a run."""

    records: list[Record]


class GetRecords(Request, frozen=True):
    """Which records of a run to read, in the order in which they came.

    Attributes:
        name: Only those of this name; "" for all.
        after: What the page before said is next.
        max_results: So many at most; large ones make a page shorter.
    """

    name: str = ""
    after: Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)] = 0
    max_results: Annotated[int, msgspec.Meta(ge=1, le=MAX_RECORDS)] = 200


class Records(msgspec.Struct, frozen=True):
    """A page of records; ``next`` leads to the one behind it, None at the end."""

    records: list[Record]
    next: int | None = None
