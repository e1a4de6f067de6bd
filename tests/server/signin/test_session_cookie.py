"""A browser's session at the API: what it opens, and what must stand beside it."""

import http.client

import httpx
import pytest

from lazward_server.http import cookies
from tests.server.signin.browser import Browser
from tests.server.signin.conftest import PASSWORD

READ = "/api/2.0/mlflow/experiments/get?experiment_id=0"
WRITE = "/api/2.0/mlflow/experiments/create"


@pytest.fixture
def session(browser, person):
    """The token of a new administrator's session, never used at the API before."""
    name = person(administrator=True)
    browser.submit(browser.open("/login"), name=name, password=PASSWORD)
    return browser.session


def cookie(token):
    return {"Cookie": f"lazward_session={token}"}


def csrf(token):
    return {"X-CSRF-Token": cookies.csrf_of(token)}


def test_it_reads_by_its_cookie_alone(each_server, session):
    assert httpx.get(each_server.url + READ, headers=cookie(session)).status_code == 200


def test_it_writes_with_the_header_that_belongs_to_it(each_server, session):
    both = cookie(session) | csrf(session)
    body = {"name": session[-9:]}
    assert httpx.post(each_server.url + WRITE, json=body, headers=both).status_code == 200


@pytest.mark.parametrize("given", [None, "", "0", "x" * 64, "é"])
def test_it_writes_nothing_without_that_header(each_server, session, given):
    headers = cookie(session) | ({} if given is None else {"X-CSRF-Token": given.encode()})
    answer = httpx.post(each_server.url + WRITE, json={"name": "x"}, headers=headers)
    assert answer.status_code == 403
    assert "X-CSRF-Token" in answer.json()["message"]


def test_a_planted_cookie_with_a_header_of_its_own_is_worth_nothing(each_server, session):
    """Another page of the same domain may set the readable cookie, but not what fits the session."""
    planted = "a" * 64
    headers = {"Cookie": f"lazward_session={session}; lazward_csrf={planted}", "X-CSRF-Token": planted}
    assert httpx.post(each_server.url + WRITE, json={"name": "x"}, headers=headers).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
def test_a_request_that_another_site_caused_carries_no_credential(each_server, session, site):
    headers = cookie(session) | csrf(session) | {"Sec-Fetch-Site": site}
    assert httpx.get(each_server.url + READ, headers=headers).status_code == 401
    assert httpx.post(each_server.url + WRITE, json={"name": "x"}, headers=headers).status_code == 401


@pytest.mark.parametrize("origin", ["http://evil.example.com", "null", "https://127.0.0.1:1"])
def test_a_foreign_origin_carries_no_credential(each_server, session, origin):
    headers = cookie(session) | csrf(session) | {"Origin": origin}
    assert httpx.get(each_server.url + READ, headers=headers).status_code == 401
    assert httpx.post(each_server.url + WRITE, json={"name": "x"}, headers=headers).status_code == 403


def test_requests_of_our_own_pages_pass(each_server, session):
    headers = cookie(session) | csrf(session) | {"Origin": each_server.url, "Sec-Fetch-Site": "same-origin"}
    assert httpx.get(each_server.url + READ, headers=headers).status_code == 200
    body = {"name": "own " + session[-9:]}
    assert httpx.post(each_server.url + WRITE, json=body, headers=headers).status_code == 200


def test_its_token_is_none_for_the_authorization_header(each_server, session):
    for value in (f"Bearer {session}", f"session {session}", f"  session {session}", f"\tsession {session}"):
        assert raw_status(each_server, value) == 401, value
    assert raw_status(each_server, f"Bearer {each_server.token}") == 200


def raw_status(server, authorization):
    """The answer to a header that httpx would not send."""
    connection = http.client.HTTPConnection(server.url.partition("://")[2])
    connection.request("GET", READ, headers={"Authorization": authorization})
    return connection.getresponse().status


def test_a_token_is_no_session(each_server):
    answer = httpx.get(each_server.url + READ, headers=cookie(each_server.token))
    assert answer.status_code == 401


def test_browsers_are_not_challenged_when_a_session_is_over(each_server):
    """They would open a window that asks for a name and a password, over the page that knows better."""
    answer = httpx.get(each_server.url + READ, headers=cookie("lzw_over"))
    assert (answer.status_code, answer.json()["error_code"]) == (401, "UNAUTHENTICATED")
    assert "www-authenticate" not in answer.headers


def test_pages_without_a_session_are_not_challenged_either(each_server):
    for given in ("", "x" * 64):
        answer = httpx.get(each_server.url + READ, headers={"X-CSRF-Token": given})
        assert (answer.status_code, answer.json()["error_code"]) == (401, "UNAUTHENTICATED")
        assert "www-authenticate" not in answer.headers
        headers = each_server.headers | {"X-CSRF-Token": given}
        assert httpx.get(each_server.url + READ, headers=headers).status_code == 200


def test_a_token_in_the_header_counts_more_than_the_cookie(each_server, session):
    headers = each_server.headers | cookie("lzw_over")
    assert httpx.post(each_server.url + WRITE, json={"name": "b" + session[-9:]}, headers=headers).is_success
    wrong = {"Authorization": "Bearer lzw_wrong"} | cookie(session)
    assert httpx.get(each_server.url + READ, headers=wrong).status_code == 401


def test_it_is_over_once_signed_out(each_server, browser, session):
    browser.submit(browser.open("/account"))
    assert httpx.get(each_server.url + READ, headers=cookie(session)).status_code == 401


def test_it_may_what_its_user_may(each_server, browser, person):
    name = person()  # without anybody who has a password there is no form
    browser.submit(browser.open("/login"), name=name, password=PASSWORD)
    answer = httpx.get(each_server.url + READ, headers=cookie(browser.session))
    assert answer.status_code == 403


def test_the_same_head_again_is_checked_again(each_server, session):
    """Known heads take a shorter way through the server."""
    with httpx.Client(base_url=each_server.url) as client:
        body = {"experiment_id": "0", "start_time": 1}
        good, bad = cookie(session) | csrf(session), cookie(session)
        for _ in range(4):
            assert client.post("/api/2.0/mlflow/runs/create", json=body, headers=good).status_code == 200
            assert client.post("/api/2.0/mlflow/runs/create", json=body, headers=bad).status_code == 403


def test_signing_in_replaces_the_session_that_was_there(each_server, browser, person):
    """A session that somebody else planted in this browser is not the one that they could then use."""
    attacker = Browser(each_server.url)
    attacker.submit(attacker.open("/login"), name=person(), password=PASSWORD)
    planted = attacker.session
    name = person()
    browser.client.cookies.set("lazward_session", planted, domain="127.0.0.1", path="/")
    signing_out = browser.open("/account")
    browser.submit(signing_out)
    browser.submit(browser.open("/login"), name=name, password=PASSWORD)
    assert browser.session not in (None, planted)
    assert httpx.get(each_server.url + "/account", headers=cookie(planted)).text.count("not signed in") == 1


class TestOverHttps:
    ORIGIN = "https://ml.example.com"

    def test_the_names_tie_cookies_to_the_host(self):
        assert cookies.name(cookies.SESSION, self.ORIGIN) == "__Host-lazward_session"

    def test_a_cookie_without_the_prefix_is_not_read(self):
        headers = {b"cookie": b"lazward_session=x"}
        assert cookies.credential("GET", self.ORIGIN, headers) == b""
        headers = {b"cookie": b"__Host-lazward_session=x"}
        assert cookies.credential("GET", self.ORIGIN, headers) == b" session x"

    def test_cookies_are_secure(self):
        from starlette.responses import Response

        response = Response()
        cookies.put(response, cookies.SESSION, "x", self.ORIGIN)
        words = set(response.headers["set-cookie"].split("; "))
        assert words == {"__Host-lazward_session=x", "HttpOnly", "Path=/", "SameSite=lax", "Secure"}
