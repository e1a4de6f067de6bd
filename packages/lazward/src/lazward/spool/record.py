"""A record: one call that logs, as it stands in a segment.

    length   u32  bytes that follow the checksum
    checksum u32  CRC-32 of them
    kind     u8   which call it was
    run      u16  bytes of the run's id
    items    u32  points, params and tags in it
    at       u64  when it was made, in milliseconds since the epoch
    then the run's id and the content, a JSON object without the run

Numbers are little-endian. What a crash tore or damaged shows by its length or its checksum.
"""

import struct
from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple
from zlib import crc32

FORMAT = 1
"""The number of this format; a spool of another is left alone."""

_FRAME = struct.Struct("<II")
_HEAD = struct.Struct("<BHIQ")


class Kind(IntEnum):
    """Which call a record holds."""

    POINT = 1
    PARAM = 2
    TAG = 3
    BATCH = 4
    UPDATE = 5
    RECORDS = 6
    """What our own protocol logs beside MLflow's; see ``wire.records``."""


class Record(NamedTuple):
    """One call.

    Attributes:
        kind: Which call.
        run_id: The run it belongs to, in UTF-8.
        items: How many points, params and tags it logs.
        at: When it was made, in milliseconds since the epoch.
        content: Its message as JSON, without the run.
        end: Where the next record begins in the bytes it was found in.
    """

    kind: int
    run_id: bytes
    items: int
    at: int
    content: bytes
    end: int = 0


def encode(kind: int, run_id: bytes, items: int, at: int, content: bytes) -> bytes:
    """The bytes of a record."""
    body = _HEAD.pack(kind, len(run_id), items, at) + run_id + content
    return _FRAME.pack(len(body), crc32(body)) + body


def scan(chunk: bytes) -> Iterator[Record]:
    """The records at the start of a chunk, up to the first that is not whole and undamaged."""
    start = 0
    while (found := _at(chunk, start)) is not None:
        yield found
        start = found.end


def length(chunk: bytes) -> int:
    """How many bytes the first record says it has, maybe wrongly; 0 if the chunk is too short to say."""
    return _FRAME.unpack_from(chunk)[0] + _FRAME.size if len(chunk) >= _FRAME.size else 0


def _at(chunk: bytes, start: int) -> Record | None:
    begin = start + _FRAME.size
    if begin + _HEAD.size > len(chunk):
        return None
    size, checksum = _FRAME.unpack_from(chunk, start)
    end = begin + size
    # A file that a power cut left full of zeros would otherwise hold empty records with a right checksum.
    if size < _HEAD.size or end > len(chunk) or crc32(chunk[begin:end]) != checksum:
        return None
    kind, run, items, at = _HEAD.unpack_from(chunk, begin)
    middle = begin + _HEAD.size + run
    return Record(kind, chunk[begin + _HEAD.size : middle], items, at, chunk[middle:end], end)
