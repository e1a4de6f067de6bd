"""An upload on its way to a staged file: the network and the disk work at the same time."""

import asyncio
from collections.abc import AsyncIterable, Callable
from typing import Any

from lazward_server.artifacts.batches import batched
from lazward_server.artifacts.staging import StagedFile

_BATCH = 2**20  # waking a thread for less costs more than it brings
_SYNC_EVERY = 32 * 2**20

Run = Callable[..., "asyncio.Future[Any]"]
"""Runs a blocking function in a thread."""


async def receive(
    run: Run, staged: StagedFile, content: AsyncIterable[bytes], size: int | None
) -> list[bytes]:
    """Write each batch while the next one arrives; returns a batch that came alone, to be written last.

    Raises:
        BadRequest: More or fewer bytes came than ``size``.
    """
    held: list[bytes] = []
    writing: asyncio.Future[Any] | None = None
    syncing = _Syncing(run, staged)
    async for batch in batched(content, size, _BATCH):
        if writing is None and not held:
            held = batch  # perhaps all there is
            continue
        if writing is not None:
            await writing
        writing, held = run(staged.write, held + batch), []
        await syncing.go_on()
    if writing is not None:
        await writing
    await syncing.end()
    return held


class _Syncing:
    """Brings what was written to the disk from time to time, so that the last sync has little left."""

    def __init__(self, run: Run, staged: StagedFile) -> None:
        self._run = run
        self._staged = staged
        self._synced = 0
        self._current: asyncio.Future[Any] | None = None

    async def go_on(self) -> None:
        """Begin another sync if there is enough for one and none runs."""
        if self._staged.size - self._synced < _SYNC_EVERY or (self._current and not self._current.done()):
            return
        await self.end()
        self._current, self._synced = self._run(self._staged.start_sync), self._staged.size

    async def end(self) -> None:
        """Wait for the sync that runs; its failure is told nowhere else."""
        if self._current is not None:
            await self._current
