"""resource groups, people, roles and what tokens are for."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NOW = "cast(strftime('%s', 'now') as integer) * 1000"
_NOW_POSTGRES = "(extract(epoch from now()) * 1000)::bigint"


def upgrade() -> None:
    """Apply; the one token of before belongs to the first administrator."""
    op.create_table(
        "resource_groups",
        sa.Column("id", _id, nullable=False),
        sa.Column("name", _text, nullable=False),
        sa.Column("tags", _text, server_default="{}", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_groups")),
        sa.UniqueConstraint("name", name=op.f("uq_resource_groups_name")),
        comment="tags is a JSON object.",
    )
    for column in (
        sa.Column("group_id", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("folder", _text, server_default="default", nullable=False),
        sa.Column("friendly_name", _text, server_default="", nullable=False),
        sa.Column("description", _text, server_default="", nullable=False),
        sa.Column("location", _text, server_default="local", nullable=False),
        sa.Column("sku", _text, server_default="basic", nullable=False),
        sa.Column("tags", _text, server_default="{}", nullable=False),
        sa.Column("updated_at", sa.BigInteger()),
        sa.Column("deleting_at", sa.BigInteger()),
        sa.Column("most_artifact_bytes", sa.BigInteger()),
        sa.Column("most_runs", sa.BigInteger()),
        sa.Column("most_requests", sa.Integer()),
    ):
        op.add_column("workspaces", column)
    op.create_table(
        "users",
        sa.Column("id", _id, nullable=False),
        sa.Column("name", _text, nullable=False),
        sa.Column("kind", _text, nullable=False),
        sa.Column("administrator", sa.Boolean(), nullable=False),
        sa.Column("email", _text),
        sa.Column("password", _text),
        sa.Column("issuer", _text),
        sa.Column("subject", _text),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("disabled_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("name", name=op.f("uq_users_name")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_users_issuer_subject")),
        comment="kind: person or service. password: argon2id. issuer, subject: who they are at a provider.",
    )
    op.create_table(
        "roles",
        sa.Column("user_id", _id, nullable=False),
        sa.Column("workspace_id", _id, nullable=False),
        sa.Column("role", _text, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_roles_user_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_roles_workspace_id")),
        sa.PrimaryKeyConstraint("user_id", "workspace_id", name=op.f("pk_roles")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_roles_workspace_id"), "roles", ["workspace_id"])
    _seed()
    _renew_tokens()


def _seed() -> None:
    now = _NOW if op.get_bind().dialect.name == "sqlite" else _NOW_POSTGRES
    op.execute(f"insert into resource_groups(id, name, created_at) values (1, 'default', {now})")
    op.execute(
        "insert into users(id, name, kind, administrator, created_at)"
        f" values (1, 'administrator', 'person', true, {now})"
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("select setval(pg_get_serial_sequence('resource_groups', 'id'), 1)")
        op.execute("select setval(pg_get_serial_sequence('users', 'id'), 1)")


def _renew_tokens() -> None:
    """Make the table anew, since SQLite cannot add what it is to have; its rows are few."""
    kept = op.get_bind().execute(sa.text("select name, hash, created_at from tokens order by id")).all()
    op.drop_table("tokens")
    table = op.create_table(
        "tokens",
        sa.Column("id", _id, nullable=False),
        sa.Column("user_id", _id, nullable=False),
        sa.Column("name", _text, nullable=False),
        sa.Column("kind", _text, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("hint", _text, nullable=False),
        sa.Column("workspace_id", _id),
        sa.Column("permissions", _text),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger()),
        sa.Column("last_used_at", sa.BigInteger()),
        sa.Column("revoked_at", sa.BigInteger()),
        sa.Column("parent_id", sa.BigInteger()),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_tokens_user_id")),
        sa.ForeignKeyConstraint(["workspace_id"], ["workspaces.id"], name=op.f("fk_tokens_workspace_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tokens")),
        sa.UniqueConstraint("hash", name=op.f("uq_tokens_hash")),
        sqlite_autoincrement=True,
    )
    for column in ("user_id", "parent_id", "expires_at", "workspace_id"):
        op.create_index(op.f(f"ix_tokens_{column}"), "tokens", [column])
    if kept:
        fixed = {"user_id": 1, "kind": "personal", "hint": ""}
        rows = [fixed | {"name": name, "hash": hash_, "created_at": at} for name, hash_, at in kept]
        op.bulk_insert(table, rows)
