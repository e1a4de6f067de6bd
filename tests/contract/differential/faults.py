"""What can be wrong with a request: one field, or the body as a whole."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import NoneType
from typing import Any

from endpoints import Request

LONG = (250, 251, 255, 256, 257, 500, 501, 2049, 4097, 5000, 5001, 6001, 8001, 65_536, 100_001)
NUMBER = 77_777_777  # no experiment has come this far
TYPES = (NUMBER, -1, 1.5, True, "", "text", str(NUMBER), " ", [], ["a"], [NUMBER], {}, {"a": 1}, None)
TYPES += (2**63, -(2**63) - 1, "9" * 20)
EXTREMES = (
    0,
    1,
    1000,
    1001,
    2500,
    2501,
    25_001,
    50_000,
    50_001,
    200_000,
    200_001,
    2**31,
    2**63 - 1,
    -(2**63),
)
NO_NUMBERS = (1e400, -1e400, float("nan"), "NaN", "Infinity")
KEYS = (
    ".",
    "..",
    "../a",
    "/a",
    "a//b",
    "a/./b",
    "a/",
    "a%",
    "a'b",
    "é",
    "a:b",
    "a\nb",
    "a\tb",
    "😀",
    "`",
    '"',
)
SIZES = (2, 21, 101, 1001)
BODIES = (
    b"",
    b"{",
    b"[]",
    b"null",
    b"7",
    b'"{}"',
    b"\xff\xfe",
    b"{} {}",
    b'{"a": NaN}',
    b'{"a": 1, "a": 2}',
    b"[{}]",
)
KINDS = ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-8", "")


@dataclass(frozen=True)
class Fault:
    """A spoilt request.

    Attributes:
        kind: ``absent``, ``type``, ``limit``, ``key`` or ``body``; ``none`` for a right request.
        where: The field, with dots.
        value: What is there instead.
        body: The fields after that, or the bytes of a body.
        headers: Where they are not the usual ones.
    """

    kind: str
    where: str
    value: Any
    body: Any
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        shown = repr(self.value)
        return f"{self.kind} {self.where}: {shown if len(shown) < 60 else f'{shown[:20]}... ({len(shown)})'}"


def faults(request: Request) -> list[Fault]:
    """All ways to spoil a request."""
    found = list(_of_fields(request))
    if request.method != "GET" and request.fields:
        found += _of_body(request.fields)
    return found


def _of_fields(request: Request) -> Iterator[Fault]:
    """Each field left out, of another type, too long, or out of its range."""
    for path, value in _places(request.fields):
        where = ".".join(map(str, path))
        for other in KEYS if path[-1] == "key" else ():
            yield Fault("key", where, other, _with(request.fields, path, other))
        for kind, other in _instead(value, in_query=request.method == "GET"):
            if not (
                where == "filter" and other in ("", " ", None, [], {})
            ):  # these would find what others made
                yield Fault(kind, where, other, _with(request.fields, path, other))
        if where != "filter":
            yield Fault("absent", where, None, _without(request.fields, path))


def _instead(value: Any, *, in_query: bool) -> Iterator[tuple[str, Any]]:
    for other in TYPES:
        # A query knows no objects and no null.
        if other != value and not (in_query and isinstance(other, dict | list | NoneType)):
            yield "type", other
    if isinstance(value, str):
        yield from (("limit", "x" * size) for size in LONG if not in_query or size < 10_000)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from (("limit", other) for other in EXTREMES)
        yield from (("type", other) for other in NO_NUMBERS)
    elif isinstance(value, list) and value:
        yield from (("limit", value * size) for size in SIZES)


def _of_body(fields: dict[str, Any]) -> Iterator[Fault]:
    """The body as a whole: no JSON, no object, another type, another spelling."""
    whole = json.dumps(fields).encode()
    for body in BODIES:
        yield Fault("body", "", body, body, {"Content-Type": "application/json"})
    for kind in KINDS:
        yield Fault("body", "Content-Type", kind, whole, {"Content-Type": kind})
    yield Fault("body", "camelCase", None, {_camel(k): v for k, v in fields.items()})
    yield Fault("body", "an unknown field", None, fields | {"nobody": {"knows": 1}})
    twice = json.dumps(json.dumps(fields)).encode()
    yield Fault("body", "JSON in a JSON string", None, twice, {"Content-Type": "application/json"})


def _places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    items = (
        value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    )
    for key, inner in items:
        yield (*path, key), inner
        yield from _places(inner, (*path, key))


def _with(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = _with(value[path[0]], path[1:], new)
    return copy


def _without(value: Any, path: tuple[str | int, ...]) -> Any:
    if len(path) > 1:
        return _with(value, path[:1], _without(value[path[0]], path[1:]))
    if isinstance(value, list):
        return value[:0]
    return {k: v for k, v in value.items() if k != path[0]}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)
