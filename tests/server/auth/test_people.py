"""Users, roles and signing in over the API, on both databases."""

import pytest

from lazward_server.auth.roles import MATRIX, Role
from lazward_server.http.permission import Permission
from tests.server.auth.conftest import PASSWORD


class TestLogin:
    def test_name_and_password_give_a_token_that_opens(self, people):
        name, _ = people.make("ada", "reader")
        done = people.login(name).json()
        me = people.get("GET", "me", done["token"])
        assert (me["name"], me["administrator"]) == (name, False)
        assert me["roles"] == [{"workspace": "default", "role": "reader"}]
        assert (me["token"]["kind"], me["token"]["name"]) == ("login", "test")
        assert me["token"]["expires_at"] == done["expires_at"]

    def test_a_wrong_name_and_a_wrong_password_read_the_same(self, people):
        name, _ = people.make("ada")
        service, _ = people.make("service", kind="service", password=None)
        disabled, _ = people.make("gone")
        people.get("PATCH", f"users/{disabled}", disabled=True)
        answers = [
            people.login(*given)
            for given in ((name, "wrong"), ("nobody-" + name, "wrong"), (service, "wrong"), (disabled,))
        ]
        assert {(answer.status_code, answer.text) for answer in answers} == {(401, answers[0].text)}

    def test_who_guesses_waits(self, people):
        name, _ = people.make("ada")
        statuses = [people.login(name, f"wrong {number}").status_code for number in range(8)]
        assert statuses[:5] == [401] * 5
        refused = people.login(name)  # the right one, and it is not even looked at
        assert refused.status_code == 429
        assert refused.json()["error_code"] == "REQUEST_LIMIT_EXCEEDED"
        assert int(refused.headers["retry-after"]) >= 1

    def test_guesses_at_the_same_time_are_no_way_around(self, people):
        from concurrent.futures import ThreadPoolExecutor

        name, _ = people.make("ada")
        with ThreadPoolExecutor(16) as threads:
            done = list(threads.map(lambda n: people.login(name, f"wrong {n}").status_code, range(32)))
        assert done.count(401) <= 6  # a second may pass meanwhile
        assert set(done) == {401, 429}

    @pytest.mark.parametrize(
        "message", [{}, {"name": ""}, {"name": "x"}, {"password": "x"}, {"name": 1, "password": []}]
    )
    def test_a_message_without_both_is_refused(self, people, message):
        assert people.ask("POST", "login", **message).status_code == 400

    def test_logging_out_ends_the_login_and_what_was_derived_from_it(self, people):
        name, _ = people.make("ada")
        token = people.login(name).json()["token"]
        access = people.get("POST", "tokens/access", token)["access_token"]
        people.get("POST", "logout", access)
        assert not people.valid(token)
        assert not people.valid(access)


class TestWhatOneMay:
    """The answer to ``me`` agrees with what the gate lets through."""

    @pytest.mark.parametrize("role", [role.value for role in Role])
    def test_a_role_on_the_workspace_says_what_there(self, people, role):
        _, token = people.make("ada", role)
        here = people.get("GET", "me", token)["permissions"]
        own = {"signed-in", "own-credential"}
        assert set(here) == own | {one.value for one in MATRIX[Role(role)]}
        elsewhere = people.name("elsewhere").replace(".", "-")
        people.get("POST", "workspaces", name=elsewhere)
        url = f"/workspaces/{elsewhere}/api/v1/me"
        there = people._client.get(url, headers={"Authorization": f"Bearer {token}"}).json()
        assert set(there["permissions"]) == own

    def test_administrators_may_all(self, people):
        nobodys = {"public", "job-run"}
        expected = {one.value for one in Permission} - nobodys
        assert set(people.get("GET", "me")["permissions"]) == expected

    def test_no_more_than_the_token_carries(self, people):
        name, _ = people.make("ada", "owner", administrator=True)
        limits = {"name": "t", "workspace": "default", "permissions": ["run:read"]}
        limited = people.get("POST", f"users/{name}/tokens", **limits)["token"]
        assert people.get("GET", "me", limited)["permissions"] == ["signed-in", "run:read"]
        login = people.login(name).json()["token"]
        access = people.get("POST", "tokens/access", login)["access_token"]
        found = people.get("GET", "me", access)["permissions"]
        assert "server:user-read" in found
        assert not {"own-credential", "server:user-write"} & set(found)


class TestPassword:
    def test_ones_own_needs_the_old_one_and_signs_out_everywhere_else(self, people):
        name, personal = people.make("ada")
        here, elsewhere = (people.login(name).json()["token"] for _ in range(2))
        assert "old password" in people.refused(
            403, "POST", "me/password", here, old_password="wrong", new_password=PASSWORD + "!"
        )
        people.get("POST", "me/password", here, old_password=PASSWORD, new_password=PASSWORD + "!")
        assert [people.valid(token) for token in (here, elsewhere, personal)] == [True, False, True]
        assert people.login(name).status_code == 401
        assert people.login(name, PASSWORD + "!").status_code == 200

    def test_not_with_an_access_token(self, people):
        name, _ = people.make("ada")
        access = people.get("POST", "tokens/access", people.login(name).json()["token"])["access_token"]
        told = people.refused(
            403, "POST", "me/password", access, old_password=PASSWORD, new_password=PASSWORD + "!"
        )
        assert "access token" in told

    @pytest.mark.parametrize("password", ["", "short", "x" * 1025])
    def test_too_short_or_absurdly_long(self, people, password):
        told = people.refused(400, "POST", "users", name=people.name("ada"), password=password)
        assert "10 to 1024" in told

    def test_a_service_account_has_none(self, people):
        name, _ = people.make("bot", kind="service", password=None)
        people.refused(400, "PATCH", f"users/{name}", password=PASSWORD)
        people.refused(400, "POST", "users", name=people.name("b"), kind="service", password=PASSWORD)

    def test_a_new_one_from_an_administrator_signs_the_user_out(self, people):
        name, _ = people.make("ada")
        token = people.login(name).json()["token"]
        people.get("PATCH", f"users/{name}", password=PASSWORD + "?")
        assert not people.valid(token)
        assert people.login(name, PASSWORD + "?").status_code == 200


class TestUsers:
    def test_made_shown_changed_and_removed(self, people):
        name, token = people.make("ada", email="ada@example.com")
        assert people.get("GET", f"users/{name}")["email"] == "ada@example.com"
        assert name in [user["name"] for user in people.get("GET", "users")["users"]]
        changed = people.get("PATCH", f"users/{name}", administrator=True, email="")
        assert changed["administrator"] is True
        assert "email" not in changed
        assert people.get("GET", "users", token)["users"]
        people.get("DELETE", f"users/{name}")
        assert not people.valid(token)
        people.refused(404, "GET", f"users/{name}")

    def test_a_name_comes_once_and_cannot_be_anything(self, people):
        name, _ = people.make("ada")
        assert "already" in people.refused(400, "POST", "users", name=name)
        for wrong in ("a b", "ä", "-x", "a/b", "x" * 129, ".."):
            people.refused(400, "POST", "users", name=wrong)
        people.refused(400, "POST", "users", name=people.name("x"), kind="robot")

    def test_disabling_ends_all_tokens_at_once(self, people):
        name, token = people.make("ada")
        assert people.valid(token)
        people.get("PATCH", f"users/{name}", disabled=True)
        assert not people.valid(token)
        people.refused(400, "POST", f"users/{name}/tokens", name="x")

    def test_no_passwords_or_tokens_are_ever_shown(self, people):
        name, token = people.make("ada")
        for path in (f"users/{name}", "users", f"users/{name}/tokens", "server/tokens"):
            text = people.ask("GET", path).text
            assert "argon2" not in text
            assert token not in text

    def test_only_administrators(self, people):
        name, token = people.make("ada", "owner")
        people.refused(403, "GET", "users", token)
        people.refused(403, "GET", f"users/{name}", token)
        people.refused(403, "POST", "users", token, name=people.name("x"))
        people.refused(403, "PATCH", f"users/{name}", token, administrator=True)
        people.refused(403, "DELETE", f"users/{name}", token)
        people.refused(403, "GET", "server/tokens", token)
        people.refused(403, "POST", "users/administrator/tokens", token, name="x")

    def test_the_last_administrator_stays(self, people):
        for user in people.get("GET", "users")["users"]:  # what other tests left
            if user["administrator"] and user["name"] != "administrator":
                people.get("PATCH", f"users/{user['name']}", administrator=False)
        for change in ({"administrator": False}, {"disabled": True}):
            people.refused(409, "PATCH", "users/administrator", **change)
        people.refused(409, "DELETE", "users/administrator")
        assert people.valid(people.server.token)


class TestMembers:
    def test_an_owner_gives_changes_and_takes_roles(self, people):
        _, owner = people.make("owner", "owner")
        name, token = people.make("ada")
        path = f"workspaces/default/members/{name}"
        people.refused(403, "GET", "workspaces/default/members", token)
        for role in ("reader", "contributor"):
            people.get("PUT", path, owner, role=role)
            assert people.get("GET", "me", token)["roles"] == [{"workspace": "default", "role": role}]
        assert {"user": name, "role": "contributor"} in people.get(
            "GET", "workspaces/default/members", token
        )["members"]
        people.get("DELETE", path, owner)
        assert people.get("GET", "me", token).get("roles", []) == []
        people.refused(404, "DELETE", path, owner)

    def test_a_role_opens_the_workspace_at_once_and_closes_it_again(self, people):
        name, token = people.make("ada")
        path, search = f"workspaces/default/members/{name}", "/api/2.0/mlflow/experiments/search"
        for change, status in (("PUT", 200), ("DELETE", 403)):
            people.get(change, path, **({"role": "reader"} if change == "PUT" else {}))
            headers = {"Authorization": f"Bearer {token}"}
            response = people._client.post(search, json={"max_results": 1}, headers=headers)
            assert response.status_code == status

    def test_names_are_found_exactly_or_not_at_all(self, people):
        _, owner = people.make("owner", "owner")
        people.refused(404, "PUT", "workspaces/default/members/nobody", owner, role="reader")
        name, _ = people.make("ada")
        told = people.refused(400, "PUT", f"workspaces/default/members/{name}", owner, role="king")
        assert "data-scientist" in told

    def test_nobody_below_an_owner(self, people):
        name, _ = people.make("ada")
        for role in ("reader", "data-scientist", "contributor"):
            _, token = people.make(role, role)
            people.refused(403, "PUT", f"workspaces/default/members/{name}", token, role="reader")
            people.refused(403, "DELETE", f"workspaces/default/members/{name}", token)

    def test_the_last_owner_leaves_only_by_an_administrator(self, people):
        for member in people.get("GET", "workspaces/default/members")["members"]:
            people.get("DELETE", f"workspaces/default/members/{member['user']}")
        name, owner = people.make("owner", "owner")
        path = f"workspaces/default/members/{name}"
        assert "without an owner" in people.refused(409, "DELETE", path, owner)
        people.refused(409, "PUT", path, owner, role="reader")
        assert people.get("GET", "me", owner)["roles"][0]["role"] == "owner"
        people.get("DELETE", path)
