"""Snapshots as files beside the workspace's artifacts.

    <workspace folder>/.snapshots/files/<first two digits>/<sha256>     the bytes of a file
    <workspace folder>/.snapshots/manifests/<id>                        the list of a snapshot

A manifest is written when all its files are there, and neither is ever changed, so there is nothing to keep
in step and no table is needed. They count as artifacts of the workspace and go with it. No path of an
artifact leads here (``artifacts.paths``), and no checksum leads into another workspace.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterable, AsyncIterator, Sequence

import msgspec

from lazward.errors import InvalidRequest, NotFound
from lazward.wire import snapshots as wire
from lazward.wire.base import encode
from lazward.wire.snapshots import File, Manifest, Snapshot
from lazward_server.artifacts.paths import SNAPSHOTS, join
from lazward_server.artifacts.store import BlobStore

_AT_ONCE = 32
"""Files that are looked for at the same time: an object store takes tens of milliseconds for each."""


async def create(blobs: BlobStore, folder: str, files: Sequence[File]) -> Snapshot:
    """Make a snapshot of files that are there, or tell which are not.

    Raises:
        InvalidRequest: The files cannot be a snapshot, or one is there with another size.
    """
    wire.check(files)
    missing = await _missing(blobs, folder, files)
    number = wire.identify(files)
    if not missing:
        content = encode(Manifest(number, sorted(files, key=lambda file: file.path)))
        await blobs.put(_manifest(folder, number), _once(content), len(content))
    return Snapshot(number, missing)


async def get(blobs: BlobStore, folder: str, number: str) -> Manifest:
    """What a snapshot holds.

    Raises:
        NotFound: The workspace has no such snapshot.
    """
    try:
        blob = await blobs.open(_manifest(folder, _digest(number)))
    except NotFound:
        raise _unknown(number) from None
    try:
        content = b"".join([piece async for piece in blob.read(0, blob.stat.size)])
    finally:
        blob.close()
    return msgspec.json.decode(content, type=Manifest)


async def put_file(
    blobs: BlobStore, folder: str, sha256: str, content: AsyncIterable[bytes], size: int | None
) -> None:
    """Keep a file that a snapshot will name.

    Raises:
        InvalidRequest: The bytes have another checksum, or are too many; none of them is kept.
    """
    key = file_key(folder, sha256)
    if size is not None and size > wire.MOST_BYTES:
        raise _too_large()
    await blobs.put(key, _verified(content, sha256), size)


def file_key(folder: str, sha256: str) -> str:
    """Where a file of a workspace lies.

    Raises:
        NotFound: That is no checksum.
    """
    return join(folder, SNAPSHOTS, "files", _digest(sha256)[:2], sha256)


def _manifest(folder: str, number: str) -> str:
    return join(folder, SNAPSHOTS, "manifests", number)


async def _missing(blobs: BlobStore, folder: str, files: Sequence[File]) -> list[str]:
    """The checksums of the files that are not there, each once."""
    sizes = {file.sha256: file.size for file in files}
    if different := next((file for file in files if sizes[file.sha256] != file.size), None):
        raise _other_size(different.sha256, different.size)
    turns = asyncio.Semaphore(_AT_ONCE)

    async def is_missing(sha256: str) -> bool:
        async with turns:
            stat = await blobs.stat(file_key(folder, sha256))
        if stat is not None and stat.size != sizes[sha256]:
            raise _other_size(sha256, sizes[sha256])
        return stat is None

    found = await asyncio.gather(*map(is_missing, sizes))
    return [sha256 for sha256, missing in zip(sizes, found, strict=True) if missing]


async def _verified(content: AsyncIterable[bytes], sha256: str) -> AsyncIterator[bytes]:
    """The pieces, and an error in place of the end if they are not what they were said to be."""
    digest, size = hashlib.sha256(), 0
    async for piece in content:
        size += len(piece)
        if size > wire.MOST_BYTES:
            raise _too_large()
        digest.update(piece)
        yield piece
    if digest.hexdigest() != sha256:
        raise InvalidRequest(
            f"The content has the checksum {digest.hexdigest()}, not {sha256}; did the file change meanwhile?"
        )


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


def _digest(text: str) -> str:
    if len(text) != hashlib.sha256().digest_size * 2 or set(text) - set("0123456789abcdef"):
        raise _unknown(text)
    return text


def _unknown(number: str) -> NotFound:
    return NotFound(f"The workspace has no snapshot or file of one with the checksum {number[:64]!r}.")


def _other_size(sha256: str, size: int) -> InvalidRequest:
    return InvalidRequest(f"A file with the checksum {sha256} does not have {size} bytes.")


def _too_large() -> InvalidRequest:
    return InvalidRequest(f"A snapshot may have {wire.MOST_BYTES} bytes; this file alone has more.")
