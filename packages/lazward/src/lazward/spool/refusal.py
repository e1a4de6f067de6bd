"""Calls that the server refused for good: told once, and kept in a file of their own."""

import contextlib
import os
import time
from pathlib import Path
from typing import Any

import msgspec

from lazward.errors import LazwardError
from lazward.spool import batch
from lazward.spool.record import Kind, Record

_CALLS = {
    Kind.POINT: "log_metric",
    Kind.PARAM: "log_param",
    Kind.TAG: "set_tag",
    Kind.BATCH: "log_batch",
    Kind.UPDATE: "update_run",
    Kind.RECORDS: "log_records",
}
_NAMED = 3


class Refusal(msgspec.Struct, frozen=True):
    """A call that the server refused.

    Attributes:
        at: When it was made, in milliseconds since the epoch.
        run_id: The run it was made for.
        call: What was called, such as ``log_metric``.
        keys: The names it logs.
        content: Its message.
        error_code: The protocol's code for why.
        message: Why, in the server's words.
    """

    at: int
    run_id: str
    call: str
    keys: list[str]
    content: Any
    error_code: str
    message: str

    def __str__(self) -> str:
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(self.at / 1000))
        named = ", ".join(repr(key) for key in self.keys[:_NAMED])
        more = ", ..." if len(self.keys) > _NAMED else ""
        return f"{self.call}({named}{more}) of run {self.run_id} at {when} was refused: {self.message}"


def of(record: Record, error: LazwardError) -> Refusal:
    """The refusal of a record."""
    return Refusal(
        record.at,
        record.run_id.decode(),
        _CALLS[Kind(record.kind)],
        batch.keys(record),
        msgspec.Raw(record.content),
        error.code,
        error.message,
    )


class RefusedFile:
    """The file of the refusals of one spool, one JSON object a line; made with the first one."""

    def __init__(self, root: Path, name: str) -> None:
        self.path = root / "refused" / f"{name}.jsonl"

    def add(self, refusals: list[Refusal]) -> None:
        """Keep refusals. A full disk loses the copy here; they are told all the same."""
        lines = b"".join(msgspec.json.encode(refusal) + b"\n" for refusal in refusals)
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(mode=0o700, exist_ok=True)
            handle = os.open(self.path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
            try:
                os.write(handle, lines)
            finally:
                os.close(handle)
