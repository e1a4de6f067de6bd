"""environments, compute targets and the jobs that run on them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "properties",
        sa.Column("run", sa.BigInteger(), nullable=False),
        sa.Column("key", _text, nullable=False),
        sa.Column("value", _text, nullable=False),
        sa.PrimaryKeyConstraint("run", "key", name=op.f("pk_properties")),
        comment="Tags that never change.",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "compute_targets",
        sa.Column("id", _id, nullable=False),
        sa.Column("workspace_id", _id, nullable=False),
        sa.Column("name", _text, nullable=False),
        sa.Column("kind", _text, nullable=False),
        sa.Column("size", _text, nullable=False),
        sa.Column("min_nodes", sa.Integer(), nullable=False),
        sa.Column("max_nodes", sa.Integer(), nullable=False),
        sa.Column("idle_seconds", sa.Integer(), nullable=False),
        sa.Column("description", _text, nullable=False),
        sa.Column("tags", _text, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("allocated_at", sa.BigInteger(), nullable=False),
        sa.Column("deleting_at", sa.BigInteger()),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_compute_targets_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compute_targets")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_compute_targets_workspace_id_name")),
        comment="tags is a JSON object. allocated_at: when nodes last came or went.",
        sqlite_autoincrement=True,
    )
    op.create_table(
        "environments",
        sa.Column("id", _id, nullable=False),
        sa.Column("workspace_id", _id, nullable=False),
        sa.Column("name", _text, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("spec", _text, nullable=False),
        sa.Column("definition", _text, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_environments_workspace_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_environments")),
        sa.UniqueConstraint(
            "workspace_id", "name", "version", name=op.f("uq_environments_workspace_id_name_version")
        ),
        comment="spec, definition: JSON objects. A version never changes.",
    )
    op.create_table(
        "jobs",
        sa.Column("id", _id, nullable=False),
        sa.Column("run", sa.BigInteger(), nullable=False),
        sa.Column("run_id", _text, nullable=False),
        sa.Column("workspace_id", _id, nullable=False),
        sa.Column("parent_job_id", sa.BigInteger()),
        sa.Column("compute", _text, nullable=False),
        sa.Column("compute_id", sa.BigInteger()),
        sa.Column("state", _text, nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("spec", _text, nullable=False),
        sa.Column("max_seconds", sa.Integer(), nullable=False),
        sa.Column("definition", _text, nullable=False),
        sa.Column("description", _text, nullable=False),
        sa.Column("user_id", sa.BigInteger()),
        sa.Column("submitted_by", _text, nullable=False),
        sa.Column("permissions", _text),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.BigInteger()),
        sa.Column("node", _text),
        sa.Column("host", _text),
        sa.Column("handle", _text),
        sa.Column("claim", _text),
        sa.Column("claimed_until", sa.BigInteger()),
        sa.Column("seen_at", sa.BigInteger()),
        sa.Column("cancel_at", sa.BigInteger()),
        sa.Column("sealed", sa.Boolean(), nullable=False),
        sa.Column("link_key", _text, nullable=False),
        sa.Column("error", _text),
        sa.Column("warnings", _text, nullable=False),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_jobs_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.UniqueConstraint("run", name=op.f("uq_jobs_run")),
        sa.UniqueConstraint("run_id", name=op.f("uq_jobs_run_id")),
        comment="spec, definition, error, warnings: JSON. handle: how its engine knows it, on that host. not_before: until when it waits to be started again. seen_at: when its launcher was last heard of. sealed: whether its logs are artifacts. link_key: what signs the links to its logs. permissions: what the submitting token is limited to.",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_jobs_compute_id_state"), "jobs", ["compute_id", "state"])
    op.create_index(op.f("ix_jobs_state"), "jobs", ["state"])
    op.create_index(op.f("ix_jobs_workspace_id_id"), "jobs", ["workspace_id", "id"])
    op.create_table(
        "nodes",
        sa.Column("id", _id, nullable=False),
        sa.Column("compute_id", _id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.BigInteger()),
        sa.Column("since_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["compute_id"], ["compute_targets.id"], name=op.f("fk_nodes_compute_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nodes")),
        sa.UniqueConstraint("compute_id", "number", name=op.f("uq_nodes_compute_id_number")),
        comment="The nodes that there are now; job_id: what runs on it.",
    )
    op.create_index(op.f("ix_nodes_job_id"), "nodes", ["job_id"])
    op.add_column("runs", sa.Column("job_id", sa.BigInteger()))
    op.add_column("tokens", sa.Column("job_id", sa.BigInteger()))
    op.create_index(op.f("ix_tokens_job_id"), "tokens", ["job_id"])
