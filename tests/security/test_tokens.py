"""Tokens that were stolen, revoked, expired, or that belong to somebody who is kept out: replays fail."""

import asyncio
import time
from types import SimpleNamespace

import pytest

from lazward.errors import PermissionDenied, Unauthenticated
from lazward_server.auth import gate, roles, tokens, users
from lazward_server.auth.gate import Gate
from lazward_server.auth.roles import Role
from lazward_server.auth.tokens import Kind, Scope
from lazward_server.db.clock import now
from lazward_server.http.permission import Permission


@pytest.fixture
def ada(database):
    made = database.write_now(users.create, "ada")
    database.write_now(roles.assign, made.id, 1, Role.OWNER)
    return made.id


def admitted(at, token, needs=Permission.RUN_WRITE):
    """Who it is, or the status of the refusal."""

    async def run():
        try:
            caller, _ = await at.admit(f"Bearer {token}".encode(), None, needs)
        except (Unauthenticated, PermissionDenied) as error:
            return error.status
        await asyncio.gather(*at._notes)  # that the token was used
        return caller.name

    return asyncio.run(run())


def pass_time(monkeypatch, seconds):
    """Let the gate and the tokens think that it is later."""
    later = SimpleNamespace(monotonic=lambda: time.monotonic() + seconds, time=lambda: time.time() + seconds)
    monkeypatch.setattr(gate, "time", later)
    monkeypatch.setattr(tokens, "now", lambda: now() + int(seconds * 1000))


def revoke(tx, ada, token, _parent):
    tokens.revoke(tx, ada, tokens.find(tx, tokens.digest(token)).id)


def revoke_parent(tx, ada, _token, parent):
    tokens.revoke(tx, ada, tokens.find(tx, tokens.digest(parent)).id)


def disable(tx, ada, _token, _parent):
    users.set_disabled(tx, ada, disabled=True)


def remove(tx, ada, _token, _parent):
    users.remove(tx, ada)


def lose_role(tx, ada, _token, _parent):
    roles.remove(tx, ada, 1)


def become_reader(tx, ada, _token, _parent):
    roles.assign(tx, ada, 1, Role.READER)


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (revoke, 401),
        (revoke_parent, 401),
        (disable, 401),
        (remove, 401),
        (lose_role, 403),
        (become_reader, 403),
    ],
)
def test_what_has_ended_opens_nothing_once_the_process_looks_again(database, ada, end, status, monkeypatch):
    parent = database.write_now(tokens.create, ada, "p")
    bearer = database.read_now(tokens.find, tokens.digest(parent))
    derived = {"kind": Kind.ACCESS, "parent_id": bearer.id, "expires_at": now() + 3_600_000}
    token = database.write_now(tokens.create, ada, "a", **derived)
    at = Gate(database, required=True)
    assert admitted(at, token) == "ada"
    database.write_now(end, ada, token, parent)
    pass_time(monkeypatch, 31)
    assert admitted(at, token) == status


def test_no_answer_of_the_gate_is_remembered_for_a_minute():
    assert gate._REMEMBER <= 60


def test_a_token_dies_on_time_even_if_it_was_just_used(database, ada, monkeypatch):
    token = database.write_now(tokens.create, ada, "t", expires_at=now() + 60_000)
    at = Gate(database, required=True)
    assert admitted(at, token) == "ada"
    pass_time(monkeypatch, 61)
    assert admitted(at, token) == 401


def test_a_stolen_access_token_makes_no_longer_lived_one(database, ada):
    parent = database.write_now(tokens.create, ada, "p")
    bearer = database.read_now(tokens.find, tokens.digest(parent))
    derived = {"kind": Kind.ACCESS, "parent_id": bearer.id, "expires_at": now() + 1000}
    token = database.write_now(tokens.create, ada, "a", **derived)
    assert admitted(Gate(database, required=True), token, Permission.OWN_CREDENTIAL) == 403
    stolen = database.read_now(tokens.find, tokens.digest(token))
    with pytest.raises(PermissionDenied):
        database.write_now(tokens.derive, stolen, 3600)


def test_a_token_for_one_right_in_one_workspace_has_no_other(database, ada):
    scope = Scope(1, frozenset({Permission.RUN_READ}))
    token = database.write_now(tokens.create, ada, "t", scope=scope)
    at = Gate(database, required=True)
    assert admitted(at, token, Permission.RUN_READ) == "ada"
    others = [
        one for one in Permission if one not in (Permission.RUN_READ, Permission.PUBLIC, Permission.SIGNED_IN)
    ]
    assert {admitted(at, token, needs) for needs in others} == {403}


def test_tokens_cannot_be_guessed_and_are_stored_as_hashes(database, ada):
    made = {database.write_now(tokens.create, ada, "t") for _ in range(20)}
    assert len(made) == 20
    assert all(len(token) >= 40 for token in made)
    assert all(database.read_now(tokens.find, token) is None for token in made)
