"""What a workspace holds, next to what it may."""

import sqlalchemy as sa

from lazward.wire.deletion import Usage
from lazward_server.db.database import Tx
from lazward_server.db.schema import workspace_usage
from lazward_server.http.workspace import Workspace
from lazward_server.tracking import run_limit


def usage(tx: Tx, workspace: Workspace) -> Usage:
    """Bytes and runs of a workspace, with its limits."""
    c = workspace_usage.c
    query = sa.select(c.artifact_bytes, c.counted_at).where(c.workspace_id == workspace.id)
    row = tx.execute(query).first()
    return Usage(
        artifact_bytes=row.artifact_bytes if row else 0,
        counted_at=row.counted_at if row else None,
        runs=run_limit.count(tx, workspace.id),
        most_artifact_bytes=workspace.most_artifact_bytes,
        most_runs=workspace.most_runs,
    )
