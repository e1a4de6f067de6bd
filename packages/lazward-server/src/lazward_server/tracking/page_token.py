"""Opaque page tokens of histories: base64 of JSON."""

import base64
import binascii
import json
from typing import Any

from lazward.errors import InvalidRequest


def point(timestamp: int, step: int, value: float | str) -> str:
    """A token that continues behind this point."""
    shown = value if value == value else "NaN"  # noqa: PLR0124 - only NaN differs from itself
    return base64.urlsafe_b64encode(json.dumps([timestamp, step, shown]).encode()).decode()


def read_point(token: str) -> tuple[int, int, float | str]:
    """The point a token stands for.

    Raises:
        InvalidRequest: It is none of ours.
    """
    try:
        given: Any = json.loads(base64.urlsafe_b64decode(token.encode()))
    except (ValueError, binascii.Error) as error:
        raise InvalidRequest("Invalid page token, could not base64-decode") from error
    match given:
        case [int(timestamp), int(step), float() | int() | "NaN" as value]:
            return timestamp, step, value
        case _:
            raise InvalidRequest("Invalid page token, parsed value is no position in a history")
