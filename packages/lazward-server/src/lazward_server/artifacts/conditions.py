"""Conditional and partial requests: has it changed, and which part is wanted."""

import re
from email.utils import formatdate, parsedate_to_datetime

from starlette.datastructures import Headers

from lazward_server.artifacts.store import Stat

_RANGE = re.compile(r"bytes=(\d{0,19})-(\d{0,19})", re.ASCII)


class UnsatisfiableRangeError(Exception):
    """The wanted part begins behind the end of the file."""


def validators(stat: Stat) -> dict[str, str]:
    """The headers a client may compare with later."""
    return {
        "etag": stat.etag,
        "last-modified": formatdate(stat.modified, usegmt=True),
        "cache-control": "no-cache",
    }


def unchanged(headers: Headers, stat: Stat) -> bool:
    """Whether the client already has this content."""
    if tags := headers.get("if-none-match"):
        return tags.strip() == "*" or stat.etag in [tag.strip().removeprefix("W/") for tag in tags.split(",")]
    since = headers.get("if-modified-since")
    return since is not None and _not_after(stat, since)


def wanted(headers: Headers, stat: Stat) -> tuple[int, int] | None:
    """The single range that is asked for, as (start, stop); None for the whole file.

    Several ranges at once are answered with the whole, as the standard allows.

    Raises:
        UnsatisfiableRangeError: It begins behind the end, or is empty.
    """
    match = _RANGE.fullmatch(headers.get("range", "").strip())
    if match is None or match.group() == "bytes=-" or not _same(headers.get("if-range"), stat):
        return None
    first, last = match.groups()
    if not first:
        start, stop = max(0, stat.size - int(last)), stat.size
    else:
        start, stop = int(first), min(stat.size, int(last) + 1 if last else stat.size)
        if last and int(last) < start:
            return None
    if start >= stop:
        raise UnsatisfiableRangeError
    return start, stop


def _same(validator: str | None, stat: Stat) -> bool:
    if validator is None or validator == stat.etag:
        return True
    return not validator.startswith(('"', "W/")) and validators(stat)["last-modified"] == validator


def _not_after(stat: Stat, date: str) -> bool:
    try:
        return int(stat.modified) <= parsedate_to_datetime(date).timestamp()
    except ValueError:
        return False
