"""Pages: what fences them in, and signing in with a password."""

import httpx
import pytest

from lazward_server.signin import page
from lazward_server.signin.html import tag
from tests.server.signin.browser import Browser, Page
from tests.server.signin.conftest import PASSWORD

PAGES = ["/", "/account", "/login", "/login?once=lzl_x", "/device", "/oidc/callback", "/login?next=/device"]
ELSEWHERE = [
    "https://evil.example.com",
    "//evil.example.com",
    "/\\evil.example.com",
    "\\/evil.example.com",
    "/\t/evil.example.com",
    "/\n/evil.example.com",
    "javascript:alert(1)",
    "evil.example.com",
    " /x",
    "/x y",
    "/é",
    "",
    None,
]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_fenced_in(each_server, path):
    headers = httpx.get(each_server.url + path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/account", "/login", "/device"])
def test_pages_hold_no_script_and_no_style_of_their_own(browser, person, path):
    name = person()  # without anybody who has a password there is no form
    if path != "/login":  # which leads on whoever is signed in
        browser.submit(browser.open("/login"), name=name, password=PASSWORD)
    text = browser.open(path).response.text
    assert "<script" not in text
    assert "<style" not in text
    assert "style=" not in text
    assert " on" not in "".join(part for part in text.split("<") if "=" in part and "content=" not in part)


def test_the_style_sheet_is_served(each_server):
    answer = httpx.get(each_server.url + "/style.css")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "prefers" in answer.text or "light-dark" in answer.text


def test_every_input_has_a_label(browser, person):
    person()  # so that there is a form
    text = browser.open("/login").response.text
    for name in ("name", "password"):
        assert f'<label for="{name}">' in text
        assert f'id="{name}"' in text


def test_a_password_signs_in_and_leads_on(browser, person):
    name = person()
    shown = browser.submit(browser.open("/login?next=/device"), name=name, password=PASSWORD)
    assert shown.path == "/device"
    assert f"You are signed in as {name}" in browser.open("/account").text


def test_the_cookies_are_for_this_browser_alone(browser, person):
    browser.client.follow_redirects = False
    name = person()  # without anybody who has a password there is no form
    shown = browser.submit(browser.open("/login"), name=name, password=PASSWORD)
    sent = {line.partition("=")[0]: line for line in shown.response.headers.get_list("set-cookie")}
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(sent["lazward_session"].split("; "))
    assert {"SameSite=strict", "Path=/"} <= set(sent["lazward_csrf"].split("; "))
    assert "HttpOnly" not in sent["lazward_csrf"]
    assert all("Max-Age=0" in sent["lazward_form"] or "Domain" not in line for line in sent.values())


def test_wrong_passwords_and_unknown_names_are_told_the_same(each_server, person):
    told = []
    for name, password in ((person(), "wrong"), ("nobody", PASSWORD), (person(), "")):
        browser = Browser(each_server.url)
        shown = browser.submit(browser.open("/login"), name=name, password=password)
        told.append((shown.status, shown.text))
        assert browser.session is None
    assert told == [told[0]] * 3
    assert told[0][0] == 403


def test_whoever_goes_on_guessing_waits(browser, person):
    name = person()
    for guess in range(20):
        told = browser.submit(browser.open("/login"), name=name, password=f"guess {guess}")
        if told.status == 429:
            break
    assert told.status == 429
    assert int(told.response.headers["retry-after"]) >= 1
    assert "wait" in told.text


def test_who_is_kept_out_cannot_sign_in(each_server, browser, person):
    name = person()
    with each_server.client() as client:
        client.patch(f"/api/v1/users/{name}", json={"disabled": True}).raise_for_status()
    assert browser.submit(browser.open("/login"), name=name, password=PASSWORD).status == 403


def test_what_was_typed_is_shown_as_text(browser, person):
    person()
    shown = browser.submit(browser.open("/login"), name='"><script>alert(1)</script>', password="x")
    assert "<script" not in shown.response.text
    assert shown.forms[-1].fields["name"] == '"><script>alert(1)</script>'


@pytest.mark.parametrize("path", ELSEWHERE)
def test_no_way_leads_to_another_site(path):
    assert page.local(path) == "/"


def test_paths_of_ours_are_kept():
    for path in ("/", "/device?user_code=BCDF-GHJK", "/a/b//c", "/x?next=https://elsewhere.example.com"):
        assert page.local(path) == path


@pytest.mark.parametrize(
    "target", ["https://evil.example.com/", "//evil.example.com/", "/\\evil.example.com"]
)
def test_signing_in_leads_to_no_other_site(browser, person, target):
    browser.client.follow_redirects = False
    shown = browser.open("/login", params={"next": target})
    shown = browser.submit(shown, name=person(), password=PASSWORD, next=target)
    assert shown.response.headers["location"] == "/"


class TestForms:
    def test_one_from_nowhere_is_refused(self, each_server, person):
        fields = {"name": person(), "password": PASSWORD}
        for extra in ({}, {"csrf": "x"}):
            answer = httpx.post(each_server.url + "/login", data=fields | extra)
            assert answer.status_code == 403
            assert "lazward_session" not in answer.cookies

    def test_one_with_the_cookie_but_another_secret_is_refused(self, browser, person):
        shown = browser.open("/login")
        shown.forms[-1].fields["csrf"] = "x"
        assert browser.submit(shown, name=person(), password=PASSWORD).status == 403

    def test_one_from_a_page_of_another_site_is_refused(self, browser, person):
        fields = browser.open("/login").forms[-1].fields if person() else {}
        for origin in ("http://evil.example.com", "null"):
            answer = browser.client.post("/login", data=fields, headers={"Origin": origin})
            assert answer.status_code == 403

    @pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data; boundary=x"])
    def test_other_content_is_refused(self, browser, kind):
        answer = browser.client.post("/login", content=b"csrf=x", headers={"Content-Type": kind})
        assert answer.status_code == 400

    def test_a_large_one_is_refused(self, browser):
        answer = browser.client.post("/login", data={"name": "x" * 20_000})
        assert answer.status_code == 400

    @pytest.mark.parametrize("body", [b"\xff\xfe", b"=&=&=", b"a=" + b"&b=" * 100, b"name=%00&csrf=%ff"])
    def test_odd_ones_are_no_fault_of_the_server(self, browser, body):
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        assert browser.client.post("/login", content=body, headers=kind).status_code in (400, 403)

    def test_nobody_is_signed_out_by_another_site(self, browser, person):
        name = person()  # without anybody who has a password there is no form
        browser.submit(browser.open("/login"), name=name, password=PASSWORD)
        assert browser.client.get("/logout").status_code == 405
        assert browser.client.post("/logout", data={"csrf": "x"}).status_code == 403
        assert "You are signed in" in browser.open("/account").text

    def test_signing_out_takes_the_cookies_away(self, browser, person):
        name = person()  # without anybody who has a password there is no form
        browser.submit(browser.open("/login"), name=name, password=PASSWORD)
        browser.submit(browser.open("/account"))
        assert {"lazward_session", "lazward_csrf"}.isdisjoint(browser.client.cookies)
        assert "You are not signed in" in browser.open("/account").text


def test_without_authentication_nobody_is_asked(start_server):
    server = start_server("--auth", "off")
    browser = Browser(server.url)
    assert browser.open("/login").path == "/"
    assert "asks nobody" in browser.open("/account").text


def test_before_anybody_has_a_password_the_page_tells_another_way(start_server):
    server = start_server()
    shown = Browser(server.url).open("/login")
    assert f"lazward open --server {server.url}" in shown.text
    assert shown.forms == []


def test_text_and_attributes_are_escaped():
    made = tag("p", "<b>&", tag("b", "ok"), title='"<>&')
    assert made == '<p title="&quot;&lt;&gt;&amp;">&lt;b&gt;&amp;<b>ok</b></p>'
    assert Page(httpx.Response(200, text=made)).text == "<b>& ok"
