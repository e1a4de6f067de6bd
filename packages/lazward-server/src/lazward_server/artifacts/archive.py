"""Many files as one zip, streamed: nothing of it is kept on disk, in memory only the list of its files."""

import io
import zipfile
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from starlette.responses import Response, StreamingResponse

from lazward.errors import InvalidRequest, NotFound
from lazward_server.artifacts.media import safety_headers
from lazward_server.artifacts.paths import is_reserved, join
from lazward_server.artifacts.store import BlobStore
from lazward_server.http.endpoint import Context

MOST_FILES = 20_000
MOST_BYTES = 64 * 2**30
_FIRST_YEAR = 1980
"""Zip knows no earlier time."""


class Member(NamedTuple):
    """A file of an archive.

    Attributes:
        path: Where it lies in it.
        key: Where it lies in the store.
        executable: Whether its owner may run it.
    """

    path: str
    key: str
    executable: bool = False


def answer(blobs: BlobStore, members: Sequence[Member], name: str) -> Response:
    """The files as a download of this name, to which ``.zip`` is added."""
    headers = safety_headers(f"{name}.zip") | {"content-type": "application/zip"}
    return StreamingResponse(zipped(blobs, members), headers=headers)


async def members_of(ctx: Context, key: str) -> list[Member]:
    """All files below a folder that are for clients, by path.

    Raises:
        NotFound: There are none.
        InvalidRequest: They are too many, or too large.
    """
    found: list[Member] = []
    size = 0
    async for entry in ctx.blobs.walk(key):
        if key == ctx.workspace.folder and is_reserved(entry.path.partition("/")[0]):
            continue
        found.append(Member(entry.path, join(key, entry.path)))
        size += entry.size or 0
        if len(found) > MOST_FILES or size > MOST_BYTES:
            raise InvalidRequest(
                f"A folder is downloaded at once with up to {MOST_FILES} files and {MOST_BYTES // 2**30} GiB."
                " Choose one of the folders in it, or use `mlflow artifacts download`."
            )
    if not found:
        raise NotFound("There are no files in this folder.")
    return sorted(found)


async def zipped(blobs: BlobStore, members: Sequence[Member]) -> AsyncIterator[bytes]:
    """The bytes of a zip with these files; those that are gone by now are left out."""
    sink = _Sink()
    archive = zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED)  # type: ignore[arg-type]
    for member in members:
        try:
            blob = await blobs.open(member.key)
        except NotFound:
            continue
        try:
            with archive.open(_described(member, blob.stat.modified), "w", force_zip64=True) as target:
                async for piece in blob.read(0, blob.stat.size):
                    target.write(piece)
                    yield sink.take()
        finally:
            blob.close()
    archive.close()
    yield sink.take()


def _described(member: Member, modified: float) -> zipfile.ZipInfo:
    at = datetime.fromtimestamp(modified, UTC)
    found = zipfile.ZipInfo(member.path, (max(at.year, _FIRST_YEAR), *at.timetuple()[1:6]))
    found.external_attr = (0o100755 if member.executable else 0o100644) << 16
    return found


class _Sink(io.RawIOBase):
    """What was written since it was last taken. It has no places, so a zip describes files behind them."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:
        self._written.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken, self._written = b"".join(self._written), []
        return taken
