"""Migrations make the schema that the code declares, and never lose an old database."""

import re
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from lazward.errors import ConfigError
from lazward_server.db import engines, migrate, space
from lazward_server.db.schema import metadata


def test_head_is_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(migrate.configuration()).get_current_head() == migrate.HEAD


@pytest.mark.filterwarnings("ignore:autogenerate skipping")
def test_the_migrated_schema_is_the_declared_one(database_url: str) -> None:
    with engines.create(database_url).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_every_index_and_option_survives_the_migrations(tmp_path: Path) -> None:
    def statements(path: Path) -> list[list[str]]:
        rows = sqlite3.connect(path).execute("select sql from sqlite_master where sql is not null").fetchall()
        plain = (re.sub(r'["\s]+', " ", sql) for (sql,) in rows if "alembic" not in sql)
        return sorted(sorted(part.strip(" ()") for part in sql.split(",")) for sql in plain)

    migrated, declared = tmp_path / "migrated.db", tmp_path / "declared.db"
    migrate.prepare(engines.create(f"sqlite:///{migrated}"))
    metadata.create_all(engines.create(f"sqlite:///{declared}"))
    assert statements(migrated) == statements(declared)


def test_a_second_start_changes_nothing(database_url: str) -> None:
    engine = engines.create(database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("update experiments set deleted_at = 1 where id = 0"))
    migrate.prepare(engine)
    with engine.connect() as connection:
        assert connection.execute(sa.text("select id, deleted_at from experiments")).all() == [(0, 1)]


def test_a_database_of_a_newer_version_is_refused(database_url: str) -> None:
    engine = engines.create(database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("update alembic_version set version_num = '9999'"))
    with pytest.raises(ConfigError, match=r"9999.*newer version"):
        migrate.prepare(engine)


def test_an_older_sqlite_database_is_copied_before_it_is_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engines.create(f"sqlite:///{tmp_path / 'lazward.db'}")
    migrate.prepare(engine)
    with engine.begin() as connection:
        connection.execute(sa.text("update alembic_version set version_num = '0000'"))
    monkeypatch.setattr(migrate, "_upgrade", lambda _connection: None)
    migrate.prepare(engine)
    (copy,) = tmp_path.glob("lazward.db.schema-0000.*.backup")
    assert ("default",) in sqlite3.connect(copy).execute("select name from workspaces").fetchall()
    assert copy.stat().st_mode & 0o077 == 0


def test_a_database_made_before_files_could_shrink_is_written_anew_once(tmp_path: Path) -> None:
    path = tmp_path / "lazward.db"
    with sqlite3.connect(path) as old:
        old.execute("create table something(a)")
        old.execute("drop table something")
    engine = engines.create(f"sqlite:///{path}")
    for _ in range(2):
        migrate.prepare(engine)
        assert sqlite3.connect(path).execute("pragma auto_vacuum").fetchone() == (2,)
    assert not space.make_shrinkable(engine)
