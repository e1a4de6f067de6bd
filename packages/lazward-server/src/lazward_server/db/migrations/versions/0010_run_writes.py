"""which runs were written to."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "run_writes",
        sa.Column("run", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("transaction", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("run", name=op.f("pk_run_writes")),
        comment="The transaction that wrote to a run last, on PostgreSQL only; see tracking.changes.",
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_run_writes_transaction"), "run_writes", ["transaction"])
