"""How many bytes of artifacts each workspace holds.

Uploads and removals are added up in the process and written once a second, so that an upload costs no
write of its own. What a killed process had not written is put right by counting the files (``recount``).
"""

import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from lazward.errors import NotFound, QuotaExceeded
from lazward_server.db.bulk import Bulk
from lazward_server.db.database import Batched, Database, Tx

_TRUSTED = 5.0
"""Seconds for which a process goes by what it has read of limits and of other processes' uploads."""

_ADD = Bulk(
    "insert into workspace_usage(workspace_id, artifact_bytes)"
    " select workspaces.id, given.growth from given join workspaces on workspaces.folder = given.folder"
    " where true on conflict (workspace_id) do update"
    " set artifact_bytes = workspace_usage.artifact_bytes + excluded.artifact_bytes",
    folder="text",
    growth="bigint",
)


class _Row(NamedTuple):
    """What the database knows of a workspace."""

    name: str
    used: int
    most: int | None


class Account:
    """The bytes of one workspace, as this process sees them.

    Attributes:
        name: The workspace's.
        most: The limit; None for none.
        growth: Bytes that came, less those that went, since the last write to the database.
    """

    def __init__(self) -> None:
        self.name = ""
        self.most: int | None = None
        self.growth = 0
        self._stored = 0
        self._coming = 0
        self._read_at = float("-inf")

    @property
    def fresh(self) -> bool:
        """Whether what was read can still be trusted."""
        return time.monotonic() - self._read_at < _TRUSTED

    @property
    def used(self) -> int:
        """Bytes, those on their way counted as if they had come."""
        return self._stored + self.growth + self._coming

    def learn(self, row: _Row) -> None:
        """Take over what the database says."""
        self.name, self._stored, self.most = row
        self._read_at = time.monotonic()

    def distrust(self) -> None:
        """Have it read again."""
        self._read_at = float("-inf")

    def written(self, growth: int) -> None:
        """Note that so much of the growth is in the database now."""
        self._stored += growth

    @contextmanager
    def reserve(self) -> Generator["Reservation"]:
        """Room for one upload, given back when the block is left, by when what came is in ``growth``."""
        reservation = Reservation(self)
        try:
            yield reservation
        finally:
            self._coming -= reservation.size

    def come(self, size: int) -> None:
        """Note bytes on their way."""
        self._coming += size


class Reservation:
    """What one upload may still send.

    Attributes:
        size: Bytes reserved so far; to start with less than none, where a file is replaced.
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self.size = 0

    def add(self, size: int) -> None:
        """Reserve so many bytes more; negative ones for what will be replaced.

        Raises:
            QuotaExceeded: The workspace may not hold them.
        """
        account = self._account
        if size > 0 and account.most is not None and account.used + size > account.most:
            raise QuotaExceeded(
                f"Workspace '{account.name}' may hold {account.most} bytes of artifacts and holds"
                f" {account.used}; {size} more do not fit. Remove something for good, or ask an administrator"
                " for more."
            )
        self.size += size
        account.come(size)


class Usage:
    """What all workspaces hold, as one process knows it.

    Args:
        db: Where it is kept.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._accounts: dict[str, Account] = {}

    async def account(self, folder: str) -> Account:
        """The account of the workspace with this folder.

        Raises:
            NotFound: There is no such workspace, or it is being deleted.
        """
        account = self._accounts.setdefault(folder, Account())
        if not account.fresh:
            account.learn(await self._db.read(_read, folder))
        return account

    def shrink(self, folder: str, size: int) -> None:
        """Note that bytes of a workspace went."""
        self._accounts.setdefault(folder, Account()).growth -= size

    def forget(self, folder: str) -> None:
        """Read what the database has of a workspace before the next upload."""
        if account := self._accounts.get(folder):
            account.distrust()

    async def write(self) -> None:
        """Write what came and went since the last time; call it every second, and at the end."""
        grown = [(folder, account) for folder, account in self._accounts.items() if account.growth]
        for folder, account in grown:
            growth, account.growth = account.growth, 0
            account.written(growth)
            try:
                await self._db.write_batched(_WRITE, (folder, growth))
            except BaseException:
                account.written(-growth)
                account.growth += growth
                raise


def _read(tx: Tx, folder: str) -> _Row:
    rows = _FIND(tx, [(folder,)])
    if not rows:
        raise NotFound("The workspace is not there any more.")
    return _Row(*rows[0])


_FIND = Bulk(
    "select workspaces.name, coalesce(artifact_bytes, 0), most_artifact_bytes from given"
    " join workspaces on workspaces.folder = given.folder"
    " left join workspace_usage on workspace_id = workspaces.id where deleting_at is null",
    folder="text",
)


def add(tx: Tx, given: Sequence[tuple[str, int]]) -> list[None]:
    """Add growth by folder; the batched write behind ``Usage.write``."""
    total: dict[str, int] = {}
    for folder, growth in given:
        total[folder] = total.get(folder, 0) + growth
    _ADD(tx, sorted(total.items()))
    return [None] * len(given)


_WRITE = Batched(add)
