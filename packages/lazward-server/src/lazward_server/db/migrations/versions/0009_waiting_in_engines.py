"""why jobs wait in the queues of engines."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_COMMENT = "spec, definition, error, warnings: JSON. handle: how its engine knows it, on that host. waiting: why it has not begun there, while it has not. expected_at: when it is expected to. not_before: until when it waits to be started again. seen_at: when its launcher was last heard of, or that it waits. sealed: whether its logs are artifacts. link_key: what signs the links to its logs. permissions: what the submitting token is limited to."


def upgrade() -> None:
    """Apply."""
    op.add_column("jobs", sa.Column("waiting", _text))
    op.add_column("jobs", sa.Column("expected_at", sa.BigInteger()))
    if op.get_bind().dialect.name == "postgresql":
        op.create_table_comment("jobs", _COMMENT)
