"""Calls to object stores that ``obstore`` types for others, and what its failures mean."""

import logging
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from typing import Any

import obstore
from obstore.exceptions import BaseError, InvalidPathError
from obstore.store import ObjectStore

from lazward.errors import InvalidRequest, Unavailable

log = logging.getLogger("lazward.artifacts")

_untyped: Any = obstore  # its listings may be tables of a library that we do not use


async def level(store: ObjectStore, folder: str) -> tuple[list[tuple[str, int]], list[str]]:
    """Files with their sizes, and folders, directly below."""
    found: Any = await _untyped.list_with_delimiter_async(store, folder)
    return [(each["path"], each["size"]) for each in found["objects"]], list(found["common_prefixes"])


async def below(store: ObjectStore, folder: str) -> AsyncIterator[tuple[str, int]]:
    """All files below, with their sizes."""
    async for page in _untyped.list(store, folder):
        for each in page:
            yield each["path"], each["size"]


@contextmanager
def explained(key: str) -> Generator[None]:
    """Turn the store's failures into the error to report; the log has what it said."""
    try:
        yield
    except InvalidPathError as error:
        raise InvalidRequest("Invalid path") from error
    except (BaseError, OSError) as error:
        log.warning("the artifact store failed on %r: %s", key, error)
        raise Unavailable("The artifact store failed; the server's log tells why.") from error
