"""Files and folders as HTTP answers, for every route that hands them out."""

import asyncio
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from lazward.errors import BadRequest
from lazward.wire.artifacts import Artifacts, FileInfo
from lazward_server.artifacts import conditions
from lazward_server.artifacts.location import key_of
from lazward_server.artifacts.media import safety_headers
from lazward_server.artifacts.paths import is_reserved, join
from lazward_server.artifacts.store import CHUNK, Blob, Entry
from lazward_server.http.endpoint import Context


async def stream_file(ctx: Context, key: str, request: Request) -> Response:
    """The file of this key, or the part of it that the request wants.

    Raises:
        NotFound: There is no such file.
        InvalidRequest: It is a folder.
    """
    blob = await ctx.blobs.open(key)
    try:
        return _answer(blob, key.rpartition("/")[2], request)
    except BaseException:
        blob.close()
        raise


async def list_folder(ctx: Context, root_uri: str, path: str) -> Artifacts:
    """What lies directly in a normal path below an artifact URI, with paths relative to the URI."""
    entries = await entries_of(ctx, key_of(ctx, root_uri, path))
    return Artifacts(root_uri, [file_info(entry, path) for entry in entries])


async def entries_of(ctx: Context, key: str) -> list[Entry]:
    """What lies directly in the folder of a key, without what is not for clients."""
    entries: list[Entry] = await ctx.blobs.list_folder(key)
    if key != ctx.workspace.folder:
        return entries
    return [entry for entry in entries if not is_reserved(entry.path)]


def file_info(entry: Entry, folder: str = "") -> FileInfo:
    """An entry as it travels."""
    return FileInfo(join(folder, entry.path), entry.size is None, entry.size)


def _answer(blob: Blob, name: str, request: Request) -> Response:
    headers = {**safety_headers(name), **conditions.validators(blob.stat), "accept-ranges": "bytes"}
    if conditions.unchanged(request.headers, blob.stat):
        blob.close()
        return Response(status_code=304, headers=headers)
    size = blob.stat.size
    try:
        part = conditions.wanted(request.headers, blob.stat)
    except conditions.UnsatisfiableRangeError:
        blob.close()
        return _unsatisfiable(size)
    if part is None:
        return BlobResponse(blob, (0, size), 200, headers)
    return BlobResponse(
        blob, part, 206, {**headers, "content-range": f"bytes {part[0]}-{part[1] - 1}/{size}"}
    )


def _unsatisfiable(size: int) -> Response:
    error = {"error_code": BadRequest.code, "message": f"The range lies outside the file's {size} bytes."}
    return JSONResponse(error, 416, {"content-range": f"bytes */{size}"})


class BlobResponse(Response):
    """Part of a blob as the body, streamed; closes the blob.

    Args:
        blob: Owned from here on.
        part: Start and stop.
        status: 200 or 206.
        headers: All but the length.
    """

    def __init__(self, blob: Blob, part: tuple[int, int], status: int, headers: Mapping[str, str]) -> None:
        super().__init__(None, status, {**headers, "content-length": str(part[1] - part[0])})
        self._blob = blob
        self._part = part

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        start, stop = self._part
        # Servers do not fail a send to a client that has gone, so a long answer has to look out for it.
        gone = asyncio.create_task(_disconnected(receive)) if stop - start > CHUNK else None
        try:
            await send(
                {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
            )
            async for chunk in self._blob.read(start, stop):
                if gone is not None and gone.done():
                    return
                start += len(chunk)
                await send({"type": "http.response.body", "body": chunk, "more_body": start < stop})
            if self._part[0] == stop:
                await send({"type": "http.response.body", "body": b""})
        finally:
            self._blob.close()
            if gone is not None:
                gone.cancel()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
