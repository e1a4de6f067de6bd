"""Signing in through a real provider: there and back, and every way in which that may not go through."""

import time
from contextlib import contextmanager

import httpx
import pytest

from lazward_server.signin import oidc
from tests.conftest import free_port
from tests.server.signin.browser import Browser
from tests.server.signin.provider import CLIENT_SECRET, at_the_provider


@pytest.fixture
def visitor(oidc_server):
    return Browser(oidc_server.url)


def sign_in(browser, name, path="/oidc/start"):
    return browser.open(at_the_provider(browser, name, path))


@pytest.fixture
def administrator(oidc_server):
    with oidc_server.client() as client:
        yield client


def user(administrator, name):
    found = administrator.get(f"/api/v1/users/{name}")
    return found.json() if found.is_success else None


@contextmanager
def removed_afterwards(administrator, *names):
    yield
    for name in names:
        administrator.delete(f"/api/v1/users/{name}")


@pytest.fixture(autouse=True)
def _nobody_stays(administrator):
    with removed_afterwards(administrator, "ada", "max", "eve"):
        yield


# ---------------------------------------------------------------- it goes through


def test_the_page_offers_the_provider(visitor):
    shown = visitor.open("/login?next=/device")
    assert "/oidc/start?next=%2Fdevice" in shown.links


def test_who_signs_in_first_becomes_a_user_without_more_rights_than_groups_give(visitor, administrator):
    shown = sign_in(visitor, "max", "/oidc/start?next=/device")
    assert shown.path == "/device"
    assert "You are signed in as max" in visitor.open("/account").text
    made = user(administrator, "max")
    assert (made["kind"], made["administrator"], made["email"]) == ("person", False, "max@example.com")
    assert "Your roles" not in visitor.open("/account").text


def test_who_comes_again_is_the_same_user(visitor, oidc_server, administrator):
    sign_in(visitor, "max")
    made = user(administrator, "max")
    sign_in(Browser(oidc_server.url), "max")
    assert user(administrator, "max") == made


def test_nobody_is_taken_for_another_by_their_address(visitor, administrator):
    mine = {"name": "local-max", "password": "correct horse battery", "email": "max@example.com"}
    administrator.post("/api/v1/users", json=mine)
    sign_in(visitor, "max")
    assert "signed in as max" in visitor.open("/account").text
    administrator.delete("/api/v1/users/local-max")


def test_groups_give_roles_and_take_them(visitor, oidc_server, administrator):
    sign_in(Browser(oidc_server.url), "ada")
    sign_in(visitor, "max")
    members = "/api/v1/workspaces/default/members"
    held = {one["user"]: one["role"] for one in administrator.get(members).json()["members"]}
    assert held == {"ada": "contributor"}
    administrator.put(f"{members}/max", json={"role": "owner"}).raise_for_status()
    assert "default owner" in visitor.open("/account").text
    sign_in(Browser(oidc_server.url), "max")
    assert "Your roles" not in visitor.open("/account").text


def test_signing_in_replaces_the_session_that_was_there(visitor):
    sign_in(visitor, "max")
    before = visitor.session
    sign_in(visitor, "max")
    assert visitor.session != before
    old = httpx.get(visitor.client.base_url.join("/account"), headers={"Cookie": f"lazward_session={before}"})
    assert "You are not signed in" in old.text


@pytest.mark.parametrize("after", ["https://evil.example.com", "//evil.example.com", "/\\evil.example.com"])
def test_it_leads_to_no_other_site(visitor, after):
    back = at_the_provider(visitor, "max", f"/oidc/start?next={after}")
    answer = visitor.client.get(back, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


# ---------------------------------------------------------------- it does not


def refused(page, *words):
    assert page.status in (400, 403, 409, 503), page.text
    for word in words:
        assert word in page.text
    return True


def test_without_the_cookie_the_way_back_is_closed(visitor, oidc_server):
    back = at_the_provider(visitor, "max")
    other = Browser(oidc_server.url)
    assert refused(other.open(back), "began no sign-in")
    assert other.session is None


def test_another_browsers_way_back_is_closed(visitor, oidc_server):
    """Otherwise somebody could sign a victim in as themselves."""
    back = at_the_provider(visitor, "max")
    victim = Browser(oidc_server.url)
    victim.client.follow_redirects = False
    victim.open("/oidc/start")
    assert refused(victim.open(back), "not the answer")
    assert victim.session is None


@pytest.mark.parametrize("state", ["", "x", "é"])
def test_a_wrong_state_is_refused(visitor, state):
    back = httpx.URL(at_the_provider(visitor, "max")).copy_set_param("state", state)
    assert refused(visitor.open(str(back)), "not the answer")


def test_a_way_back_is_gone_once(visitor):
    back = at_the_provider(visitor, "max")
    visitor.open(back)
    visitor.client.cookies.delete("lazward_session")
    assert refused(visitor.open(back), "began no sign-in")


def test_a_code_that_was_used_is_refused_by_the_provider(visitor):
    back = at_the_provider(visitor, "max")
    kept = visitor.client.cookies["lazward_oidc"]
    visitor.open(back)
    visitor.client.cookies.clear()
    visitor.client.cookies.set("lazward_oidc", kept, domain="127.0.0.1", path="/")
    assert refused(visitor.open(back), "does not take the code")


def test_a_failed_way_back_is_used_up_too(visitor):
    back = httpx.URL(at_the_provider(visitor, "max"))
    refused(visitor.open(str(back.copy_set_param("state", "x"))))
    assert refused(visitor.open(str(back)), "began no sign-in")


@pytest.mark.parametrize("code", ["x", "x" * 3000])
def test_a_made_up_code_is_refused(visitor, code):
    back = httpx.URL(at_the_provider(visitor, "max")).copy_set_param("code", code)
    assert refused(visitor.open(str(back)), "does not take the code")


def test_an_answer_without_a_code_is_refused(visitor):
    back = httpx.URL(at_the_provider(visitor, "max")).copy_remove_param("code")
    assert refused(visitor.open(str(back)), "no code")


@pytest.mark.parametrize("issuer", [None, "https://other.example.com"])
def test_another_providers_answer_is_refused(visitor, issuer):
    back = httpx.URL(at_the_provider(visitor, "max"))
    back = back.copy_set_param("iss", issuer) if issuer else back.copy_remove_param("iss")
    assert refused(visitor.open(str(back)), "another provider")


@pytest.mark.parametrize("error", ["access_denied", '<script>alert("x")</script>'])
def test_the_providers_no_is_told_as_text(visitor, error):
    back = httpx.URL(at_the_provider(visitor, "max")).copy_set_param("error", error)
    shown = visitor.open(str(back))
    assert refused(shown, "does not sign you in")
    assert "<script" not in shown.response.text


@pytest.mark.parametrize("cookie", ["x", "a.b.c", "..", "a.1.", "é", "a.99999999999999.Lw", "a.-1.Lw"])
def test_odd_cookies_are_no_fault_of_the_server(oidc_server, cookie):
    headers = {"Cookie": f"lazward_oidc={cookie}".encode()}
    answer = httpx.get(f"{oidc_server.url}/oidc/callback?state=x&code=y", headers=headers)
    assert answer.status_code in (400, 403)


def test_whoever_takes_longer_than_ten_minutes_begins_again(visitor):
    back = httpx.URL(at_the_provider(visitor, "max"))
    secret, began_at, after = visitor.client.cookies["lazward_oidc"].split(".")
    old = oidc.read(f"{secret}.{int(began_at) - 600}.{after}")
    visitor.client.cookies.clear()
    visitor.client.cookies.set("lazward_oidc", old.written(), domain="127.0.0.1", path="/")
    assert refused(visitor.open(str(back.copy_set_param("state", old.state))), "last 10 minutes")


def test_a_name_that_is_taken_is_not_given_away(visitor):
    """At the provider somebody calls themselves administrator."""
    shown = sign_in(visitor, "administrator")
    assert refused(shown, "Somebody else is called 'administrator'", "lazward user link")
    assert visitor.session is None


def test_who_is_kept_out_is_told(visitor, oidc_server, administrator):
    sign_in(visitor, "max")
    administrator.patch("/api/v1/users/max", json={"disabled": True}).raise_for_status()
    other = Browser(oidc_server.url)
    assert refused(sign_in(other, "max"), "max may not come in")
    assert other.session is None


def test_an_administrator_links_a_user_to_a_subject(visitor, administrator):
    administrator.post("/api/v1/users", json={"name": "lovelace"}).raise_for_status()
    linked = administrator.put("/api/v1/users/lovelace/identity", json={"subject": "eve"})
    assert linked.status_code == 200
    sign_in(visitor, "eve")
    assert "signed in as lovelace" in visitor.open("/account").text
    taken = administrator.put("/api/v1/users/administrator/identity", json={"subject": "eve"})
    assert (taken.status_code, "lovelace" in taken.json()["message"]) == (400, True)
    administrator.put("/api/v1/users/lovelace/identity", json={}).raise_for_status()
    sign_in(visitor, "eve")
    assert "signed in as eve" in visitor.open("/account").text
    administrator.delete("/api/v1/users/lovelace")


def test_with_users_off_nobody_unknown_comes_in(provider, ports, start_server):
    options = provider.options("--oidc-create-users=off")
    server = start_server(*options, port=ports["spare"], LAZWARD_OIDC_CLIENT_SECRET=CLIENT_SECRET)
    browser = Browser(server.url)
    assert refused(sign_in(browser, "max"), "not known here", "--subject 'max'")
    with server.client() as client:
        assert {one["name"] for one in client.get("/api/v1/users").json()["users"]} == {"administrator"}


def test_a_wrong_client_secret_is_told_as_a_refusal(provider, ports, start_server):
    server = start_server(*provider.options(), port=ports["spare"], LAZWARD_OIDC_CLIENT_SECRET="wrong")
    assert refused(sign_in(Browser(server.url), "max"), "does not take the code")
    assert "wrong" not in server.log.read_text().replace("wrong_", "")


def test_a_provider_that_is_down_gives_a_clear_page(start_server):
    options = ("--oidc-issuer", f"http://127.0.0.1:{free_port()}", "--oidc-client-id", "x")
    shown = Browser(start_server(*options).url).open("/oidc/start")
    assert refused(shown, "cannot be reached", "Try again")


def test_without_a_provider_there_is_no_way_there(browser):
    assert "no OpenID Connect provider" in browser.open("/oidc/start").text
    assert "no OpenID Connect provider" in browser.open("/oidc/callback").text
    assert not any("oidc" in link for link in browser.open("/login").links)


def test_an_errand_survives_its_cookie():
    errand = oidc.begun("/device?user_code=BCDF-GHJK")
    again = oidc.read(errand.written())
    assert again == errand
    assert len({again.state, again.nonce, again.verifier}) == 3
    assert errand._replace(began_at=errand.began_at + 1).state != errand.state
    assert errand._replace(after="/").state != errand.state
    assert abs(errand.began_at - time.time()) < 60
