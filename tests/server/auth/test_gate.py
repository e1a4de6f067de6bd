"""The gate: who is admitted where, on both databases."""

import asyncio
import base64
import itertools

import pytest
import sqlalchemy as sa

from lazward.errors import LazwardError, NotFound, PermissionDenied, Unauthenticated
from lazward_server.auth import gate as gates
from lazward_server.auth import roles, tokens, users
from lazward_server.auth.gate import Gate
from lazward_server.auth.roles import MATRIX, Role
from lazward_server.auth.tokens import Kind, Scope
from lazward_server.db import clock, schema
from lazward_server.http.permission import Permission

ON_WORKSPACE = [one for one in Permission if one in MATRIX[Role.OWNER]]
ON_SERVER = [one for one in Permission if one.on_server]
OF_ONESELF = [one for one in Permission if one.of_oneself]


class World:
    """A database with two workspaces and the people on the first."""

    def __init__(self, database):
        self.db = database
        self.gate = Gate(database, required=True)
        self.ids = {"administrator": 1}
        self.other = self.write(self._workspace)
        for role in (*Role, None):
            self.user("nobody" if role is None else role.value, role)

    def _workspace(self, tx):
        row = {"name": "other", "folder": "other-2", "created_at": 1}
        insert = sa.insert(schema.workspaces).values(row).returning(schema.workspaces.c.id)
        return tx.execute(insert).scalar_one()

    def user(self, name, role=None, **more):
        self.ids[name] = self.write(users.create, name, **more).id
        if role is not None:
            self.write(roles.assign, self.ids[name], 1, role)

    def token(self, name, **more):
        return self.write(tokens.create, self.ids[name], "test", **more)

    def write(self, fn, *args, **named):
        return self.db.write_now(fn, *args, **named)

    def bearer(self, token):
        return self.db.read_now(tokens.find, tokens.digest(token))

    def admit(self, token, needs=Permission.RUN_READ, workspace=None, gate=None):
        async def run():
            gate_ = gate or self.gate
            caller, found = await gate_.admit(f"Bearer {token}".encode(), workspace, needs)
            await asyncio.gather(*gate_._notes)
            return caller, found

        return asyncio.run(run())

    def allowed(self, token, needs, workspace=None):
        """Whether it is, by a gate that remembers nothing."""
        try:
            self.admit(token, needs, workspace, Gate(self.db, required=True))
        except PermissionDenied:
            return False
        return True


@pytest.fixture
def world(database):
    return World(database)


class TestRoles:
    @pytest.mark.parametrize("role", Role)
    def test_each_role_may_what_the_matrix_says_on_its_workspace_and_nothing_elsewhere(self, world, role):
        token = world.token(role.value)
        may = {one for one in Permission if world.allowed(token, one, "default")}
        assert may == {Permission.PUBLIC, *OF_ONESELF, *MATRIX[role]}
        elsewhere = {one for one in Permission if world.allowed(token, one, "other")}
        assert elsewhere == {Permission.PUBLIC, *OF_ONESELF}

    def test_each_role_may_more_than_the_one_before(self):
        ranks = [MATRIX[role] for role in Role]
        assert all(lower < higher for lower, higher in itertools.pairwise(ranks))
        assert not any(one.on_server or one.of_oneself for one in ranks[-1])

    def test_every_permission_is_somebodys(self):
        assert {Permission.PUBLIC, Permission.JOB_RUN, *OF_ONESELF, *ON_WORKSPACE, *ON_SERVER} == set(
            Permission
        )

    def test_who_has_no_role_may_nothing_but_what_is_their_own(self, world):
        token = world.token("nobody")
        assert {one for one in Permission if world.allowed(token, one)} == {Permission.PUBLIC, *OF_ONESELF}

    def test_administrators_may_everything_everywhere(self, world):
        token = world.token("administrator")
        for workspace in ("default", "other"):
            assert {one for one in Permission if not world.allowed(token, one, workspace)} == {
                Permission.JOB_RUN
            }

    def test_without_a_workspace_the_default_one_is_meant(self, world):
        assert world.admit(world.token("reader"))[1].name == "default"

    def test_a_changed_role_counts_once_the_gate_asks_again(self, world):
        token = world.token("reader")
        world.admit(token)
        world.write(roles.remove, world.ids["reader"], 1)
        world.admit(token)  # remembered
        world.gate.forget()
        with pytest.raises(PermissionDenied):
            world.admit(token)


class TestStrangers:
    def test_a_workspace_that_is_not_there_reads_like_one_of_others(self, world):
        token, told = world.token("owner"), set()
        for workspace in ("other", "nowhere"):
            with pytest.raises(PermissionDenied) as caught:
                world.admit(token, workspace=workspace)
            told.add(caught.value.message.replace(workspace, "W"))
        assert len(told) == 1

    def test_administrators_are_told_that_it_is_not_there(self, world):
        with pytest.raises(NotFound, match="nowhere"):
            world.admit(world.token("administrator"), workspace="nowhere")

    def test_a_workspace_that_is_being_deleted_is_gone(self, world):
        token = world.token("owner")
        world.write(lambda tx: tx.execute(sa.update(schema.workspaces).values(deleting_at=1)))
        with pytest.raises(PermissionDenied):
            world.admit(token)

    @pytest.mark.parametrize(
        "header",
        [
            b"",
            b"Bearer",
            b"Bearer lzw_wrong",
            b"Basic !!!",
            b"Digest x",
            b"Basic " + base64.b64encode(b"no"),
            b"\xff",
        ],
    )
    @pytest.mark.parametrize("needs", [Permission.RUN_READ, Permission.SIGNED_IN, Permission.USER_WRITE])
    def test_without_a_valid_token_nobody_comes_in(self, world, header, needs):
        with pytest.raises(Unauthenticated):
            asyncio.run(world.gate.admit(header, None, needs))

    def test_what_is_public_is_not_even_asked(self, world):
        caller, _ = asyncio.run(world.gate.admit(b"Bearer lzw_wrong", None, Permission.PUBLIC))
        assert (caller.name, caller.user_id, caller.administrator) == ("anonymous", None, False)

    def test_a_hash_is_no_token(self, world):
        with pytest.raises(Unauthenticated):
            world.admit(tokens.digest(world.token("owner")))

    def test_basic_authentication_takes_the_token_as_password(self, world):
        header = b"Basic " + base64.b64encode(f"whoever:{world.token('reader')}".encode())
        caller, _ = asyncio.run(world.gate.admit(header, None, Permission.RUN_READ))
        assert caller.name == "reader"


class TestScope:
    def test_a_token_for_one_workspace_opens_no_other(self, world):
        world.write(roles.assign, world.ids["owner"], world.other, Role.OWNER)
        token = world.token("owner", scope=Scope(workspace_id=world.other))
        assert world.allowed(token, Permission.RUN_WRITE, "other")
        assert not world.allowed(token, Permission.RUN_READ, "default")

    def test_an_administrators_token_for_a_workspace_does_not_administer(self, world):
        token = world.token("administrator", scope=Scope(workspace_id=1))
        assert all(world.allowed(token, one) for one in ON_WORKSPACE)
        assert not any(world.allowed(token, one) for one in ON_SERVER)
        assert not world.allowed(token, Permission.RUN_READ, "other")

    @pytest.mark.parametrize("name", ["reader", "owner", "administrator"])
    def test_a_token_has_the_rights_that_both_its_user_and_its_scope_have(self, world, name):
        only = frozenset({Permission.RUN_READ, Permission.RUN_WRITE, Permission.USER_READ})
        token = world.token(name, scope=Scope(permissions=only))
        theirs = {one for one in Permission if world.allowed(world.token(name), one)}
        may = {one for one in Permission if world.allowed(token, one)}
        assert may == (only & theirs) | {Permission.PUBLIC, Permission.SIGNED_IN}

    @pytest.mark.parametrize("scope", [Scope(1), Scope(permissions=frozenset(Permission))])
    def test_a_token_with_a_part_of_the_rights_cannot_make_a_whole_one(self, world, scope):
        token = world.token("administrator", scope=scope)
        assert not any(world.allowed(token, one) for one in Permission if one.lasting)

    def test_an_access_token_cannot_do_what_would_outlast_it(self, world):
        parent = world.token("administrator")
        token, _ = world.write(tokens.derive, world.bearer(parent), 60)
        assert {one for one in Permission if not world.allowed(token, one)} == {
            Permission.OWN_CREDENTIAL,
            Permission.USER_WRITE,
            Permission.JOB_RUN,
        }


class TestEnd:
    def test_an_expired_token(self, world):
        with pytest.raises(Unauthenticated):
            world.admit(world.token("owner", expires_at=clock.now() - 1))

    def test_what_is_remembered_ends_with_the_token(self, world, monkeypatch):
        token = world.token("owner", expires_at=clock.now() + 1000)
        world.admit(token)
        later, millis = gates.time.monotonic() + 1.5, clock.now() + 1500
        monkeypatch.setattr(gates.time, "monotonic", lambda: later)
        monkeypatch.setattr(tokens, "now", lambda: millis)
        with pytest.raises(Unauthenticated):
            world.admit(token)

    def test_what_is_remembered_is_asked_again_within_a_minute(self, world, monkeypatch):
        token = world.token("owner")
        world.admit(token)
        world.write(tokens.revoke, None, world.bearer(token).id)
        assert world.admit(token)[0].name == "owner"
        later = gates.time.monotonic() + 31
        monkeypatch.setattr(gates.time, "monotonic", lambda: later)
        with pytest.raises(Unauthenticated):
            world.admit(token)

    @pytest.mark.parametrize("kind", [Kind.PERSONAL, Kind.LOGIN])
    def test_a_derived_token_dies_with_its_parent(self, world, kind):
        parent = world.token("owner", kind=kind)
        child, _ = world.write(tokens.derive, world.bearer(parent), 3600)
        assert world.allowed(child, Permission.RUN_WRITE)
        world.write(tokens.revoke, world.ids["owner"], world.bearer(parent).id)
        for token in (parent, child):
            with pytest.raises(Unauthenticated):
                world.allowed(token, Permission.RUN_WRITE)

    def test_a_derived_token_whose_parent_is_gone_is_worthless(self, world):
        parent = world.token("owner")
        child, _ = world.write(tokens.derive, world.bearer(parent), 3600)
        gone = schema.tokens.c.id == world.bearer(parent).id
        world.write(lambda tx: tx.execute(sa.delete(schema.tokens).where(gone)))
        with pytest.raises(Unauthenticated):
            world.allowed(child, Permission.RUN_READ)

    def test_a_disabled_user_is_out_with_all_tokens_until_let_in_again(self, world):
        token = world.token("owner")
        child, _ = world.write(tokens.derive, world.bearer(token), 3600)
        world.write(users.set_disabled, world.ids["owner"], disabled=True)
        for one in (token, child):
            with pytest.raises(Unauthenticated):
                world.allowed(one, Permission.RUN_READ)
        world.write(users.set_disabled, world.ids["owner"], disabled=False)
        assert world.allowed(token, Permission.RUN_READ)

    def test_a_removed_user_is_out(self, world):
        token = world.token("owner")
        world.write(users.remove, world.ids["owner"])
        with pytest.raises(Unauthenticated):
            world.allowed(token, Permission.RUN_READ)

    def test_a_refusal_is_not_remembered(self, world):
        token = world.token("nobody")
        with pytest.raises(PermissionDenied):
            world.admit(token)
        world.write(roles.assign, world.ids["nobody"], 1, Role.READER)
        assert world.admit(token)[0].name == "nobody"

    def test_what_is_remembered_for_one_right_is_no_other(self, world):
        token = world.token("reader")
        world.admit(token, Permission.RUN_READ)
        for needs, workspace in ((Permission.RUN_WRITE, None), (Permission.RUN_READ, "other")):
            with pytest.raises(PermissionDenied):
                world.admit(token, needs, workspace)

    def test_memory_is_bounded(self, world, monkeypatch):
        monkeypatch.setattr(gates, "_MOST_REMEMBERED", 10)
        for number in range(50):
            asyncio.run(world.gate.admit(b"x%d" % number, None, Permission.PUBLIC))
        assert len(world.gate._known) <= 10


class TestUse:
    def test_the_last_use_of_a_token_and_its_parent_is_noted(self, world):
        parent = world.token("owner")
        child, _ = world.write(tokens.derive, world.bearer(parent), 60)
        world.admit(child)
        assert world.bearer(parent).touched
        assert world.bearer(child).touched

    def test_a_login_lives_on_while_it_or_what_is_derived_from_it_is_used(self, world):
        soon = clock.now() + 60_000
        login = world.token("owner", kind=Kind.LOGIN, expires_at=soon)
        child, _ = world.write(tokens.derive, world.bearer(login), 30)
        end = world.bearer(child).expires_at
        world.admit(child)
        assert world.bearer(login).expires_at >= clock.now() + tokens.LOGIN_LIFE - 60_000
        assert world.bearer(child).expires_at == end

    def test_a_personal_token_ends_when_it_was_to_end(self, world):
        soon = clock.now() + 60_000
        token = world.token("owner", expires_at=soon)
        world.admit(token)
        assert world.bearer(token).expires_at == soon

    def test_who_cannot_be_noted_comes_in_all_the_same(self, world, monkeypatch):
        async def fails(*_):
            raise LazwardError("the disk is full")

        token = world.token("owner")
        monkeypatch.setattr(world.db, "write", fails)
        assert world.admit(token)[0].name == "owner"


class TestOff:
    def test_everybody_may_everything_with_any_token_or_none(self, world):
        gate = Gate(world.db, required=False)
        for header in (b"", b"Bearer lzw_wrong"):
            for needs in Permission:
                caller, workspace = asyncio.run(gate.admit(header, None, needs))
                assert (caller.name, workspace.name) == ("anonymous", "default")

    def test_a_workspace_that_is_not_there_is_told(self, world):
        with pytest.raises(NotFound):
            asyncio.run(Gate(world.db, required=False).admit(b"", "nowhere", Permission.RUN_READ))
