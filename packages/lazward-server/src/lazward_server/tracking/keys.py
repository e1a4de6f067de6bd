"""Which keys and values metrics, params and tags may have."""

import posixpath
import re
from functools import lru_cache

from lazward.errors import InvalidRequest
from lazward.wire.base import KeyValue
from lazward.wire.metrics import MAX_KEY, MAX_PARAM_VALUE, MAX_TAG_VALUE

_ALLOWED = re.compile(r"[/\w.\- :]*")
_TOO_LONG = f"'key' exceeds the maximum length of {MAX_KEY} characters"


def check(key: str, path: str) -> None:
    """Refuse a key that could not be a path below a folder.

    Args:
        key: The key of a metric, param or tag.
        path: How the error names it, such as ``metrics[0].name``.

    Raises:
        InvalidRequest: It has other characters, resolves to another path, or is longer than 250.
    """
    if why := wrong(key):
        raise InvalidRequest(f"Invalid value {_shown(key)} for parameter '{path}' supplied: {why}")


@lru_cache(maxsize=10_000)
def wrong(key: str) -> str:
    """What is wrong with a key, empty if it is right."""
    if not _ALLOWED.fullmatch(key):
        return (
            "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ),"
            " colon(:) and slashes (/)."
        )
    normal = posixpath.normpath(key)
    if normal != key or normal == "." or normal.startswith(("..", "/")):
        return (
            "Names may be treated as files in certain cases, and must not resolve to other names when"
            f" treated as such. This name would resolve to {normal!r}"
        )
    if len(key) > MAX_KEY:
        return _TOO_LONG
    return ""


def _shown(key: str) -> str:
    return '"' + key[:300].replace('"', '\\"') + '"'


def param(given: KeyValue, path: str) -> tuple[str, str]:
    """Key and value of a param; a value over 6000 characters is cut, as MLflow does by default."""
    check(given.key, path)
    return given.key, given.value[:MAX_PARAM_VALUE]


def tag(given: KeyValue, path: str) -> tuple[str, str]:
    """Key and value of a tag; a value over 8000 characters is cut, as MLflow does by default."""
    check(given.key, path)
    return given.key, given.value[:MAX_TAG_VALUE]


def first_tag(given: KeyValue, path: str) -> tuple[str, str]:
    """Key and value of a tag that a run is born with: MLflow takes any characters there, and only there."""
    if len(given.key) > MAX_KEY:
        raise InvalidRequest(
            f"Invalid value {_shown(given.key)} for parameter '{path}' supplied: {_TOO_LONG}"
        )
    return given.key, given.value[:MAX_TAG_VALUE]
