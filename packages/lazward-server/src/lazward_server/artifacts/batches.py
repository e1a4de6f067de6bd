"""From the many small pieces a socket yields to few large ones."""

from collections.abc import AsyncIterable, AsyncIterator

from lazward.errors import BadRequest
from lazward_server.artifacts.store import CHUNK


async def batched(content: AsyncIterable[bytes], size: int | None = None) -> AsyncIterator[list[bytes]]:
    """Lists of pieces of about ``CHUNK`` bytes together, not joined: nothing is copied.

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
        if waiting >= CHUNK:
            yield batch
            batch, waiting = [], 0
    if size is not None and total != size:
        raise _mismatch(size, str(total))
    if batch:
        yield batch


def _mismatch(size: int, came: str) -> BadRequest:
    return BadRequest(f"{size} bytes were announced, and {came} came; nothing was stored.")
