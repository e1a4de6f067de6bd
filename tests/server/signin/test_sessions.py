"""How long sessions last."""

import pytest

from lazward_server.auth import sessions, tokens, users

HOUR = 3600 * 1000
DAY = 24 * HOUR


class Clock:
    """A clock that stands still until it is moved on."""

    def __init__(self):
        self.now = 1_700_000_000_000

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    one = Clock()
    for module in (sessions, tokens):
        monkeypatch.setattr(module, "now", one)
    return one


@pytest.fixture
def session(database, clock):  # noqa: ARG001 - the clock stands still before it begins
    return database.write_now(sessions.begin, 1)


def whose(database, session):
    bearer = database.read_now(sessions.find, session)
    return None if bearer is None else bearer.user


def test_it_is_over_twelve_hours_after_its_last_use(database, clock, session):
    clock.now += 12 * HOUR - 1
    assert whose(database, session) == "administrator"
    clock.now += 1
    assert whose(database, session) is None


def test_use_prolongs_it(database, clock, session):
    for _ in range(10):
        clock.now += 11 * HOUR
        database.write_now(sessions.touch, database.read_now(sessions.find, session))
        assert whose(database, session) == "administrator"


def test_it_is_over_after_a_week_however_it_is_used(database, clock, session):
    for _ in range(15):
        clock.now += 11 * HOUR
        database.write_now(sessions.touch, database.read_now(sessions.find, session))
    clock.now += 3 * HOUR
    assert whose(database, session) is None


def test_it_ends_with_the_token_that_was_shown_for_it(database):
    token = database.write_now(tokens.create, 1, "shown")
    bearer = database.read_now(tokens.find, tokens.digest(token))
    session = database.write_now(sessions.begin, 1, parent_id=bearer.id)
    database.write_now(tokens.revoke, None, bearer.id)
    assert whose(database, session) is None


def test_it_ends_when_its_user_is_kept_out(database):
    user = database.write_now(users.create, "ada")
    session = database.write_now(sessions.begin, user.id)
    database.write_now(users.set_disabled, user.id, disabled=True)
    assert whose(database, session) is None


def test_a_new_one_ends_the_old_one(database, session):
    database.write_now(sessions.begin, 1, instead_of=session)
    assert whose(database, session) is None


def test_a_token_is_not_ended_as_if_it_were_one(database):
    token = database.write_now(tokens.create, 1, "script")
    database.write_now(sessions.end, token)
    database.write_now(sessions.begin, 1, instead_of=token)
    assert database.read_now(tokens.find, tokens.digest(token)) is not None
