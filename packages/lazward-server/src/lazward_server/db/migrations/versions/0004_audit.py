"""the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_GUARD = {
    "sqlite": (
        """create trigger audit_never_changes before update on audit
begin select raise(abort, 'the audit log is never changed'); end""",
        """create trigger audit_is_kept before delete on audit
when old.at > (cast(strftime('%s', 'now') as integer) - 86400) * 1000
begin select raise(abort, 'the audit log is kept for a day at least'); end""",
    ),
    "postgresql": (
        """create function audit_guard() returns trigger language plpgsql as $$ begin
if tg_op = 'DELETE' and old.at <= (extract(epoch from now()) - 86400) * 1000 then return old; end if;
raise exception 'the audit log is never changed, and kept for a day at least'; end $$""",
        """create trigger audit_guard before update or delete on audit
for each row execute function audit_guard()""",
    ),
}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "audit",
        sa.Column("id", _id, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("user_name", _text, nullable=False),
        sa.Column("token_id", sa.BigInteger()),
        sa.Column("address", _text, nullable=False),
        sa.Column("action", _text, nullable=False),
        sa.Column("workspace_id", sa.BigInteger()),
        sa.Column("workspace", _text, nullable=False),
        sa.Column("target", _text, nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("code", _text, nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        comment="target is a JSON object. No foreign keys: it tells of what is gone as well.",
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_audit_at_id"), "audit", ["at", "id"])
    op.create_index(op.f("ix_audit_workspace_id_at_id"), "audit", ["workspace_id", "at", "id"])
    for statement in _GUARD[op.get_bind().dialect.name]:
        op.get_bind().exec_driver_sql(statement)
