"""what runs log and is no metric."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "records",
        sa.Column("id", _id, nullable=False),
        sa.Column("run", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.String(length=64), nullable=False),
        sa.Column("name", _text, nullable=False),
        sa.Column("kind", _text, nullable=False),
        sa.Column("value", _text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_records")),
        sa.UniqueConstraint("run", "uid", name=op.f("uq_records_run_uid")),
        comment="What runs log and is no metric. value is JSON; uid: by which what is sent again is known.",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_records_run_id"), "records", ["run", "id"])
