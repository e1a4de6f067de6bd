"""Bringing a database to this version's schema.

A new database is made by the same migrations that an old one goes through. An older SQLite database is
copied before it is touched; one made by a newer version is refused.
"""

import logging
import re
import sqlite3
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from lazward.errors import ConfigError
from lazward_server.db import space
from lazward_server.db.clock import now
from lazward_server.db.schema import metadata

log = logging.getLogger("lazward.db")

HEAD = "0010"
"""The newest migration; a test keeps it equal to what Alembic finds."""

_OURS = re.compile(r"\d{4}")
_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x6C_61_7A_77
"""PostgreSQL's advisory lock that processes take before they migrate."""


def prepare(engine: sa.Engine) -> None:
    """Make the database ready to use, with the default workspace in it.

    Raises:
        ConfigError: The database was made by a newer version of Lazward, or by another program.
    """
    _upgrade_if_needed(engine)
    if engine.dialect.name == "sqlite" and space.make_shrinkable(engine):
        log.info("wrote the database anew, so that removed rows give their space back")


def _upgrade_if_needed(engine: sa.Engine) -> None:
    with _exclusive(engine) as connection:
        version = _version(connection)
        _refuse_foreign(connection, version)
        if version is not None and version > HEAD:
            raise ConfigError(
                f"The database is at schema {version}, made by a newer version of Lazward; this one knows up"
                f" to {HEAD}. Install the newer version, or restore a backup."
            )
        if version == HEAD:
            return
        if version is not None:
            _back_up(engine, version)
        log.info("bringing the database from schema %s to %s", version or "nothing", HEAD)
        _upgrade(connection)
        if version is None:
            _seed(connection)


def _version(connection: sa.Connection) -> str | None:
    """The migration the database is at, None for an empty one."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("select version_num from alembic_version")).scalar()


def _refuse_foreign(connection: sa.Connection, version: str | None) -> None:
    """Leave a database alone that another program made, MLflow's for one, which Alembic looks after too."""
    if version is None:
        foreign = set(metadata.tables).intersection(sa.inspect(connection).get_table_names())
    else:
        foreign = () if _OURS.fullmatch(version) else ("alembic_version",)
    if foreign:
        raise ConfigError(
            f"The database is not Lazward's: another program made its table {min(foreign)!r}."
            " Give a database that is empty."
        )


@contextmanager
def _exclusive(engine: sa.Engine) -> Generator[sa.Connection]:
    """A transaction in which no other process of this database migrates."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        yield connection


def _upgrade(connection: sa.Connection) -> None:
    # Alembic takes a moment to import, which a start on a current database need not pay.
    from alembic import command

    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def configuration() -> Any:
    """Alembic's configuration for our migrations."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config


def _seed(connection: sa.Connection) -> None:
    """The default workspace and its experiment 0, made once: a deleted one stays deleted."""
    time_ = now()
    connection.execute(
        sa.text("insert into workspaces(id, name, created_at) values (1, 'default', :now)"), {"now": time_}
    )
    connection.execute(
        sa.text(
            "insert into experiments(id, workspace_id, name, artifact_location, created_at, updated_at)"
            " values (0, 1, 'Default', 'mlflow-artifacts:/0', :now, :now)"
        ),
        {"now": time_},
    )
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("select setval(pg_get_serial_sequence('workspaces', 'id'), 1)"))


def _back_up(engine: sa.Engine, version: str) -> None:
    """Copy a SQLite database beside itself; PostgreSQL's administrators have their own ways."""
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection:
        source: Any = connection.connection.driver_connection
        path = Path(source.execute("pragma database_list").fetchone()[2])
        copy = path.with_name(f"{path.name}.schema-{version}.{time.strftime('%Y%m%dT%H%M%S')}.backup")
        target = sqlite3.connect(copy)
        source.backup(target)
        target.close()
    copy.chmod(0o600)
    log.info("kept a copy of the database as %s", copy.name)
