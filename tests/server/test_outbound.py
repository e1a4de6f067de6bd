"""The server's own requests: where they go, and where they never do."""

import asyncio
import http.server
import socket
import threading

import pytest

from lazward.errors import Unavailable
from lazward_server import outbound
from lazward_server.outbound import Outbound


class Recorder(http.server.ThreadingHTTPServer):
    """Answers with what ``answers`` holds, and remembers who asked for what."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = {}
        self.asked = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, self.headers["Host"]))
        status, headers, pieces = self.server.answers.get(self.path, (200, {}, [b"{}"]))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            for piece in pieces:
                self.wfile.write(piece)
        except OSError:
            pass

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    one = Recorder()
    threading.Thread(target=one.serve_forever, args=(0.05,), daemon=True).start()
    yield one
    one.shutdown()
    one.server_close()


def get(home, url):
    return asyncio.run(Outbound(home).send("GET", url))


@pytest.fixture
def names(monkeypatch):
    """A resolver of the test's own: names with the addresses they have, one answer after the other."""
    known, real = {}, socket.getaddrinfo

    def resolve(host, port, *args, **kwargs):
        if host not in known:
            return real(host, port, *args, **kwargs)
        answers = known[host]
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port or 0)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return known


@pytest.fixture
def no_connection(monkeypatch):
    """No connection is made at all."""

    async def connect(*_args, **_kwargs):
        raise AssertionError("a connection was made")

    monkeypatch.setattr("anyio.connect_tcp", connect)


def test_home_answers(server):
    assert get(server.url, server.url + "/x?y=1").body == b"{}"
    assert server.asked == [("/x?y=1", server.url.removeprefix("http://"))]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(server, status):
    server.answers["/a"] = (status, {"Location": server.url + "/b"}, [])
    assert get(server.url, server.url + "/a").status == status
    assert [path for path, _ in server.asked] == ["/a"]


def test_long_answers_are_cut_off(server):
    server.answers["/long"] = (200, {}, [b"x" * 65536] * 64)
    with pytest.raises(Unavailable, match="longer than"):
        get(server.url, server.url + "/long")


def test_compressed_answers_are_refused(server):
    """A few bytes could be unpacked to gigabytes."""
    server.answers["/zip"] = (200, {"Content-Encoding": "gzip"}, [b"x"])
    with pytest.raises(Unavailable, match="compressed"):
        get(server.url, server.url + "/zip")


def test_slow_answers_are_given_up(server, monkeypatch):
    monkeypatch.setattr(outbound, "_SECONDS", 0.2)
    wait = threading.Event()

    def slowly():
        while not wait.wait(0.05):
            yield b"x"

    server.answers["/slow"] = (200, {}, slowly())
    with pytest.raises(Unavailable, match="did not answer within"):
        get(server.url, server.url + "/slow")
    wait.set()


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "172.16.0.1", "192.168.1.1", "127.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "198.18.0.1", "240.0.0.1",
    ],
)  # fmt: skip
@pytest.mark.usefixtures("no_connection")
def test_other_hosts_in_private_networks_are_not_asked(names, address):
    names["internal.example.com"] = [[address]]
    with pytest.raises(Unavailable, match="private network"):
        get("https://id.example.com", "https://internal.example.com/keys")


@pytest.mark.usefixtures("no_connection")
def test_one_private_address_among_public_ones_is_enough(names):
    names["mixed.example.com"] = [["93.184.215.14", "10.0.0.1"]]
    with pytest.raises(Unavailable, match="private network"):
        get("https://id.example.com", "https://mixed.example.com/keys")


@pytest.mark.parametrize(
    "url",
    [
        "https://[::1]/", "https://[::ffff:10.0.0.1]/", "https://[fd00::1]/", "https://[fe80::1]/",
        "https://127.0.0.1/", "https://2130706433/",
    ],
)  # fmt: skip
@pytest.mark.usefixtures("no_connection")
def test_addresses_in_place_of_names_are_looked_at_too(url):
    with pytest.raises(Unavailable):
        get("https://id.example.com", url)


@pytest.mark.parametrize(
    "url",
    [
        "http://other.example.com/", "ftp://id.example.com/", "file:///etc/passwd", "gopher://x/", "//x/",
        "x", "", "http://id.example.com/", "http://127.0.0.1:1/",
    ],
)  # fmt: skip
@pytest.mark.usefixtures("no_connection")
def test_only_https_is_spoken_with_others(names, url):
    names["other.example.com"] = names["id.example.com"] = [["93.184.215.14"]]
    with pytest.raises(Unavailable):
        get("https://id.example.com", url)


@pytest.mark.usefixtures("no_connection")
def test_plain_http_is_for_this_machine_only(names):
    names["id.example.com"] = [["192.0.2.1"]]
    with pytest.raises(Unavailable, match="https"):
        get("http://id.example.com", "http://id.example.com/")


def test_the_address_that_was_looked_at_is_the_one_that_is_asked(names, server):
    """A name that changes its address between two looks (DNS rebinding) is looked up once."""
    names["id.test"] = [["127.0.0.1"], ["127.0.0.2"], ["10.0.0.1"]]
    url = f"http://id.test:{server.server_port}"
    assert get(url, url + "/x").status == 200
    assert len(names["id.test"]) == 2
    assert server.asked == [("/x", f"id.test:{server.server_port}")]


def test_errors_repeat_nothing_of_what_was_asked():
    with pytest.raises(Unavailable) as told:
        get("https://id.example.com", "http://user:secret@127.0.0.1:1/path?code=secret")
    assert "secret" not in str(told.value)
