"""An upload on its way to a staged file: the network and the disk work at the same time."""

import asyncio
from collections.abc import AsyncIterable, Callable
from typing import Any

from lazward_server.artifacts.batches import batched
from lazward_server.artifacts.staging import StagedFile

_BATCH = 2**20  # waking a thread for less costs more than it brings

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
    async for batch in batched(content, size, _BATCH):
        if writing is None and not held:
            held = batch  # perhaps all there is
            continue
        if writing is not None:
            await writing
        writing, held = run(staged.write, held + batch), []
    if writing is not None:
        await writing
    return held
