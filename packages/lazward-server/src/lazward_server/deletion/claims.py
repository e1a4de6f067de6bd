"""Which process empties a workspace: a claim with a token and an end, renewed while it works.

Work is done with no transaction open; every change names the token, so that a process which was too slow
changes nothing any more.
"""

import asyncio
import uuid
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import sqlalchemy as sa

from lazward.errors import Conflict
from lazward_server.db.clock import now
from lazward_server.db.database import Database, Tx
from lazward_server.db.schema import workspaces

_HELD = 60_000
"""Milliseconds that a claim lasts unless it is renewed."""
_RENEWED = 15.0
"""Seconds after which it is, also while nothing can be written otherwise."""


def take(tx: Tx, workspace_id: int) -> str | None:
    """Claim a workspace; the token, or None while another process has it."""
    c = workspaces.c
    free = c.claimed_until.is_(None) | (c.claimed_until < now())
    if not tx.postgres:  # one process at a time uses the home, so what is claimed was claimed by a dead one
        free = sa.true()
    token = uuid.uuid4().hex
    change = sa.update(workspaces).where(c.id == workspace_id, c.deleting_at.is_not(None), free)
    taken = tx.execute(change.values(claim=token, claimed_until=now() + _HELD)).rowcount
    return token if taken else None


def renew(tx: Tx, workspace_id: int, token: str) -> None:
    """Hold on to a claim.

    Raises:
        Conflict: Another process has taken over.
    """
    c = workspaces.c
    change = sa.update(workspaces).where(c.id == workspace_id, c.claim == token)
    if not tx.execute(change.values(claimed_until=now() + _HELD)).rowcount:
        raise Conflict(f"Another process empties workspace {workspace_id} now.")


def give_up(tx: Tx, workspace_id: int, token: str) -> None:
    """Let others go on."""
    c = workspaces.c
    change = sa.update(workspaces).where(c.id == workspace_id, c.claim == token)
    tx.execute(change.values(claim=None, claimed_until=None))


@asynccontextmanager
async def renewed(db: Database, workspace_id: int, token: str) -> AsyncGenerator[None]:
    """Hold on to a claim during a block that may take long."""

    async def go_on() -> None:
        while True:
            await asyncio.sleep(_RENEWED)
            await db.write(renew, workspace_id, token)

    task = asyncio.create_task(go_on())
    try:
        yield
    finally:
        task.cancel()
