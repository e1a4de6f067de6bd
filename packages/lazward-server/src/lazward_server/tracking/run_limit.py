"""How many runs a workspace may hold.

Counting takes milliseconds for 100,000 runs, and runs are made in a hurry. So a process counts now and then
and subtracts what it makes in between; with several processes on PostgreSQL the limit may be passed by what
the others make in those seconds.
"""

import time
from dataclasses import dataclass

import sqlalchemy as sa

from lazward.errors import QuotaExceeded
from lazward_server.db.database import Tx
from lazward_server.db.schema import experiments, runs, workspaces

_TRUSTED = 5.0
_FULL = 1.0
"""Seconds until runs are counted again, and until they are while there is no room."""


@dataclass
class Room:
    """What a workspace may still hold, as far as this process knows.

    Attributes:
        name: The workspace's.
        most: The limit; None for none.
        left: How many runs fit.
        until: When to count again, on the monotonic clock.
    """

    name: str
    most: int | None
    left: int
    until: float


def take(tx: Tx, workspace_id: int) -> QuotaExceeded | None:
    """Use room for one run; the error if there is none."""
    room = tx.known.rooms.get(workspace_id)
    if room is None or time.monotonic() > room.until:
        room = tx.known.rooms[workspace_id] = _measure(tx, workspace_id)
    if room.most is None:
        return None
    if room.left <= 0:
        return QuotaExceeded(
            f"Workspace '{room.name}' may hold {room.most} runs and holds {room.most - room.left}, with the"
            " deleted ones. Remove some for good, or ask an administrator for more."
        )
    room.left -= 1
    return None


def count(tx: Tx, workspace_id: int) -> int:
    """How many runs a workspace holds, deleted ones too."""
    joined = runs.join(experiments, experiments.c.id == runs.c.experiment_id)
    query = sa.select(sa.func.count()).select_from(joined)
    return tx.execute(query.where(experiments.c.workspace_id == workspace_id)).scalar_one()


def _measure(tx: Tx, workspace_id: int) -> Room:
    c = workspaces.c
    row = tx.execute(sa.select(c.name, c.most_runs).where(c.id == workspace_id)).one()
    left = 0 if row.most_runs is None else row.most_runs - count(tx, workspace_id)
    patience = _FULL if row.most_runs is not None and left <= 0 else _TRUSTED
    return Room(row.name, row.most_runs, left, time.monotonic() + patience)
