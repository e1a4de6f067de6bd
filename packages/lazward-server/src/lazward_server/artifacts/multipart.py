"""An upload in parts to an object store, that is ended properly when its content fails or nobody waits."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Coroutine
from typing import Any


async def feed(
    send: Callable[[AsyncIterator[bytes]], Coroutine[Any, Any, None]], pieces: AsyncIterable[bytes]
) -> None:
    """Have ``send`` upload the pieces; if this ends in any exception, so does ``send``.

    ``obstore`` aborts an upload when its source raises, not when its caller is cancelled, and it hides what
    the source raised. So it reads from a queue, and the pieces are taken here.
    """
    source = _Source()
    upload = asyncio.create_task(send(source))
    try:
        async for piece in pieces:
            await _unless_done(upload, source.put(piece))
        await _unless_done(upload, source.put(None))
        await asyncio.shield(upload)
    except BaseException:
        source.give_up()
        await asyncio.wait([upload])
        upload.exception()  # known: it is the one that passes, or follows from it
        raise


async def _unless_done(upload: "asyncio.Future[Any]", step: Any) -> None:
    """Take a step, but not after the upload has ended."""
    waiting = asyncio.ensure_future(step)
    try:
        await asyncio.wait([upload, waiting], return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
    if upload.done():
        await upload


class _GivenUpError(Exception):
    """Makes the store's client abort the upload."""


class _Source:
    """Pieces on their way: at most one waits."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[bytes | None] = asyncio.Queue(1)
        self._given_up = False

    async def put(self, piece: bytes | None) -> None:
        """Hand over a piece; None for the end."""
        await self._queue.put(piece)

    def give_up(self) -> None:
        """Let whoever reads fail instead of getting another piece."""
        self._given_up = True
        if self._queue.empty():
            self._queue.put_nowait(None)

    def __aiter__(self) -> "_Source":
        return self

    async def __anext__(self) -> bytes:
        piece = await self._queue.get()
        if self._given_up:
            raise _GivenUpError
        if piece is None:
            raise StopAsyncIteration
        return piece
