"""The log's rows on both databases: appended, found, forgotten by age only."""

import json

import pytest
import sqlalchemy as sa

from lazward.errors import InvalidRequest
from lazward.wire.audit import SearchAudit
from lazward_server.audit import log
from lazward_server.audit.log import Row
from lazward_server.db.clock import now
from lazward_server.db.schema import audit

DAY = 86_400_000


def row(number=0, **changes):
    first = Row(
        at=now() - 1000 + number,
        user="ada",
        token_id=7,
        address="10.0.0.1",
        action="runs.delete",
        workspace_id=1,
        workspace="default",
        target=json.dumps({"run_id": f"r{number}"}),
        status=200,
        code="",
        times=1,
    )
    return first._replace(**changes)


@pytest.fixture
def found(database):
    def search(workspace_id=None, **asked):
        return database.read_now(log.search, SearchAudit(**asked), workspace_id)

    return search


def ids(answer):
    return [entry.target["run_id"] for entry in answer.entries]


def test_an_entry_comes_back_as_it_was_written(database, found):
    database.write_now(log.append, [row(3, code="PERMISSION_DENIED", status=403, times=5)])
    (entry,) = found().entries
    assert (entry.user, entry.token_id, entry.address, entry.action) == ("ada", 7, "10.0.0.1", "runs.delete")
    assert (entry.workspace, entry.target, entry.status) == ("default", {"run_id": "r3"}, 403)
    assert (entry.code, entry.count) == ("PERMISSION_DENIED", 5)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"user": "bob"}, ["r1"]),
        ({"user": "Bob"}, []),
        ({"action": "runs"}, ["r4", "r3", "r1", "r0"]),
        ({"action": "runs.create"}, ["r3"]),
        ({"action": "run"}, []),
        ({"action": "runs.%"}, []),
        ({"workspace": "other"}, ["r4"]),
        ({"address": "10.0.0.9"}, ["r2"]),
        ({"status": 404}, ["r0"]),
        ({"text": "r2"}, ["r2"]),
        ({"text": "other"}, ["r4"]),
        ({"text": "_"}, ["r4", "r3", "r2", "r1", "r0"]),
        ({"text": "%"}, []),
        ({"user": "ada", "action": "runs.delete"}, ["r4", "r0"]),
    ],
)
def test_filters(database, found, asked, expected):
    rows = [
        row(0, status=404),
        row(1, user="bob"),
        row(2, action="users.create", address="10.0.0.9"),
        row(3, action="runs.create"),
        row(4, workspace_id=2, workspace="other"),
    ]
    database.write_now(log.append, rows)
    assert ids(found(**asked)) == expected


def test_times_are_from_and_before(database, found):
    start = now()
    database.write_now(log.append, [row(i, at=start + i) for i in range(5)])
    assert ids(found(since=start + 1, until=start + 4)) == ["r3", "r2", "r1"]


def test_a_workspaces_log_is_its_own_even_under_a_name_used_again(database, found):
    database.write_now(log.append, [row(0), row(1, workspace_id=2, workspace="default")])
    assert ids(found(1)) == ["r0"]
    assert ids(found(1, workspace="default")) == ["r0"]
    assert ids(found(workspace="default")) == ["r1", "r0"]


def test_pages_go_through_all_entries_once_while_new_ones_come(database, found):
    at = now()
    database.write_now(log.append, [row(i, at=at + i // 3) for i in range(25)])
    seen, token = [], ""
    while True:
        page = found(max_results=4, page_token=token)
        seen += ids(page)
        database.write_now(log.append, [row(99, at=at + 100)])
        token = page.next_page_token
        if not token:
            break
    assert seen == [f"r{i}" for i in reversed(range(25))]


@pytest.mark.parametrize("token", ["x", "1", "1-2-3", "-", "1-x", f"{2**64}-1", f"1-{2**63}", "é-1"])
def test_a_foreign_page_token_is_refused(found, token):
    with pytest.raises(InvalidRequest, match="page token"):
        found(page_token=token)


def test_only_old_entries_are_forgotten_and_in_slices(database, found, monkeypatch):
    monkeypatch.setattr(log, "_FORGOTTEN_AT_ONCE", 10)
    old = [row(i, at=now() - 400 * DAY + i) for i in range(15)]
    database.write_now(log.append, [*old, row(100), row(101, at=now() - 300 * DAY)])
    before = now() - 365 * DAY
    assert database.write_now(log.forget, before) is True
    assert len(found().entries) == 7
    assert database.write_now(log.forget, before) is False
    assert ids(found()) == ["r100", "r101"]


@pytest.mark.parametrize(
    "change",
    [
        sa.update(audit).values(user_name="nobody"),
        sa.update(audit).where(audit.c.at < 5000).values(status=200),
        sa.delete(audit),
        sa.delete(audit).where(audit.c.status == 403),
    ],
    ids=str,
)
def test_the_database_itself_keeps_young_entries_and_changes_none(database, found, change):
    database.write_now(log.append, [row(1, status=403), row(2, at=1)])
    with pytest.raises(Exception, match=r"audit log|did not take"):
        database.write_now(lambda tx: tx.execute(change).rowcount)
    assert ids(found()) == ["r1", "r2"]


def test_numbers_are_never_used_again(database, found):
    database.write_now(log.append, [row(1, at=now() - 3 * DAY)])
    (gone,) = found().entries
    database.write_now(log.forget, now() - 2 * DAY)
    database.write_now(log.append, [row(2)])
    assert found().entries[0].id > gone.id
