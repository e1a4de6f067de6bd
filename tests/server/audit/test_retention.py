"""What is too old goes, a slice at a time."""

import asyncio

import pytest

from lazward.wire.audit import SearchAudit
from lazward_server.audit import log, retention
from lazward_server.audit.log import Row
from lazward_server.db.clock import now

DAY = 86_400


@pytest.mark.parametrize(("days", "left"), [(0, [0, 9, 11, 400]), (10, [0, 9]), (365, [0, 9, 11])])
def test_old_entries_go_in_slices(database, monkeypatch, days, left):
    monkeypatch.setattr(log, "_FORGOTTEN_AT_ONCE", 1)
    monkeypatch.setattr(retention, "_PAUSE", 0)
    ages = [0, 9, 11, 400]
    rows = [
        Row(now() - age * DAY * 1000, str(age), None, "", "login", None, "", "{}", 200, "", 1) for age in ages
    ]
    database.write_now(log.append, rows)
    asyncio.run(retention.forget_old(database, days * DAY))
    assert [int(entry.user) for entry in database.read_now(log.search, SearchAudit()).entries] == left
