"""The tags of workspaces and groups: kept as one JSON object, since nothing searches them."""

from collections.abc import Mapping

import msgspec

from lazward.errors import InvalidRequest

_MOST = 50
_LONGEST_KEY = 250
_LONGEST_VALUE = 5000


def written(tags: Mapping[str, str]) -> str:
    """The tags as they are stored.

    Raises:
        InvalidRequest: There are too many, or one is too long or has no name.
    """
    if len(tags) > _MOST:
        raise InvalidRequest(f"At most {_MOST} tags are possible, got {len(tags)}.")
    for key, value in tags.items():
        if not 1 <= len(key) <= _LONGEST_KEY or len(value) > _LONGEST_VALUE:
            raise InvalidRequest(
                f"A tag's name has 1 to {_LONGEST_KEY} characters and its value at most {_LONGEST_VALUE};"
                f" '{key[:_LONGEST_KEY]}' does not."
            )
    return msgspec.json.encode(tags).decode()


def read(stored: str) -> dict[str, str]:
    """The tags as they were given."""
    return msgspec.json.decode(stored, type=dict[str, str])
