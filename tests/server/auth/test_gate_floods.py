"""What strangers can do to the gate: they cost no database, and no memory."""

import asyncio

import pytest

from lazward.errors import PermissionDenied, Unauthenticated
from lazward_server.auth import gate, tokens
from lazward_server.auth.gate import Gate
from lazward_server.http.permission import Permission


class Counting:
    """A database that counts its reads."""

    def __init__(self, database):
        self.database = database
        self.reads = 0

    async def read(self, *args, **kwargs):
        self.reads += 1
        return await self.database.read(*args, **kwargs)

    def write(self, *args, **kwargs):
        return self.database.write(*args, **kwargs)


@pytest.fixture
def counting(database):
    return Counting(database)


def ask(at, authorization, needs=Permission.RUN_READ, workspace=None, times=1):
    async def run():
        outcomes = []
        for _ in range(times):
            try:
                outcomes.append((await at.admit(authorization, workspace, needs))[0].name)
            except (Unauthenticated, PermissionDenied) as error:
                outcomes.append(error.status)
        await asyncio.gather(*at._notes)  # that the token was used
        return outcomes

    return asyncio.run(run())


def test_a_flood_of_one_wrong_token_is_one_look_at_the_database(counting):
    assert ask(Gate(counting, required=True), b"Bearer lzw_wrong", times=500) == [401] * 500
    assert counting.reads == 1


def test_a_wrong_token_is_looked_up_again_after_a_moment(counting, monkeypatch):
    at = Gate(counting, required=True)
    monkeypatch.setattr(gate, "_REMEMBER_UNKNOWN", 0.0)
    ask(at, b"Bearer lzw_wrong", times=3)
    assert counting.reads == 3


def test_a_token_that_was_refused_opens_once_rights_have_changed(counting, database):
    """A disabled user is let in again."""
    at = Gate(counting, required=True)
    token = database.write_now(tokens.create, 1, "t")
    at._remember_unknown(gate._Shown(tokens.digest(token), session=False))
    assert ask(at, f"Bearer {token}".encode()) == [401]
    at.forget()
    assert ask(at, f"Bearer {token}".encode()) == ["administrator"]


def test_wrong_tokens_and_public_routes_fill_no_memory(counting, monkeypatch):
    monkeypatch.setattr(gate, "_MOST_REMEMBERED", 50)
    at = Gate(counting, required=True)
    for number in range(200):
        ask(at, b"Bearer %d" % number)
        ask(at, b"x" * 10_000 + b"%d" % number, Permission.PUBLIC)
    assert len(at._unknown) <= 50
    assert at._known == {}


def test_a_padded_credential_works_and_is_not_kept(counting, database):
    at = Gate(counting, required=True)
    token = database.write_now(tokens.create, 1, "t")
    assert ask(at, b"Bearer " + b" " * 100_000 + token.encode(), times=2) == ["administrator"] * 2
    assert at._known == {}
    assert ask(at, f"Bearer {token}".encode(), Permission.SIGNED_IN, "x" * 100_000) == ["administrator"]
    assert at._known == {}
