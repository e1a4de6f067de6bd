"""Signing a machine in by a browser: the command, and what it makes of a server's answers."""

import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.conftest import LAZWARD
from tests.server.signin.browser import Browser

from lazward.client import address, browser, credentials, device, login
from lazward.errors import PermissionDenied, Unauthenticated

STARTED = {
    "device_code": "d",
    "user_code": "BCDF-GHJK",
    "verification_uri": "http://x/device",
    "verification_uri_complete": "http://x/device?user_code=BCDF-GHJK",
    "expires_in": 600,
    "interval": 5,
}
TOKEN = {"access_token": "lzw_got", "token_type": "Bearer", "user": "ada", "expires_at": 1}


def refusal(error, code):
    return 400, {"error": error, "error_code": code, "message": "told"}, {}


PENDING = refusal("authorization_pending", "AUTHORIZATION_PENDING")


@pytest.fixture
def waits(monkeypatch):
    """How long was waited, which takes no time here."""
    waited = []
    # In that module alone: other threads of the process wait too.
    monkeypatch.setattr(device, "time", SimpleNamespace(sleep=waited.append, monotonic=time.monotonic))
    return waited


def sign_in(server, *answers):
    server.answers = [(200, STARTED, {}), *answers]
    shown = []
    return device.sign_in(address.parse(server.url), "node-7", shown.append), shown


def test_it_waits_for_the_person_and_keeps_the_token(recorder, waits):
    server = recorder()
    done, shown = sign_in(server, PENDING, PENDING, (200, TOKEN, {}))
    assert (done.user, shown[0].user_code) == ("ada", "BCDF-GHJK")
    assert credentials.read(server.url) == "lzw_got"
    assert waits == [5, 5, 5]
    assert server.authorizations == {None}


def test_it_asks_more_rarely_when_told_so(recorder, waits):
    slower = refusal("slow_down", "SLOW_DOWN")
    sign_in(recorder(), PENDING, slower, PENDING, slower, (200, TOKEN, {}))
    assert waits == [5, 5, 10, 10, 15]


def test_it_bears_with_a_server_that_is_busy_for_a_while(recorder, waits):
    sign_in(recorder(), (502, b"<html>", {}), (200, TOKEN, {}))
    assert waits == [5, 5]


@pytest.mark.parametrize(
    ("error", "code", "kind"),
    [
        ("access_denied", "PERMISSION_DENIED", PermissionDenied),
        ("expired_token", "UNAUTHENTICATED", Unauthenticated),
    ],
)
@pytest.mark.usefixtures("waits")
def test_a_no_is_told(recorder, error, code, kind):
    server = recorder()
    with pytest.raises(kind, match="told"):
        sign_in(server, refusal(error, code))
    assert credentials.read(server.url) is None


@pytest.mark.usefixtures("waits")
def test_it_gives_up_when_the_code_is_no_good_any_more(recorder):
    server = recorder()
    server.answers = [(200, STARTED | {"expires_in": 0}, {})]
    with pytest.raises(Unauthenticated, match="run the command again"):
        device.sign_in(address.parse(server.url), "x", lambda _: None)


class TestBrowser:
    @pytest.fixture(autouse=True)
    def _bare(self, monkeypatch):
        for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY", "SSH_CONNECTION"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr(sys, "platform", "linux")
        self.opened = []
        monkeypatch.setattr("webbrowser.open", lambda url: self.opened.append(url) or True)

    def test_one_is_opened_where_there_is_a_screen(self, monkeypatch):
        monkeypatch.setenv("DISPLAY", ":0")
        assert browser.show("http://x/")
        assert self.opened == ["http://x/"]

    def test_none_is_opened_on_another_machine_or_without_a_screen(self, monkeypatch):
        assert not browser.show("http://x/")
        monkeypatch.setenv("DISPLAY", ":0")
        monkeypatch.setenv("SSH_CONNECTION", "1")
        assert not browser.show("http://x/")
        assert self.opened == []

    @pytest.mark.parametrize("url", ["file:///etc/passwd", "javascript:alert(1)", "x", "--new-window"])
    def test_nothing_but_web_pages_is_opened(self, monkeypatch, url):
        monkeypatch.setenv("DISPLAY", ":0")
        assert not browser.show(url)
        assert self.opened == []


class TestCommands:
    @pytest.fixture
    def opener(self, tmp_path):
        """A browser that writes down what it was to open."""
        script = tmp_path / "browser"
        script.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" >> {tmp_path}/opened\n')
        script.chmod(0o755)
        return script

    def test_login_opens_the_page_shows_the_code_and_waits(self, server, opener, tmp_path):
        env = os.environ | {"BROWSER": str(opener), "LAZWARD_CONFIG_DIR": str(tmp_path / "mine")}
        command = [LAZWARD, "login", "--server", server.url]
        process = subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True)
        told = [process.stderr.readline() for _ in range(3)]
        url = Path(tmp_path / "opened").read_text().strip()
        assert url in told[0]
        assert url.endswith(told[1].split()[-1])
        person = Browser(server.url)
        with server.client() as client:
            person.submit(person.open(client.post("/api/v1/sign-in-link").json()["url"]))
        person.submit(person.open(url), decision="allow")
        _, rest = process.communicate(timeout=60)
        assert f"Signed in to {server.url} as administrator." in rest
        who = subprocess.run(
            [LAZWARD, "whoami", "--server", server.url], env=env, capture_output=True, text=True
        )
        assert "administrator" in who.stdout

    def test_open_prints_a_link_that_signs_in(self, server, opener, tmp_path):
        env = server.environment(BROWSER=str(opener))
        done = subprocess.run(
            [LAZWARD, "open", "--server", server.url], env=env, capture_output=True, text=True, check=True
        )
        url = done.stdout.strip()
        assert Path(tmp_path / "opened").read_text().strip() == url
        person = Browser(server.url)
        person.submit(person.open(url))
        assert "signed in as administrator" in person.open("/account").text

    def test_no_browser_opens_none(self, server, opener, tmp_path):
        env = server.environment(BROWSER=str(opener))
        subprocess.run([LAZWARD, "open", "--no-browser", "--server", server.url], env=env, check=True)
        assert not (tmp_path / "opened").exists()

    def test_open_without_a_token_tells_how_to_get_one(self, server, tmp_path):
        env = os.environ | {"LAZWARD_CONFIG_DIR": str(tmp_path / "mine")}
        done = subprocess.run(
            [LAZWARD, "open", "--server", server.url], env=env, capture_output=True, text=True
        )
        assert (done.returncode, "lazward login" in done.stderr) == (1, True)


def test_a_script_that_asks_tells_on_standard_error(capsys, monkeypatch):
    def with_device(_server, show):
        show(device.DeviceStarted(**STARTED))
        return device.DeviceToken(**TOKEN)

    monkeypatch.setattr(login, "with_device", with_device)
    monkeypatch.setattr(login, "can_ask", lambda: True)
    monkeypatch.setattr(browser, "show", lambda _url: False)
    login.interactively(address.parse("http://127.0.0.1:8421"))
    told = capsys.readouterr()
    assert "BCDF-GHJK" in told.err
    assert "as ada" in told.err
    assert told.out == ""
