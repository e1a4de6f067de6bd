"""Links that sign in once."""

import os
import pty
import re
import select
import time

import httpx
import pytest

from lazward_server.auth import tokens, users
from lazward_server.auth.tokens import Kind
from lazward_server.db.schema import sign_in_links
from lazward_server.signin import chores, links
from tests.conftest import LAZWARD, free_port
from tests.server.signin.browser import Browser

LINK = "/api/v1/sign-in-link"


def test_whoever_holds_a_token_signs_a_browser_in(each_server, browser):
    with each_server.client() as client:
        made = client.post(LINK).json()
    assert made["url"].startswith(each_server.url + "/login?once=")
    shown = browser.open(made["url"])
    assert "Sign in as administrator" in shown.text
    assert browser.submit(shown).path == "/"
    assert "You are signed in as administrator" in browser.open("/account").text


def test_it_works_once(each_server, browser):
    with each_server.client() as client:
        url = client.post(LINK).json()["url"]
    shown = browser.open(url)
    browser.submit(shown)
    other = Browser(each_server.url)
    assert other.open(url).status == 403
    again = other.open("/login?once=lzl_x") and other.client.post(
        "/login", data={"once": url.rpartition("=")[2], "csrf": "x"}
    )
    assert again.status_code == 403
    assert other.session is None


def test_looking_at_it_does_not_use_it_up(each_server, browser):
    """Mail and chat programs open links to show what is behind them."""
    with each_server.client() as client:
        url = client.post(LINK).json()["url"]
    for _ in range(3):
        assert httpx.get(url).status_code == 200
    assert browser.submit(browser.open(url)).status == 200
    assert browser.session


@pytest.mark.parametrize("once", ["", "x", "lzl_", "lzl_" + "x" * 43, "é", "%00", "' or 1=1 --"])
def test_made_up_ones_open_nothing(browser, once):
    shown = browser.open("/login", params={"once": once})
    assert browser.session is None
    assert shown.status in (200, 403)


def test_a_derived_token_makes_none(each_server):
    with each_server.client() as client:
        access = client.post("/api/v1/tokens/access").json()["access_token"]
    answer = httpx.post(each_server.url + LINK, headers={"Authorization": f"Bearer {access}"})
    assert answer.status_code == 403


def test_a_limited_token_makes_none(each_server):
    with each_server.client() as client:
        limited = client.post("/api/v1/tokens", json={"name": "x", "role": "reader"}).json()["token"]
    answer = httpx.post(each_server.url + LINK, headers={"Authorization": f"Bearer {limited}"})
    assert answer.status_code == 403


def test_a_session_makes_none(each_server, browser):
    with each_server.client() as client:
        browser.submit(browser.open(client.post(LINK).json()["url"]))
    answer = browser.client.post(LINK, headers={"X-CSRF-Token": browser.client.cookies["lazward_csrf"]})
    assert answer.status_code == 403


def test_signing_out_leaves_the_token_that_made_it(each_server, browser):
    with each_server.client() as client:
        browser.submit(browser.open(client.post(LINK).json()["url"]))
        headers = {"X-CSRF-Token": browser.client.cookies["lazward_csrf"]}
        browser.client.post("/api/v1/logout", json={}, headers=headers).raise_for_status()
        assert "not signed in" in browser.open("/account").text
        assert client.get("/api/v1/me").status_code == 200


def test_a_service_account_makes_none(each_server):
    with each_server.client() as client:
        client.post(
            "/api/v1/users", json={"name": f"robot{id(client)}", "kind": "service"}
        ).raise_for_status()
        made = client.post(f"/api/v1/users/robot{id(client)}/tokens", json={"name": "x"}).json()
    answer = httpx.post(each_server.url + LINK, headers={"Authorization": f"Bearer {made['token']}"})
    assert answer.status_code == 403


def bearer(database, kind=Kind.PERSONAL):
    token = database.write_now(tokens.create, 1, "x", kind=kind)
    return database.read_now(tokens.find, tokens.digest(token))


def test_it_is_worthless_once_its_token_is(database):
    shown = bearer(database)
    secret = database.write_now(links.create_for, shown)
    database.write_now(tokens.revoke, None, shown.id)
    assert database.write_now(links.use, secret, None) is None


def test_it_is_worthless_once_its_user_is_kept_out(database):
    user = database.write_now(users.create, "ada")
    secret = database.write_now(links.create, user.id)
    database.write_now(users.set_disabled, user.id, disabled=True)
    assert database.read_now(links.find, secret) is None
    assert database.write_now(links.use, secret, None) is None


def test_it_is_worthless_after_ten_minutes(database, monkeypatch):
    secret = database.write_now(links.create, 1)
    later = links.now() + links.LIFE * 1000
    monkeypatch.setattr(links, "now", lambda: later)
    assert database.read_now(links.find, secret) is None
    assert database.write_now(links.use, secret, None) is None


def test_what_expired_is_removed(database, monkeypatch):
    database.write_now(links.create, 1)
    assert database.write_now(chores.forget_expired) == 0
    later = links.now() + links.LIFE * 1000
    monkeypatch.setattr(links, "now", lambda: later)
    assert database.write_now(chores.forget_expired) == 1


def test_only_a_hash_of_it_is_kept(database):
    secret = database.write_now(links.create, 1)
    rows = database.read_now(lambda tx: tx.execute(sign_in_links.select()).all())
    assert secret not in repr(rows)


def test_a_user_with_a_link_can_be_removed(database):
    user = database.write_now(users.create, "ada")
    database.write_now(links.create, user.id)
    database.write_now(users.remove, user.id)


class TestLazwardUp:
    def test_it_shows_a_link_on_a_terminal(self, tmp_path):
        port, config = free_port(), tmp_path / "config"
        child, terminal = pty.fork()
        if child == 0:
            os.environ["LAZWARD_CONFIG_DIR"] = str(config)
            os.execv(LAZWARD, [LAZWARD, "up", "--home", tmp_path / "home", "--port", str(port)])
        try:
            told = read_until(terminal, "stop with Ctrl-C")
            url = re.search(r"http://\S+/login\?once=\S+", told)[0]
            browser = Browser(f"http://127.0.0.1:{port}")
            browser.submit(browser.open(url))
            assert "You are signed in as administrator" in browser.open("/account").text
        finally:
            os.kill(child, 15)
            os.close(terminal)
            os.waitpid(child, 0)

    def test_it_shows_none_to_a_log(self, start_server):
        assert "once=" not in start_server().log.read_text()


def read_until(handle, text):
    told, end = "", time.monotonic() + 60
    while text not in told:
        assert time.monotonic() < end, told
        if select.select([handle], [], [], 1)[0]:
            told += os.read(handle, 65536).decode()
    return told
