"""codes of machines that sign in, and links that do so once."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "device_codes",
        sa.Column("id", _id, nullable=False),
        sa.Column("device_hash", sa.String(64), nullable=False),
        sa.Column("user_hash", sa.String(64), nullable=False),
        sa.Column("machine", _text, nullable=False),
        sa.Column("address", _text, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("polled_at", sa.BigInteger()),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("user_id", _id),
        sa.Column("denied", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_device_codes_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device_codes")),
        sa.UniqueConstraint("device_hash", name=op.f("uq_device_codes_device_hash")),
        sa.UniqueConstraint("user_hash", name=op.f("uq_device_codes_user_hash")),
        comment="Sign-ins of machines without a browser. every: milliseconds between two polls, at least.",
    )
    op.create_table(
        "sign_in_links",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("user_id", _id, nullable=False),
        sa.Column("token_id", sa.BigInteger()),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sign_in_links_user_id")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_sign_in_links")),
        comment="Links that sign in once. token_id: what they were made with, and die with.",
    )
    for table in ("device_codes", "sign_in_links"):
        for column in ("expires_at", "user_id"):
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
