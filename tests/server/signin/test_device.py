"""Letting a machine in that has no browser."""

import httpx
import pytest

from lazward.errors import Conflict, TooManyRequests
from lazward_server.auth import tokens, users
from lazward_server.db.schema import device_codes
from lazward_server.signin import chores, device
from lazward_server.signin.device import Granted, Refused
from tests.server.signin.browser import Browser
from tests.server.signin.conftest import PASSWORD


@pytest.fixture
def api(each_server):
    with httpx.Client(base_url=f"{each_server.url}/api/v1") as client:
        yield client


@pytest.fixture
def signed_in(browser, person):
    """A browser in which somebody is signed in."""
    browser.name = person()
    browser.submit(browser.open("/login"), name=browser.name, password=PASSWORD)
    return browser


def start(api, machine="node-7"):
    return api.post("/device", json={"machine": machine}).json()


def poll(api, started):
    return api.post("/device/token", json={"device_code": started["device_code"]})


def test_the_whole_way(each_server, api, signed_in):
    started = start(api)
    assert started["verification_uri"] == each_server.url + "/device"
    assert started["verification_uri_complete"].endswith("?user_code=" + started["user_code"])
    waiting = poll(api, started)
    assert (waiting.status_code, waiting.json()["error"]) == (400, "authorization_pending")
    shown = signed_in.open(started["verification_uri_complete"])
    assert "node-7" in shown.text
    assert started["user_code"] in shown.text
    assert f"act as {signed_in.name}" in shown.text
    assert "127.0.0.1" in shown.text
    assert "signed in" in signed_in.submit(shown, decision="allow").text
    granted = poll(api, started).json()
    assert (granted["user"], granted["token_type"]) == (signed_in.name, "Bearer")
    me = api.get("/me", headers={"Authorization": f"Bearer {granted['access_token']}"}).json()
    assert (me["name"], me["token"]["kind"], me["token"]["name"]) == (signed_in.name, "login", "node-7")
    again = poll(api, started)
    assert (again.status_code, again.json()["error"]) == (400, "expired_token")


def test_a_person_may_type_the_code(api, signed_in):
    code = start(api)["user_code"]
    shown = signed_in.submit(signed_in.open("/device"), user_code=f" {code.lower().replace('-', ' ')} ")
    assert code in shown.text


def test_a_person_may_refuse(api, signed_in):
    started = start(api)
    told = signed_in.submit(signed_in.open(started["verification_uri_complete"]), decision="refuse")
    assert "not let in" in told.text
    assert poll(api, started).json()["error"] == "access_denied"
    assert poll(api, started).json()["error"] == "expired_token"


def test_a_form_without_a_decision_refuses(api, signed_in):
    started = start(api)
    signed_in.submit(signed_in.open(started["verification_uri_complete"]))
    assert poll(api, started).json()["error"] == "access_denied"


def test_looking_at_the_page_decides_nothing(api, signed_in):
    started = start(api)
    signed_in.open(started["verification_uri_complete"])
    assert poll(api, started).json()["error"] == "authorization_pending"


def test_who_is_not_signed_in_does_so_first_and_comes_back(api, browser, person):
    started = start(api)
    asked = browser.open(started["verification_uri_complete"])
    assert asked.path == "/login"
    shown = browser.submit(asked, name=person(), password=PASSWORD)
    assert (shown.path, started["user_code"] in shown.text) == ("/device", True)


def test_a_decision_that_was_made_stands(api, each_server, signed_in, person):
    started = start(api)
    other = Browser(each_server.url)
    other.submit(other.open("/login"), name=person(), password=PASSWORD)
    late = other.open(started["verification_uri_complete"])
    signed_in.submit(signed_in.open(started["verification_uri_complete"]), decision="allow")
    assert other.submit(late, decision="allow").status == 403
    assert poll(api, started).json()["user"] == signed_in.name


def test_another_sites_page_decides_nothing(api, signed_in):
    started = start(api)
    fields = {"user_code": started["user_code"], "decision": "allow"}
    assert signed_in.client.post("/device", data=fields).status_code == 403
    forged = fields | {"csrf": signed_in.client.cookies["lazward_csrf"]}
    foreign = {"Origin": "http://evil.example.com"}
    assert signed_in.client.post("/device", data=forged, headers=foreign).status_code == 403
    assert poll(api, started).json()["error"] == "authorization_pending"


def test_codes_cannot_be_guessed(signed_in):
    for number in range(20):
        told = signed_in.open("/device", params={"user_code": f"BBBB-BB{chr(66 + number)}B"})
        if told.status == 429:
            break
    assert told.status == 429


def test_what_the_machine_says_is_shown_as_text(api, signed_in):
    started = start(api, machine='<img src="x">\n\t<b>node</b>')
    text = signed_in.open(started["verification_uri_complete"]).response.text
    assert "<img" not in text
    assert "&lt;b&gt;node&lt;/b&gt;" in text


@pytest.mark.parametrize("body", [{}, {"machine": ""}, {"machine": " \n "}])
def test_a_machine_need_not_have_a_name(api, signed_in, body):
    started = api.post("/device", json=body).json()
    assert "a machine without a name" in signed_in.open(started["verification_uri_complete"]).text


@pytest.mark.parametrize("body", [{"machine": "x" * 201}, {"machine": 7}, {"machine": "\0"}])
def test_odd_names_are_refused(api, body):
    assert api.post("/device", json=body).status_code == 400


@pytest.mark.parametrize("code", ["x", "é", "x" * 10_000, "' or 1=1 --"])
def test_made_up_device_codes_bring_nothing(api, code):
    assert api.post("/device/token", json={"device_code": code}).json()["error"] == "expired_token"


class TestStored:
    @pytest.fixture
    def clock(self, monkeypatch):
        class Clock:
            now = 1_700_000_000_000

        monkeypatch.setattr(device, "now", lambda: Clock.now)
        return Clock

    @pytest.fixture
    def started(self, database, clock):  # noqa: ARG002 - the clock stands still before it begins
        return database.write_now(device.start, "node-7", "192.0.2.1")

    def test_codes_are_letters_that_make_no_words(self, database):
        codes = {database.write_now(device.start, "m", str(i)).user_code for i in range(50)}
        assert len(codes) == 50
        assert all(len(code) == 9 and code[4] == "-" for code in codes)
        assert not set("AEIOU0123456789") & set("".join(codes))

    def test_only_hashes_are_kept(self, database, started):
        kept = repr(database.read_now(lambda tx: tx.execute(device_codes.select()).all()))
        assert started.device_code not in kept
        assert started.user_code not in kept
        assert device.normal(started.user_code) not in kept

    def test_who_polls_too_often_must_wait_longer(self, database, clock, started):
        def error():
            return database.write_now(device.poll, started.device_code).error

        assert error() == "authorization_pending"
        clock.now += 1000
        assert error() == "slow_down"
        clock.now += 5000
        assert error() == "slow_down"
        clock.now += 15_000
        assert error() == "authorization_pending"

    def test_a_poll_in_time_is_not_too_often(self, database, clock, started):
        for _ in range(5):
            assert database.write_now(device.poll, started.device_code).error == "authorization_pending"
            clock.now += 4900

    def test_a_code_is_worthless_after_ten_minutes(self, database, clock, started):
        clock.now += device.LIFE * 1000
        assert database.read_now(device.find, started.user_code) is None
        with pytest.raises(Conflict):
            database.write_now(device.decide, started.user_code, 1, allow=True)
        assert database.write_now(device.poll, started.device_code).error == "expired_token"

    def test_so_is_one_that_was_allowed_and_not_fetched(self, database, clock, started):
        database.write_now(device.decide, started.user_code, 1, allow=True)
        clock.now += device.LIFE * 1000
        assert database.write_now(device.poll, started.device_code).error == "expired_token"

    def test_what_expired_is_removed(self, database, clock):
        database.write_now(device.start, "node-7", "192.0.2.1")
        assert database.write_now(chores.forget_expired) == 0
        clock.now += device.LIFE * 1000
        assert database.write_now(chores.forget_expired) == 1

    def test_who_was_kept_out_meanwhile_gets_nothing(self, database, started):
        user = database.write_now(users.create, "ada")
        database.write_now(device.decide, started.user_code, user.id, allow=True)
        database.write_now(users.set_disabled, user.id, disabled=True)
        assert database.write_now(device.poll, started.device_code) == Refused(
            "access_denied", "The sign-in was refused."
        )

    def test_a_user_who_allowed_one_can_be_removed(self, database, started):
        user = database.write_now(users.create, "ada")
        database.write_now(device.decide, started.user_code, user.id, allow=True)
        database.write_now(users.remove, user.id)
        assert database.write_now(device.poll, started.device_code).error == "expired_token"

    def test_the_token_lives_on_while_it_is_used(self, database, started):
        database.write_now(device.decide, started.user_code, 1, allow=True)
        granted = database.write_now(device.poll, started.device_code)
        assert isinstance(granted, Granted)
        found = database.read_now(tokens.find, tokens.digest(granted.token))
        assert (found.kind, found.expires_at) == (tokens.Kind.LOGIN, granted.expires_at)

    def test_not_too_many_wait_at_once(self, database):
        for _ in range(device._MOST_FROM_ADDRESS):
            database.write_now(device.start, "m", "192.0.2.1")
        with pytest.raises(TooManyRequests):
            database.write_now(device.start, "m", "192.0.2.1")
        database.write_now(device.start, "m", "192.0.2.2")
