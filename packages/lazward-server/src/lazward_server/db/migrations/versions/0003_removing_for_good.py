"""what removing for good and counting bytes need."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply; workspace 0 is the one that nobody sees (``schema.PURGED``)."""
    op.add_column("workspaces", sa.Column("claim", _text))
    op.add_column("workspaces", sa.Column("claimed_until", sa.BigInteger()))
    op.add_column("experiments", sa.Column("purged_from", sa.BigInteger()))
    op.create_index(op.f("ix_logged_model_metrics_run_id"), "logged_model_metrics", ["run_id"])
    op.create_table(
        "purged_artifacts",
        sa.Column("id", _id, nullable=False),
        sa.Column("workspace_id", sa.BigInteger(), nullable=False),
        sa.Column("uri", _text, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purged_artifacts")),
        comment="Artifact URIs of what was removed for good, until the files are removed too.",
    )
    op.create_table(
        "workspace_usage",
        sa.Column("workspace_id", _id, autoincrement=False, nullable=False),
        sa.Column("artifact_bytes", sa.BigInteger(), nullable=False),
        sa.Column("counted_at", sa.BigInteger()),
        sa.Column("counting_until", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_workspace_usage_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_workspace_usage")),
        comment="counted_at: when the files themselves were last looked at, rather than what came and went.",
    )
    op.execute(
        "insert into workspaces(id, name, created_at, group_id, folder, deleting_at)"
        " values (0, '.purged', 0, 0, '.purged', 0)"
    )
