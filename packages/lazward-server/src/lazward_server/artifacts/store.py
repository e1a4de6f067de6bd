"""The seam to where artifacts lie: put, open, list, walk, delete, and nothing that is particular to a store.

A key is ``<workspace name>/<path>``, segments joined by single slashes, as ``artifacts.paths`` leaves them.
Folders are implied by the keys below them: none is ever made, and none outlives its last file.
"""

from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import unquote, urlsplit

from lazward.errors import InvalidRequest, NotFound
from lazward_server.artifacts.allocator import keep_buffers

CHUNK = 2**20
"""Bytes that travel at once between the network and a store: large enough to make a hop cheap."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder in a listing.

    Attributes:
        path: Where it lies, counted from the folder that was asked for.
        size: Bytes of a file, None for a folder.
    """

    path: str
    size: int | None


@dataclass(frozen=True, slots=True)
class Stat:
    """What is known of a file without reading it.

    Attributes:
        size: Bytes.
        modified: Seconds since the epoch.
        etag: Changes with the content, in double quotes as HTTP wants it.
    """

    size: int
    modified: float
    etag: str


class Blob(Protocol):
    """A file open for reading: what was opened is what is read, also when the key is written again."""

    @property
    def stat(self) -> Stat:
        """Size, time and tag of what will be read."""
        ...

    def read(self, start: int, stop: int) -> AsyncIterator[bytes]:
        """Bytes ``start`` up to, not with, ``stop``, in chunks, read ahead by one at most.

        Raises:
            Unavailable: The store failed; what was yielded is not all.
        """
        ...

    def close(self) -> None:
        """Let go of the file. Never blocks, may be called twice; a read that runs is ended."""
        ...


class BlobStore(Protocol):
    """Where artifacts lie.

    All coroutines leave the event loop free while they wait for disk or network, may be called by many
    tasks at once, and are safe to cancel. Besides what each names they raise ``Unavailable`` when the
    store fails and ``InvalidRequest`` for a key that the store cannot hold.
    """

    async def put(self, key: str, content: AsyncIterable[bytes], size: int | None = None) -> int:
        """Write a file, in constant memory; an existing one is replaced.

        Returns by how many bytes more is stored now, negative where a larger file was replaced, and when the
        file is durable. Until then readers see what was there before, and if ``content``
        raises, the call is cancelled or the process dies, they keep seeing it.

        Args:
            key: Where to.
            content: The bytes; what it raises passes through.
            size: How many bytes there must be, if that is known.

        Raises:
            StorageFull: No room; nothing of the file was kept.
            BadRequest: There were more or fewer bytes than ``size``; nothing was kept.
            InvalidRequest: The key is a folder's, or leads through a file.
        """
        ...

    async def open(self, key: str) -> Blob:
        """Open a file for reading; the caller closes it.

        Raises:
            NotFound: No file has this key.
            InvalidRequest: The key is a folder's.
        """
        ...

    async def list_folder(self, folder: str) -> list[Entry]:
        """Files and folders directly in ``folder``, by name; [] if it is no folder."""
        ...

    def walk(self, folder: str) -> AsyncIterator[Entry]:
        """All files below ``folder``, in no particular order."""
        ...

    async def delete(self, key: str) -> int:
        """Remove a file, or a folder with all it holds; a key of neither is no error.

        Space is free and the removal durable when it returns, with the number of bytes that went. Folders
        left empty vanish too.
        """
        ...

    async def stat(self, key: str) -> Stat | None:
        """Size, time and tag of a file; None if there is no file of this key."""
        ...

    def close(self) -> None:
        """Let go of threads and locks. Waits for what runs, refuses what comes later; may be called twice."""
        ...


def missing(key: str) -> NotFound:
    """The error for a key without a file."""
    return NotFound(f"No such artifact: '{key.partition('/')[2]}'")


def is_folder(key: str) -> InvalidRequest:
    """The error for a folder where a file is wanted."""
    return InvalidRequest(f"Artifact path refers to a directory, not a file: '{key.partition('/')[2]}'")


def open_store(url: str) -> BlobStore:
    """The store at a URL: ``file:///PATH``, ``s3://``, ``gs://``, ``az://`` or ``memory:///``.

    Blocks while it makes the folder and removes what dead processes left in it. Tunes the process's memory
    allocator for streaming. Credentials and endpoints
    of object stores come from their usual environment variables.

    Raises:
        ConfigError: The URL is of no known kind, or the folder cannot be used.
    """
    keep_buffers()
    parts = urlsplit(url)
    if parts.scheme == "file":
        from lazward_server.artifacts.disk import Disk

        return Disk(unquote(parts.path))
    # The bindings cost start-up time and memory that a server on a local folder has no use for.
    from lazward_server.artifacts.remote import Remote

    return Remote.at(url)
