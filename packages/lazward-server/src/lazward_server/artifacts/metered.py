"""A blob store that knows how much each workspace holds, and keeps it within its limit."""

from collections.abc import AsyncIterable, AsyncIterator

from lazward.errors import NotFound
from lazward_server.artifacts.store import BlobStore
from lazward_server.artifacts.usage import Account, Reservation, Usage


class Metered:
    """See ``store.BlobStore``; a key's first segment is the folder of a workspace.

    Besides what the store below raises, ``put`` raises ``QuotaExceeded`` when the workspace may not hold
    the file, before the content is read where its size is known.

    Args:
        blobs: The store below.
        usage: Where bytes are counted.

    Attributes:
        usage: The same.
    """

    def __init__(self, blobs: BlobStore, usage: Usage) -> None:
        self._blobs = blobs
        self.usage = usage
        self.open = blobs.open
        self.list_folder = blobs.list_folder
        self.walk = blobs.walk
        self.stat = blobs.stat
        self.close = blobs.close

    async def put(self, key: str, content: AsyncIterable[bytes], size: int | None = None) -> int:
        """See ``store.BlobStore``."""
        folder = key.partition("/")[0]
        account = await self.usage.account(folder)
        if account.most is None:
            grown = await self._blobs.put(key, content, size)
            account.growth += grown
        else:
            grown = await self._put_within(account, key, content, size)
        if not account.fresh:
            await self._remove_if_gone(folder, key)
        return grown

    async def replace(self, key: str, content: AsyncIterable[bytes], size: int) -> int:
        """Put what takes the place of as many bytes that the workspace holds already and that go next.

        It is counted and never refused: for a moment both are there.
        """
        folder = key.partition("/")[0]
        account = await self.usage.account(folder)
        grown = await self._blobs.put(key, content, size)
        account.growth += grown
        await self._remove_if_gone(folder, key)
        return grown

    async def delete(self, key: str) -> int:
        """See ``store.BlobStore``."""
        gone = await self._blobs.delete(key)
        self.usage.shrink(key.partition("/")[0], gone)
        return gone

    async def _put_within(
        self, account: Account, key: str, content: AsyncIterable[bytes], size: int | None
    ) -> int:
        replaced = await self._blobs.stat(key)
        with account.reserve() as reservation:
            reservation.add(-(replaced.size if replaced else 0))
            if size is None:
                content = _reserving(content, reservation)
            else:
                reservation.add(size)
            grown = await self._blobs.put(key, content, size)
            account.growth += grown
        return grown

    async def _remove_if_gone(self, folder: str, key: str) -> None:
        """An upload may take so long that its workspace is deleted meanwhile, files and all."""
        try:
            await self.usage.account(folder)
        except NotFound:
            await self._blobs.delete(key)
            raise


async def _reserving(content: AsyncIterable[bytes], reservation: Reservation) -> AsyncIterator[bytes]:
    async for piece in content:
        reservation.add(len(piece))
        yield piece
