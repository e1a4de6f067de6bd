"""What goes wrong inside is told to the log: clients read neither SQL, nor tables, nor where things lie."""

import asyncio
import logging

import pytest
import sqlalchemy as sa

from lazward.errors import InvalidRequest, LazwardError, Unavailable
from lazward_server.db.schema import runs

BROKEN = [
    "select secret_column from no_such_table where x = 'canary'",
    "insert into runs(id) values ('canary')",
    "selec canary",
]
INSIDE = (
    "select",
    "insert",
    "selec ",
    "no_such_table",
    "secret_column",
    "canary",
    "LINE",
    "DETAIL",
    "runs",
    "psycopg",
)


@pytest.mark.parametrize("statement", BROKEN)
def test_a_statement_that_fails_is_told_to_the_log_and_not_to_the_client(database, caplog, statement):
    caplog.set_level(logging.WARNING, "lazward.db")
    for run in (database.write_now, database.read_now):
        with pytest.raises(Exception, match=r".") as failed:
            run(lambda tx: tx.execute(sa.text(statement)))
        text = str(failed.value) if isinstance(failed.value, LazwardError) else ""
        assert not [word for word in INSIDE if word in text], text
        assert isinstance(failed.value, Unavailable | InvalidRequest)
    assert any(word in caplog.text for word in ("no_such_table", "syntax", "mismatch", "constraint", "type"))


def test_a_value_too_large_for_postgresql_names_no_index(postgres):
    from lazward_server.db.database import Database

    db = Database(postgres.database())
    try:
        with pytest.raises(InvalidRequest) as refused:
            db.write_now(lambda tx: tx.execute(sa.update(runs).values(id=sa.literal(2) ** 100)))
        db.write_now(lambda tx: tx.execute(sa.text("create table t(x text primary key)")))
        random = sa.text("insert into t select string_agg(md5(i::text), '') from generate_series(1, 900) i")
        with pytest.raises(InvalidRequest) as long:
            db.write_now(lambda tx: tx.execute(random))
    finally:
        db.close()
    for error in (refused, long):
        assert not [
            word for word in ("index", "t_pkey", "btree", "relation", "HINT") if word in str(error.value)
        ]


def test_a_database_that_is_gone_is_not_described(postgres):
    from lazward_server.db.database import Database

    db = Database(postgres.database().replace("/t", "/never_made_"))
    try:
        for run in (db.write, db.read):
            with pytest.raises(Unavailable) as failed:
                asyncio.run(run(lambda tx: tx.execute(sa.text("select 1"))))
            assert "never_made_" not in str(failed.value)
            assert "/" not in str(failed.value)
    finally:
        db.close()
