"""what engines are made from: settings and sealed secrets of compute targets."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_COMMENT = "tags, settings are JSON objects, as is secrets, of sealed texts. allocated_at: when nodes last came or went. server_url: where its nodes reach the server; empty for where this machine does."


def upgrade() -> None:
    """Apply."""
    for name, default in (("server_url", ""), ("settings", "{}"), ("secrets", "{}")):
        column = sa.Column(name, _text, nullable=False, server_default=default)
        op.add_column("compute_targets", column)
    if op.get_bind().dialect.name == "postgresql":
        op.create_table_comment("compute_targets", _COMMENT)
