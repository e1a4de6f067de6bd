"""Making, deriving, listing and revoking tokens over the API, on both databases."""

import time

import pytest
import sqlalchemy as sa

from lazward_server.auth import tokens
from lazward_server.auth.roles import MATRIX, Role
from lazward_server.db.clock import now
from lazward_server.db.schema import tokens as tokens_table
from lazward_server.signin import chores


class TestCreate:
    def test_for_oneself_with_all_of_ones_rights(self, people):
        name, token = people.make("ada", "reader")
        made = people.get("POST", "tokens", token, name="script")
        me = people.get("GET", "me", made["token"])
        assert (me["name"], me["token"]["id"], me["token"]["kind"]) == (name, made["id"], "personal")
        assert "permissions" not in me["token"]

    def test_capped_by_a_role_or_by_permissions(self, people):
        _, token = people.make("ada", "owner")
        capped = people.get("POST", "tokens", token, name="x", role="reader")["token"]
        permissions = people.get("GET", "me", capped)["token"]["permissions"]
        assert permissions == sorted(one.value for one in MATRIX[Role.READER])
        single = people.get("POST", "tokens", token, name="x", permissions=["member:read"])["token"]
        for shown, status in ((capped, 403), (single, 200)):
            assert people.ask("GET", "workspaces/default/members", shown).status_code == status

    def test_for_one_workspace(self, people):
        _, token = people.make("ada", "reader")
        made = people.get("POST", "tokens", token, name="x", workspace="default")
        (listed,) = (one for one in people.get("GET", "tokens", token)["tokens"] if one["id"] == made["id"])
        assert listed["workspace"] == "default"

    def test_a_workspace_of_strangers_reads_like_one_that_is_not_there(self, people):
        _, token = people.make("ada")
        told = {
            people.refused(403, "POST", "tokens", token, name="x", workspace=name).replace(name, "W")
            for name in ("default", "nowhere")
        }
        assert len(told) == 1
        people.refused(404, "POST", "tokens", name="x", workspace="nowhere")

    def test_for_a_service_account_by_an_administrator(self, people):
        name, _ = people.make("bot", kind="service", password=None)
        made = people.get("POST", f"users/{name}/tokens", name="x", workspace="default", expires_in=3600)
        assert people.get("GET", "me", made["token"])["name"] == name
        assert made["expires_at"] > time.time() * 1000 + 3_590_000

    def test_what_makes_no_sense_is_refused(self, people):
        for wrong in (
            {"role": "reader", "permissions": ["run:read"]},
            {"role": "king"},
            {"permissions": ["run:fly"]},
            {"permissions": ["public"]},
            {"permissions": ["own-credential"]},
            {"expires_in": 0},
            {"expires_in": 60, "expires_at": 2**45},
            {"expires_at": 1},
        ):
            people.refused(400, "POST", "tokens", name="x", **wrong)
        people.refused(400, "POST", "tokens")

    def test_it_cannot_outlive_the_personal_token_it_was_made_with(self, people):
        _, token = people.make("ada")
        short = people.get("POST", "tokens", token, name="short", expires_in=60)
        for asked in ({}, {"expires_in": 10**9}, {"expires_at": 2**50}):
            made = people.get("POST", "tokens", short["token"], name="x", **asked)
            assert made["expires_at"] == short["expires_at"]
        assert (
            people.get("POST", "tokens", short["token"], name="x", expires_in=1)["expires_at"]
            < short["expires_at"]
        )

    def test_not_with_a_token_that_is_limited_or_derived(self, people):
        _, token = people.make("ada", "owner")
        limited = people.get("POST", "tokens", token, name="x", role="owner")["token"]
        access = people.get("POST", "tokens/access", token)["access_token"]
        for shown in (limited, access):
            people.refused(403, "POST", "tokens", shown, name="x")
            people.refused(403, "POST", "me/password", shown, old_password="x", new_password="y")
        admin = people.get("POST", "tokens/access")["access_token"]
        for verb, path, message in (
            ("POST", "users", {"name": people.name("x")}),
            ("PATCH", "users/administrator", {"email": "x"}),
            ("POST", "users/administrator/tokens", {"name": "x"}),
            ("DELETE", "users/administrator", {}),
        ):
            people.refused(403, verb, path, admin, **message)


class TestAccess:
    def test_it_has_its_parents_rights_and_a_short_life(self, people):
        name, token = people.make("ada", "reader")
        made = people.get("POST", "tokens/access", token)
        assert (made["expires_in"], made["token_type"]) == (3600, "Bearer")
        assert abs(made["expires_at"] / 1000 - time.time() - 3600) < 30
        me = people.get("GET", "me", made["access_token"])
        assert (me["name"], me["token"]["kind"]) == (name, "access")

    def test_it_keeps_its_parents_limits(self, people):
        _, token = people.make("ada", "owner")
        limited = people.get("POST", "tokens", token, name="x", role="reader", workspace="default")["token"]
        access = people.get("POST", "tokens/access", limited)["access_token"]
        people.refused(403, "GET", "workspaces/default/members", access)

    def test_it_renews_neither_itself_nor_anything_else(self, people):
        access = people.get("POST", "tokens/access")["access_token"]
        assert "access token" in people.refused(403, "POST", "tokens/access", access)

    def test_it_does_not_outlive_a_personal_token(self, people):
        made = people.get("POST", "tokens", name="x", expires_in=30)
        derived = people.get("POST", "tokens/access", made["token"])
        assert derived["expires_at"] == made["expires_at"]
        assert 25 <= derived["expires_in"] <= 30

    def test_it_is_in_no_list(self, people):
        _, token = people.make("ada")
        people.get("POST", "tokens/access", token)
        assert {one["kind"] for one in people.get("GET", "tokens", token)["tokens"]} == {"personal"}


class TestRevoke:
    def test_ones_own(self, people):
        _, token = people.make("ada")
        made = people.get("POST", "tokens", token, name="x")
        access = people.get("POST", "tokens/access", made["token"])["access_token"]
        people.get("DELETE", f"tokens/{made['id']}", token)
        assert not people.valid(made["token"])
        assert not people.valid(access)
        assert made["id"] not in [one["id"] for one in people.get("GET", "tokens", token)["tokens"]]
        people.refused(404, "DELETE", f"tokens/{made['id']}", token)

    def test_somebody_elses_only_by_an_administrator(self, people):
        (_, mine), (_, theirs) = people.make("ada"), people.make("bob")
        number = people.get("GET", "me", theirs)["token"]["id"]
        people.refused(404, "DELETE", f"tokens/{number}", mine)
        people.refused(403, "DELETE", f"server/tokens/{number}", mine)
        people.get("DELETE", f"server/tokens/{number}")
        assert not people.valid(theirs)

    @pytest.mark.parametrize("number", ["0", "x", "-1", "9" * 30, "1.5"])
    def test_what_is_no_token_is_not_found(self, people, number):
        people.refused(404, "DELETE", f"tokens/{number}")

    def test_lists_are_of_ones_own_or_everybodys_for_administrators(self, people):
        name, token = people.make("ada")
        assert {one["user"] for one in people.get("GET", "tokens", token)["tokens"]} == {name}
        assert {one["user"] for one in people.get("GET", f"users/{name}/tokens")["tokens"]} == {name}
        everybody = people.get("GET", "server/tokens")["tokens"]
        assert {name, "administrator"} <= {one["user"] for one in everybody}
        (shown,) = (one for one in everybody if one["user"] == name)
        assert shown["hint"] == token[:8]


def test_what_is_over_is_removed_with_all_that_was_derived_from_it(database):
    def scene(tx):
        tokens.create(tx, 1, "old", expires_at=now() - 7_200_000)
        old = tx.execute(sa.select(tokens_table.c.id)).scalar_one()
        tokens.create(tx, 1, "child", kind=tokens.Kind.ACCESS, expires_at=now() + 1000, parent_id=old)
        tokens.create(tx, 1, "good")

    database.write_now(scene)
    assert database.write_now(chores.forget_expired) == 2
    names = database.read_now(lambda tx: tx.execute(sa.select(tokens_table.c.name)).scalars().all())
    assert names == ["good"]
