"""From the many small pieces a socket yields to fewer, larger ones."""

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator

from lazward.errors import BadRequest


async def batched(content: AsyncIterable[bytes], size: int | None, limit: int) -> AsyncGenerator[list[bytes]]:
    """Lists of pieces of about ``limit`` bytes together, not joined: nothing is copied.

    Raises:
        BadRequest: More or fewer bytes came than ``size``.
    """
    batch: list[bytes] = []
    waiting = total = 0
    async for piece in content:
        if not piece:
            continue
        batch.append(piece)
        waiting += len(piece)
        total += len(piece)
        if size is not None and total > size:
            raise _mismatch(size, f"at least {total}")
        if waiting >= limit:
            yield batch
            batch, waiting = [], 0
    if size is not None and total != size:
        raise _mismatch(size, str(total))
    if batch:
        yield batch


class Counted:
    """Content as it passes by, and how much of it has.

    Attributes:
        size: Bytes so far.
    """

    def __init__(self, content: AsyncIterable[bytes]) -> None:
        self._content = content
        self.size = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._content:
            self.size += len(piece)
            yield piece


def _mismatch(size: int, came: str) -> BadRequest:
    return BadRequest(f"{size} bytes were announced, and {came} came; nothing was stored.")
