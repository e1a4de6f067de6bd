"""A log as server-sent events: what it holds, and what comes, until its job is over.

A reader costs a task that mostly sleeps: it keeps no thread, no transaction and no open file between looks.
A connection has an end in time and bytes. Who reads on shows its token or session again, so that nobody reads
for long who may not any more.
"""

import asyncio
import codecs
from collections.abc import AsyncIterator, Mapping

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from lazward.errors import NotFound, TooManyRequests
from lazward.wire.base import encode
from lazward_server.http.endpoint import Context
from lazward_server.jobs import logged
from lazward_server.jobs.logged import Logged

_PIECE = 2**18
_MOST_BYTES = 32 * 2**20
_SECONDS = 60.0
_HEARTBEAT = 15.0
"""Proxies end connections over which nothing comes for a minute or less."""
_WAITS = (0.25, 0.5, 0.75, 1.0)
"""Seconds between looks, longer while nothing comes."""
_MOST_READERS = 1000
_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}
"""Nginx would keep events until it has a bufferful of them."""
_END = b"event: end\ndata: {}\n\n"

_readers: set[object] = set()


class Events(StreamingResponse):
    """The events of a log, from an offset on.

    Raises:
        TooManyRequests: This process has as many readers as it takes.
    """

    def __init__(self, ctx: Context, job: Logged, name: str, offset: int, headers: Mapping[str, str]) -> None:
        if len(_readers) >= _MOST_READERS:
            raise TooManyRequests(
                "Too many logs are being followed at once; read this one piece by piece.", 5
            )
        content = follow(ctx, job, name, offset)
        super().__init__(content, media_type="text/event-stream", headers={**headers, **_HEADERS})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        _readers.add(self)
        try:
            await super().__call__(scope, receive, send)
        finally:
            _readers.discard(self)


def resumed(last_id: str | None) -> int | None:
    """Where to go on after the event with this id; None where it is none of ours."""
    digits = 18  # more bytes than anybody logs
    return (
        int(last_id)
        if last_id and last_id.isascii() and last_id.isdigit() and len(last_id) <= digits
        else None
    )


async def follow(ctx: Context, job: Logged, name: str, offset: int) -> AsyncIterator[bytes]:
    """Events until the job is over and all was told, or the connection has lasted long enough."""
    clock = asyncio.get_running_loop().time
    until, told, most = clock() + _SECONDS, clock(), offset + _MOST_BYTES
    quiet = 0
    yield b"retry: 1000\n\n"
    while clock() < until and offset < most:
        piece = await logged.read(ctx.blobs, ctx.settings.artifacts, job, name, offset, _PIECE)
        text, used = _whole(piece.content, final=job.over and offset + len(piece.content) >= piece.size)
        if used:
            offset, quiet, told = offset + used, 0, clock()
            yield _event(text, offset)
            continue
        quiet += 1
        if job.over and quiet > 1:  # what its launcher had still to say is there by now
            yield _END
            return
        if clock() - told > _HEARTBEAT:
            told = clock()
            yield b": nothing new\n\n"
        await asyncio.sleep(_WAITS[min(quiet, len(_WAITS)) - 1])
        try:
            job = await ctx.db.read(logged.find, job.run_id, ctx.workspace_id)
        except NotFound:  # deleted for good meanwhile
            yield _END
            return


def _whole(content: bytes, *, final: bool) -> tuple[str, int]:
    """The whole characters at the start of some bytes, and how many bytes these are."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    text = decoder.decode(content, final)
    return text, len(content) - len(decoder.getstate()[0])


def _event(text: str, offset: int) -> bytes:
    return b"id: %d\ndata: %s\n\n" % (offset, encode({"text": text}))
