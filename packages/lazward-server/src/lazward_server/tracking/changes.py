"""Which runs changed since an earlier snapshot, so that what is kept of them in memory can follow.

On SQLite one process writes, and remembers. On PostgreSQL any process may, so each run's last writing
transaction stands in ``run_writes``: whatever an earlier snapshot did not see was written by a transaction
that was not over then, and those have ids from its ``xmin`` on.
"""

from collections.abc import Collection

from lazward_server.db.bulk import Bulk
from lazward_server.db.database import Tx

NOTE = (
    "insert into run_writes(run, transaction)"
    " select run, pg_current_xact_id()::text::bigint from given where true"
    " on conflict (run) do update set transaction = excluded.transaction"
)
"""What ``note`` runs on PostgreSQL, for statements that can do it on the way."""

_NOTE = Bulk(NOTE, run="bigint")
# Ids from xmax on are of no transaction that a snapshot sees: they came along from another server.
_POSITION = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_SINCE = (
    "select run from run_writes where transaction >= %s"
    " and transaction < pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
)


def note(tx: Tx, runs: Collection[int]) -> None:
    """Let it be known, with the commit, that these runs are made or changed."""
    if tx.postgres:
        _NOTE(tx, [(run,) for run in sorted(runs)])
    else:
        tx.changed.update(runs)


def position(tx: Tx) -> int:
    """What this snapshot is called in ``since``."""
    return tx.driver(_POSITION)[0][0] if tx.postgres else tx.position


def since(tx: Tx, earlier: int) -> list[int] | None:
    """All runs that changed after a snapshot, and maybe others; None if that was too long ago to know.

    Args:
        tx: A transaction that reads.
        earlier: The ``position`` of the snapshot.
    """
    if tx.postgres:
        return [run for (run,) in tx.driver(_SINCE, (earlier,))]
    return tx.known.changes.since(earlier)
