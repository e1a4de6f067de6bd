"""The tables.

Points, latest values, params and tags are the hot tables: they are keyed by the run's integer id and carry
no foreign keys, since a key check per row would cost more than the insert. Runs are removed for good by
one function (``tracking.purge.remove_runs``), which takes their rows along.

Text sorts by code point on both databases, as it does in MLflow on SQLite.
"""

from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    event,
    func,
    text,
)
from sqlalchemy import Text as _Text
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite numbers rows by itself only in a column declared INTEGER."""

PURGED = 0
"""The workspace that nobody sees: what is removed for good moves there first, and is emptied in slices."""

SHORT = 64
"""Params with values of at most so many characters can be looked up by value."""


def Text() -> TypeEngine[str]:  # noqa: N802 - it stands where a type's name stands
    """Text that sorts by code point."""
    return _Text().with_variant(_Text(collation="C"), "postgresql")


def _reference(name: str, to: Column[Any], **options: Any) -> Column[Any]:
    """A column that holds another table's id."""
    return Column(name, Id, ForeignKey(to), **options)


resource_groups = Table(
    "resource_groups",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text(), nullable=False, unique=True),
    Column("tags", Text(), nullable=False, server_default="{}"),
    Column("created_at", BigInteger, nullable=False),
    comment="tags is a JSON object.",
)

workspaces = Table(
    "workspaces",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text(), nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("group_id", BigInteger, nullable=False, server_default="1"),
    Column("folder", Text(), nullable=False, server_default="default"),
    Column("friendly_name", Text(), nullable=False, server_default=""),
    Column("description", Text(), nullable=False, server_default=""),
    Column("location", Text(), nullable=False, server_default="local"),
    Column("sku", Text(), nullable=False, server_default="basic"),
    Column("tags", Text(), nullable=False, server_default="{}"),
    Column("updated_at", BigInteger),
    Column("deleting_at", BigInteger),
    Column("most_artifact_bytes", BigInteger),
    Column("most_runs", BigInteger),
    Column("most_requests", Integer),
    Column("claim", Text()),
    Column("claimed_until", BigInteger),
)
# group_id has no foreign key, since SQLite cannot add one to a table that exists.

users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text(), nullable=False, unique=True),
    Column("kind", Text(), nullable=False),
    Column("administrator", Boolean, nullable=False),
    Column("email", Text()),
    Column("password", Text()),
    Column("issuer", Text()),
    Column("subject", Text()),
    Column("created_at", BigInteger, nullable=False),
    Column("disabled_at", BigInteger),
    UniqueConstraint("issuer", "subject"),
    comment="kind: person or service. password: argon2id. issuer, subject: who they are at a provider.",
)

roles = Table(
    "roles",
    metadata,
    _reference("user_id", users.c.id, primary_key=True),
    _reference("workspace_id", workspaces.c.id, primary_key=True),
    Column("role", Text(), nullable=False),
    Index(None, "workspace_id"),
    sqlite_with_rowid=False,
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Id, primary_key=True),
    _reference("user_id", users.c.id, nullable=False),
    Column("name", Text(), nullable=False),
    Column("kind", Text(), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("hint", Text(), nullable=False),
    _reference("workspace_id", workspaces.c.id),
    Column("permissions", Text()),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("last_used_at", BigInteger),
    Column("revoked_at", BigInteger),
    Column("parent_id", BigInteger),
    Column("job_id", BigInteger),
    Index(None, "user_id"),
    Index(None, "parent_id"),
    Index(None, "expires_at"),
    Index(None, "workspace_id"),
    Index(None, "job_id"),
    sqlite_autoincrement=True,
)
# job_id: the one job whose runs it reaches.

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("user_name", Text(), nullable=False),
    Column("token_id", BigInteger),
    Column("address", Text(), nullable=False),
    Column("action", Text(), nullable=False),
    Column("workspace_id", BigInteger),
    Column("workspace", Text(), nullable=False),
    Column("target", Text(), nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("code", Text(), nullable=False),
    Column("times", Integer, nullable=False),
    Index(None, "at", "id"),
    Index(None, "workspace_id", "at", "id"),
    comment="target is a JSON object. No foreign keys: it tells of what is gone as well.",
    sqlite_autoincrement=True,
)

AUDIT_GUARD = {
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
"""What the database itself refuses, whoever asks: to change a row, and to remove a young one."""
for _dialect, _statements in AUDIT_GUARD.items():
    for _statement in _statements:
        _guard = DDL(_statement.replace("%", "%%")).execute_if(dialect=_dialect)
        event.listen(audit, "after_create", _guard)

device_codes = Table(
    "device_codes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("device_hash", String(64), nullable=False, unique=True),
    Column("user_hash", String(64), nullable=False, unique=True),
    Column("machine", Text(), nullable=False),
    Column("address", Text(), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("polled_at", BigInteger),
    Column("every", Integer, nullable=False),
    _reference("user_id", users.c.id),
    Column("denied", Boolean, nullable=False),
    Index(None, "expires_at"),
    Index(None, "user_id"),
    comment="Sign-ins of machines without a browser. every: milliseconds between two polls, at least.",
)

sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("hash", String(64), primary_key=True),
    _reference("user_id", users.c.id, nullable=False),
    Column("token_id", BigInteger),
    Column("expires_at", BigInteger, nullable=False),
    Index(None, "expires_at"),
    Index(None, "user_id"),
    comment="Links that sign in once. token_id: what they were made with, and die with.",
)

experiments = Table(
    "experiments",
    metadata,
    Column("id", Id, primary_key=True),
    _reference("workspace_id", workspaces.c.id, nullable=False),
    Column("name", Text(), nullable=False),
    Column("artifact_location", Text(), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("deleted_at", BigInteger),
    Column("purged_from", BigInteger),
    UniqueConstraint("workspace_id", "name"),
    sqlite_autoincrement=True,
)

experiment_tags = Table(
    "experiment_tags",
    metadata,
    _reference("experiment_id", experiments.c.id, primary_key=True),
    Column("key", Text(), primary_key=True),
    Column("value", Text(), nullable=False),
    sqlite_with_rowid=False,
)

runs = Table(
    "runs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("run_id", Text(), nullable=False, unique=True),
    _reference("experiment_id", experiments.c.id, nullable=False),
    Column("name", Text(), nullable=False),
    Column("user_id", Text(), nullable=False),
    Column("status", SmallInteger, nullable=False),
    Column("start_time", BigInteger),
    Column("end_time", BigInteger),
    Column("deleted_at", BigInteger),
    Column("artifact_uri", Text(), nullable=False),
    Column("job_id", BigInteger),
    Index(None, "experiment_id", "start_time", "run_id"),
    sqlite_autoincrement=True,
)
# job_id: the job that is this run, or whose script made it.

params = Table(
    "params",
    metadata,
    Column("run", BigInteger, primary_key=True),
    Column("key", Text(), primary_key=True),
    Column("value", Text(), nullable=False),
    sqlite_with_rowid=False,
)
# Only short values, which fit an index of either database; it answers without a look at the table.
_is_short = func.length(params.c.value) <= text(str(SHORT))
Index(
    "ix_params_key_value",
    params.c.key,
    params.c.value,
    params.c.run,
    sqlite_where=_is_short,
    postgresql_where=_is_short,
)

tags = Table(
    "tags",
    metadata,
    Column("run", BigInteger, primary_key=True),
    Column("key", Text(), primary_key=True),
    Column("value", Text(), nullable=False),
    sqlite_with_rowid=False,
)
_is_parent = tags.c.key == text("'mlflow.parentRunId'")
Index("ix_tags_parent", tags.c.value, tags.c.run, sqlite_where=_is_parent, postgresql_where=_is_parent)

properties = Table(
    "properties",
    metadata,
    Column("run", BigInteger, primary_key=True),
    Column("key", Text(), primary_key=True),
    Column("value", Text(), nullable=False),
    sqlite_with_rowid=False,
    comment="Tags that never change.",
)

records = Table(
    "records",
    metadata,
    Column("id", Id, primary_key=True),
    Column("run", BigInteger, nullable=False),
    Column("uid", String(64), nullable=False),
    Column("name", Text(), nullable=False),
    Column("kind", Text(), nullable=False),
    Column("value", Text(), nullable=False),
    UniqueConstraint("run", "uid"),
    Index(None, "run", "id"),
    sqlite_autoincrement=True,
    comment="What runs log and is no metric. value is JSON; uid: by which what is sent again is known.",
)

metric_keys = Table(
    "metric_keys",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text(), nullable=False, unique=True),
)

points = Table(
    "points",
    metadata,
    Column("run", BigInteger, primary_key=True),
    Column("key", Integer, primary_key=True),
    Column("step", BigInteger, primary_key=True),
    Column("timestamp", BigInteger, primary_key=True),
    Column("value", Double, primary_key=True),
    sqlite_with_rowid=False,
    comment="Every distinct point. NaN is the text 'NaN' on SQLite, which sorts after all numbers.",
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("run", BigInteger, nullable=False),
    Column("key", Integer, nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("timestamp", BigInteger, nullable=False),
    Column("value", Double, nullable=False),
    comment="Points on their way into points, on SQLite only; see tracking.metrics.",
)

latest = Table(
    "latest",
    metadata,
    Column("run", BigInteger, primary_key=True),
    Column("key", Integer, primary_key=True),
    Column("step", BigInteger, nullable=False),
    Column("timestamp", BigInteger, nullable=False),
    Column("value", Double, nullable=False),
    Column("ordered", Boolean, nullable=False),
    sqlite_with_rowid=False,
    comment="The newest point by (step, timestamp, value); ordered: timestamps never fall as steps rise.",
)

run_writes = Table(
    "run_writes",
    metadata,
    Column("run", BigInteger, primary_key=True, autoincrement=False),
    Column("transaction", BigInteger, nullable=False),
    Index(None, "transaction"),
    sqlite_with_rowid=False,
    comment="The transaction that wrote to a run last, on PostgreSQL only; see tracking.changes.",
)

run_documents = Table(
    "run_documents",
    metadata,
    Column("run", Id, primary_key=True, autoincrement=False),
    Column("document", LargeBinary, nullable=False),
    comment="Whole runs as the protocol's JSON, made when the server is quiet; see tracking.documents.",
)

datasets = Table(
    "datasets",
    metadata,
    Column("id", Id, primary_key=True),
    _reference("experiment_id", experiments.c.id, nullable=False),
    Column("name", Text(), nullable=False),
    Column("digest", Text(), nullable=False),
    Column("source_type", Text(), nullable=False),
    Column("source", Text(), nullable=False),
    Column("schema", Text()),
    Column("profile", Text()),
    UniqueConstraint("experiment_id", "name", "digest"),
)

run_datasets = Table(
    "run_datasets",
    metadata,
    Column("id", Id, primary_key=True),
    _reference("run", runs.c.id, nullable=False),
    _reference("dataset", datasets.c.id, nullable=False),
    UniqueConstraint("run", "dataset"),
    Index(None, "dataset"),
)

run_dataset_tags = Table(
    "run_dataset_tags",
    metadata,
    _reference("input", run_datasets.c.id, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("key", Text(), nullable=False),
    Column("value", Text(), nullable=False),
    sqlite_with_rowid=False,
)

run_models = Table(
    "run_models",
    metadata,
    _reference("run", runs.c.id, primary_key=True),
    Column("direction", SmallInteger, primary_key=True),
    Column("model_id", Text(), primary_key=True),
    Column("step", BigInteger, nullable=False),
    sqlite_with_rowid=False,
    comment="Logged models that a run read (direction 0) or made (direction 1).",
)

logged_models = Table(
    "logged_models",
    metadata,
    Column("id", Id, primary_key=True),
    Column("model_id", Text(), nullable=False, unique=True),
    _reference("experiment_id", experiments.c.id, nullable=False),
    Column("name", Text(), nullable=False),
    Column("artifact_uri", Text(), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("deleted_at", BigInteger),
    Column("status", SmallInteger, nullable=False),
    Column("model_type", Text()),
    Column("source_run_id", Text()),
    Index(None, "experiment_id", "created_at"),
    Index(None, "source_run_id"),
)

logged_model_params = Table(
    "logged_model_params",
    metadata,
    _reference("model", logged_models.c.id, primary_key=True),
    Column("key", Text(), primary_key=True),
    Column("value", Text(), nullable=False),
    sqlite_with_rowid=False,
)

logged_model_tags = Table(
    "logged_model_tags",
    metadata,
    _reference("model", logged_models.c.id, primary_key=True),
    Column("key", Text(), primary_key=True),
    Column("value", Text(), nullable=False),
    sqlite_with_rowid=False,
)

logged_model_metrics = Table(
    "logged_model_metrics",
    metadata,
    Column("id", Id, primary_key=True),
    _reference("model", logged_models.c.id, nullable=False),
    Column("run_id", Text(), nullable=False),
    Column("key", Text(), nullable=False),
    Column("timestamp", BigInteger, nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("value", Double, nullable=False),
    Column("dataset_name", Text(), nullable=False, server_default=""),
    Column("dataset_digest", Text(), nullable=False, server_default=""),
    UniqueConstraint("model", "key", "timestamp", "step", "run_id", "dataset_name", "dataset_digest"),
    Index(None, "run_id"),
)

registered_models = Table(
    "registered_models",
    metadata,
    Column("id", Id, primary_key=True),
    _reference("workspace_id", workspaces.c.id, nullable=False),
    Column("name", Text(), nullable=False),
    Column("description", Text(), nullable=False, server_default=""),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("last_version", Integer, nullable=False, server_default="0"),
    UniqueConstraint("workspace_id", "name"),
    comment="last_version is the highest number ever given, so that a deleted one is not used again.",
)

registered_model_tags = Table(
    "registered_model_tags",
    metadata,
    _reference("model", registered_models.c.id, primary_key=True),
    Column("key", Text(), primary_key=True),
    Column("value", Text(), nullable=False),
    sqlite_with_rowid=False,
)

registered_model_aliases = Table(
    "registered_model_aliases",
    metadata,
    _reference("model", registered_models.c.id, primary_key=True),
    Column("alias", Text(), primary_key=True),
    Column("version", Integer, nullable=False),
    sqlite_with_rowid=False,
)

model_versions = Table(
    "model_versions",
    metadata,
    Column("id", Id, primary_key=True),
    _reference("model", registered_models.c.id, nullable=False),
    Column("version", Integer, nullable=False),
    Column("description", Text(), nullable=False, server_default=""),
    Column("user_id", Text()),
    Column("stage", SmallInteger, nullable=False, server_default="0"),
    Column("source", Text(), nullable=False),
    Column("storage_location", Text()),
    Column("run_id", Text()),
    Column("run_link", Text()),
    Column("model_id", Text()),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    UniqueConstraint("model", "version"),
    Index(None, "model", "stage", "version"),
    Index(None, "run_id"),
)

model_version_tags = Table(
    "model_version_tags",
    metadata,
    _reference("version", model_versions.c.id, primary_key=True),
    Column("key", Text(), primary_key=True),
    Column("value", Text(), nullable=False),
    sqlite_with_rowid=False,
)

purged_artifacts = Table(
    "purged_artifacts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace_id", BigInteger, nullable=False),
    Column("uri", Text(), nullable=False),
    comment="Artifact URIs of what was removed for good, until the files are removed too.",
)

workspace_usage = Table(
    "workspace_usage",
    metadata,
    _reference("workspace_id", workspaces.c.id, primary_key=True, autoincrement=False),
    Column("artifact_bytes", BigInteger, nullable=False),
    Column("counted_at", BigInteger),
    Column("counting_until", BigInteger),
    comment="counted_at: when the files themselves were last looked at, rather than what came and went.",
)

environments = Table(
    "environments",
    metadata,
    Column("id", Id, primary_key=True),
    _reference("workspace_id", workspaces.c.id, nullable=False),
    Column("name", Text(), nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("spec", Text(), nullable=False),
    Column("definition", Text(), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    UniqueConstraint("workspace_id", "name", "version"),
    comment="spec, definition: JSON objects. A version never changes.",
)

compute_targets = Table(
    "compute_targets",
    metadata,
    Column("id", Id, primary_key=True),
    _reference("workspace_id", workspaces.c.id, nullable=False),
    Column("name", Text(), nullable=False),
    Column("kind", Text(), nullable=False),
    Column("size", Text(), nullable=False),
    Column("min_nodes", Integer, nullable=False),
    Column("max_nodes", Integer, nullable=False),
    Column("idle_seconds", Integer, nullable=False),
    Column("description", Text(), nullable=False),
    Column("tags", Text(), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("allocated_at", BigInteger, nullable=False),
    Column("deleting_at", BigInteger),
    Column("server_url", Text(), nullable=False, server_default=""),
    Column("settings", Text(), nullable=False, server_default="{}"),
    Column("secrets", Text(), nullable=False, server_default="{}"),
    UniqueConstraint("workspace_id", "name"),
    sqlite_autoincrement=True,
    comment="tags, settings are JSON objects, as is secrets, of sealed texts. allocated_at: when nodes last"
    " came or went. server_url: where its nodes reach the server; empty for where this machine does.",
)

nodes = Table(
    "nodes",
    metadata,
    Column("id", Id, primary_key=True),
    _reference("compute_id", compute_targets.c.id, nullable=False),
    Column("number", Integer, nullable=False),
    Column("job_id", BigInteger),
    Column("since_at", BigInteger, nullable=False),
    UniqueConstraint("compute_id", "number"),
    Index(None, "job_id"),
    comment="The nodes that there are now; job_id: what runs on it.",
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("run", BigInteger, nullable=False, unique=True),
    Column("run_id", Text(), nullable=False, unique=True),
    _reference("workspace_id", workspaces.c.id, nullable=False),
    Column("parent_job_id", BigInteger),
    Column("compute", Text(), nullable=False),
    Column("compute_id", BigInteger),
    Column("state", Text(), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("spec", Text(), nullable=False),
    Column("max_seconds", Integer, nullable=False),
    Column("definition", Text(), nullable=False),
    Column("description", Text(), nullable=False),
    Column("user_id", BigInteger),
    Column("submitted_by", Text(), nullable=False),
    Column("permissions", Text()),
    Column("created_at", BigInteger, nullable=False),
    Column("started_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("attempt", Integer, nullable=False),
    Column("not_before", BigInteger),
    Column("node", Text()),
    Column("host", Text()),
    Column("handle", Text()),
    Column("waiting", Text()),
    Column("expected_at", BigInteger),
    Column("claim", Text()),
    Column("claimed_until", BigInteger),
    Column("seen_at", BigInteger),
    Column("cancel_at", BigInteger),
    Column("sealed", Boolean, nullable=False),
    Column("link_key", Text(), nullable=False),
    Column("error", Text()),
    Column("warnings", Text(), nullable=False),
    Index(None, "workspace_id", "id"),
    Index(None, "compute_id", "state"),
    Index(None, "state"),
    sqlite_autoincrement=True,
    comment="spec, definition, error, warnings: JSON. handle: how its engine knows it, on that host."
    " waiting: why it has not begun there, while it has not. expected_at: when it is expected to."
    " not_before: until when it waits to be started again. seen_at: when its launcher was last heard of, or"
    " that it waits."
    " sealed: whether its logs are artifacts."
    " link_key: what signs the links to its logs. permissions: what the submitting token is limited to.",
)
