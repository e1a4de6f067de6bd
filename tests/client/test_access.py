"""Access tokens in the client: derived, kept, renewed in time, dropped when refused."""

import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from lazward import errors
from lazward.client import access, address, credentials, deriving, tokens, uri
from lazward.client.http import Connection
from lazward.wire.base import Empty

DEAD = "credential-dead"


class Issuer(ThreadingHTTPServer):
    """A server that derives ``a1``, ``a2``, ... and lets in whoever shows one of ``valid``."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.life = 3600
        self.status = 200
        self.location = ""
        self.delay = 0.0
        self.derived = []  # by which credential each was
        self.shown = []
        self.refuses = set()

    @property
    def address(self):
        return address.parse(f"http://127.0.0.1:{self.server_address[1]}")


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        shown = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.path == deriving.PATH:
            self._derive(shown)
        else:
            self.server.shown.append(shown)
            self._answer(401 if shown in self.server.refuses else 200, {})

    def _derive(self, credential):
        server = self.server
        time.sleep(server.delay)
        if server.status != 200 or credential == DEAD:
            self._answer(401 if credential == DEAD else server.status, {})
            return
        server.derived.append(credential)
        token = f"a{len(server.derived)}"
        end = int((time.time() + server.life) * 1000)
        self._answer(
            200, {"access_token": token, "expires_at": end, "expires_in": server.life, "token_type": "Bearer"}
        )

    def _answer(self, status, content):
        if status != 200:
            content = {"error_code": {401: "UNAUTHENTICATED"}.get(status, "X"), "message": "no"}
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Location", self.server.location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def issuer():
    server = Issuer()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    credentials.save(server.address.url, "credential")
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def clock(monkeypatch):
    """Seconds to add to the clock of the client."""
    ahead, real = [0.0], time.monotonic
    monkeypatch.setattr(access, "_now", lambda: real() + ahead[0])
    return ahead


def test_the_credential_is_shown_once_and_its_access_token_from_then_on(issuer):
    assert [tokens.token_for(issuer.address) for _ in range(3)] == ["a1"] * 3
    assert issuer.derived == ["credential"]


def test_it_is_renewed_when_a_tenth_of_its_life_is_left(issuer, clock):
    tokens.token_for(issuer.address)
    clock[0] = 3200
    assert tokens.token_for(issuer.address) == "a1"
    clock[0] = 3300
    assert tokens.token_for(issuer.address) == "a2"


@pytest.mark.parametrize(("life", "still", "renewed"), [(60, 53, 56), (4, 1.5, 2.6)])
def test_a_short_life_leaves_seconds_to_renew(issuer, clock, life, still, renewed):
    issuer.life = life
    tokens.token_for(issuer.address)
    clock[0] = still
    assert tokens.token_for(issuer.address) == "a1"
    clock[0] = renewed
    assert tokens.token_for(issuer.address) == "a2"


@pytest.mark.parametrize("status", [403, 404, 405, 501])
def test_a_server_that_gives_none_is_shown_the_credential_and_left_in_peace(issuer, clock, status):
    issuer.status = status
    assert tokens.token_for(issuer.address) == "credential"
    issuer.status = 200
    clock[0] = 500
    assert tokens.token_for(issuer.address) == "credential"
    clock[0] = 700
    assert tokens.token_for(issuer.address) == "a1"


def test_a_server_that_is_away_gets_what_there_is_and_is_asked_again_soon(issuer, clock):
    issuer.status = 500
    assert tokens.token_for(issuer.address) == "credential"
    issuer.status = 200
    clock[0] = 4
    assert tokens.token_for(issuer.address) == "a1"
    issuer.status = 500
    clock[0] = 3500  # renewing fails, and the old one is good for another 100 s
    assert tokens.token_for(issuer.address) == "a1"
    clock[0] = 3700
    assert tokens.token_for(issuer.address) == "credential"


def test_no_server_at_all():
    nowhere = address.parse("http://127.0.0.1:1")
    credentials.save(nowhere.url, "credential")
    assert tokens.token_for(nowhere) == "credential"


def test_without_a_credential_nothing_is_asked(issuer):
    credentials.forget(issuer.address.url)
    assert tokens.token_for(issuer.address) is None
    assert issuer.derived == []


def test_signing_in_again_elsewhere_is_noticed_without_a_restart(issuer):
    assert tokens.token_for(issuer.address) == "a1"
    credentials.save(issuer.address.url, "another")
    assert tokens.token_for(issuer.address) == "a2"
    assert issuer.derived == ["credential", "another"]


def test_many_threads_renew_once(issuer):
    issuer.delay = 0.1
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(tokens.token_for(issuer.address))) for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["a1"] * 16
    assert len(issuer.derived) == 1


def test_nobody_waits_for_a_renewal_while_the_old_token_holds(issuer, clock):
    tokens.token_for(issuer.address)
    clock[0] = 3400
    assert access._lock.acquire(blocking=False)
    try:
        assert tokens.token_for(issuer.address) == "a1"  # somebody else is renewing
    finally:
        access._lock.release()
    assert tokens.token_for(issuer.address) == "a2"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_a_child_forked_while_the_parent_renews_does_not_hang(issuer, clock):
    tokens.token_for(issuer.address)
    clock[0] = 3700
    with access._lock:
        child = os.fork()
        if child == 0:
            os._exit(0 if tokens.token_for(issuer.address) == "a2" else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing forks here")
def test_a_forked_child_goes_on_with_its_parents_token(issuer):
    tokens.token_for(issuer.address)
    child = os.fork()
    if child == 0:
        os._exit(0 if tokens.token_for(issuer.address) == "a1" else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(issuer.derived) == 1


def test_a_redirect_takes_the_credential_nowhere(issuer, recorder):
    other = recorder()
    issuer.status, issuer.location = 307, other.url
    assert tokens.token_for(issuer.address) == "credential"
    assert other.requests == []


class TestRefused:
    def ask(self, issuer, show=tokens.token_for):
        Connection(uri.parse(issuer.address.url), show).ask("POST", "/x", Empty)

    def test_a_refused_access_token_is_dropped_and_the_request_made_once_more(self, issuer):
        issuer.refuses = {"a1"}
        self.ask(issuer)
        assert issuer.shown == ["a1", "a2"]

    def test_once_and_no_more(self, issuer):
        issuer.refuses = {"a1", "a2", "a3"}
        with pytest.raises(errors.Unauthenticated, match="lazward login"):
            self.ask(issuer)
        assert issuer.shown == ["a1", "a2"]

    def test_a_dead_credential_is_told(self, issuer):
        credentials.save(issuer.address.url, DEAD)
        issuer.refuses = {DEAD}
        with pytest.raises(errors.Unauthenticated, match="lazward login"):
            self.ask(issuer)
        assert issuer.shown == [DEAD]

    def test_what_shows_the_credential_itself_is_not_sent_twice(self, issuer):
        issuer.refuses = {"credential"}
        with pytest.raises(errors.Unauthenticated):
            self.ask(issuer, tokens.credential_for)
        assert issuer.shown == ["credential"]

    def test_refusing_says_whether_there_is_another(self, issuer):
        tokens.token_for(issuer.address)
        assert tokens.refused(issuer.address, "a1")
        issuer.status = 404
        assert tokens.refused(issuer.address, "a2")
        assert not tokens.refused(issuer.address, "credential")


class TestCredentialsFile:
    def test_it_is_read_again_only_when_it_changed(self, issuer, monkeypatch):
        credentials.read(issuer.address.url)
        monkeypatch.setattr(credentials, "_load", lambda _file: pytest.fail("it was read again"))
        assert credentials.read(issuer.address.url) == "credential"

    def test_one_that_others_can_read_from_now_on_is_refused(self, issuer):
        assert credentials.read(issuer.address.url) == "credential"
        credentials.path().chmod(0o644)
        with pytest.raises(errors.ConfigError, match="chmod 600"):
            credentials.read(issuer.address.url)

    def test_one_that_is_gone_holds_nothing(self, issuer):
        assert credentials.read(issuer.address.url) == "credential"
        credentials.path().unlink()
        assert credentials.read(issuer.address.url) is None
