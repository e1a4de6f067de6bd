"""Which names a server answers to, and whom it believes about the way of a request."""

import contextlib

import httpx
import pytest

from lazward_server.http.proxies import Proxies, plain
from tests.server.http.telling import telling


@pytest.fixture
def serve():
    """Serves two endpoints that tell what the server believes; returns the port."""
    with contextlib.ExitStack() as stack:
        yield lambda **options: stack.enter_context(telling(**options))


def ask(port, method="POST", source="127.0.0.1", times=1, **headers):
    """What the server believes of a request with these headers from this address."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    transport = httpx.HTTPTransport(local_address=source)
    with httpx.Client(transport=transport, base_url=f"http://127.0.0.1:{port}") as client:
        answers = [client.request(method, "/tell", headers=named) for _ in range(times)]
    assert len({answer.content for answer in answers}) == 1
    return answers[0]


FORWARDED = {
    "x_forwarded_for": "192.0.2.9",
    "x_forwarded_proto": "https",
    "x_forwarded_host": "ml.example.com",
    "forwarded": "for=203.0.113.1;host=evil.example;proto=https",
}


def test_a_trusted_proxy_is_believed(serve):
    port = serve(trusted_proxies=("127.0.0.1",), public_url="https://ml.example.com")
    assert ask(port, **FORWARDED).json() == {"address": "192.0.2.9", "origin": "https://ml.example.com"}


def test_nobody_else_is_and_nobody_by_default(serve):
    for options in ({}, {"trusted_proxies": ("127.0.0.5", "10.0.0.0/8")}):
        port = serve(**options)
        assert ask(port, **FORWARDED).json() == {
            "address": "127.0.0.1",
            "origin": f"http://127.0.0.1:{port}",
        }


def test_what_is_remembered_of_a_trusted_proxys_head_helps_nobody_else(serve):
    """The very same bytes, first by the proxy and then by somebody who would like to be taken for it."""
    port = serve(trusted_proxies=("127.0.0.1",), allowed_hosts=("ml.example.com",))
    given = FORWARDED | {"host": "127.0.0.1"}
    for _ in range(2):
        assert ask(port, times=3, **given).json()["address"] == "192.0.2.9"
        assert ask(port, times=3, source="127.0.0.3", **given).json() == {
            "address": "127.0.0.3",
            "origin": "http://127.0.0.1",
        }


def test_each_connection_has_its_own_address_however_often_a_head_comes(serve):
    port = serve(trusted_proxies=("127.0.0.2", "127.0.0.3"))
    for source in ("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4") * 2:
        assert ask(port, times=3, source=source).json()["address"] == source


@pytest.mark.parametrize(
    ("header", "sender"),
    [
        ("192.0.2.9", "192.0.2.9"),
        ("203.0.113.66, 192.0.2.9", "192.0.2.9"),
        ("203.0.113.66, 192.0.2.9, 10.1.2.3", "192.0.2.9"),
        ("192.0.2.9,10.1.2.3 , 10.0.0.4", "192.0.2.9"),
        ("10.0.0.4, 10.0.0.5", "10.0.0.4"),
        ("192.0.2.9:5678", "192.0.2.9"),
        ("[2001:db8::7]:80", "2001:db8::7"),
        ("2001:DB8:0::7", "2001:db8::7"),
        ("::ffff:192.0.2.9", "192.0.2.9"),
        ("192.0.2.9, ::ffff:10.0.0.1", "192.0.2.9"),
        ("192.0.2.9, unknown, 10.0.0.1", "10.0.0.1"),
        ("unknown", ""),
        ("", ""),
        ("'; drop table audit", ""),
    ],
)
def test_the_sender_is_the_first_from_the_right_that_is_no_trusted_proxy(header, sender):
    assert Proxies(["10.0.0.0/8"]).sender(header) == sender


def test_several_header_lines_are_one_list(serve):
    port = serve(trusted_proxies=("127.0.0.1", "10.0.0.0/8"))
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        lines = [("x-forwarded-for", hop) for hop in ("203.0.113.66", "192.0.2.9", "10.0.0.1")]
        assert client.get("/tell", headers=lines).json()["address"] == "192.0.2.9"


def test_addresses_have_one_spelling():
    assert plain("::ffff:192.0.2.9") == "192.0.2.9"
    assert plain("2001:DB8::0:7") == "2001:db8::7"
    assert plain("") == ""


def hosts_taken(port, *hosts):
    return {host for host in hosts if ask(port, "GET", host=host).is_success}


NAMES = (
    "localhost",
    "127.0.0.1",
    "[::1]:8421",
    "ml.example.com",
    "ML.example.com:443",
    "other.example",
    "evil.example",
)


def test_a_server_for_this_machine_answers_to_its_own_names_and_the_given_ones(serve):
    own = {"localhost", "127.0.0.1", "[::1]:8421"}
    assert hosts_taken(serve(), *NAMES) == own
    public = own | {"ml.example.com", "ML.example.com:443"}
    assert hosts_taken(serve(public_url="https://ml.example.com"), *NAMES) == public
    assert hosts_taken(serve(allowed_hosts=("ML.Example.com",)), *NAMES) == public
    both = serve(public_url="https://ml.example.com", allowed_hosts=("other.example",))
    assert hosts_taken(both, *NAMES) == public | {"other.example"}


def test_a_server_for_others_answers_to_any_name_until_it_is_told_its_own(serve):
    assert hosts_taken(serve(host="0.0.0.0"), *NAMES) == set(NAMES)
    named = serve(host="0.0.0.0", public_url="https://ml.example.com")
    assert hosts_taken(named, *NAMES) == set(NAMES) - {"other.example", "evil.example"}


def test_a_refused_name_is_told_with_the_remedy(serve):
    answer = ask(serve(), "GET", host="evil.example:80")
    assert answer.status_code == 400
    assert "'evil.example'" in answer.json()["message"]
    assert "--allowed-host" in answer.json()["message"]


def test_a_forwarded_host_is_held_to_the_same_list(serve):
    port = serve(trusted_proxies=("127.0.0.1",), public_url="https://ml.example.com")
    assert ask(port, x_forwarded_host="evil.example").status_code == 400
    assert ask(port, host="inner-name", x_forwarded_host="ml.example.com").status_code == 200
    assert ask(port, host="inner-name").status_code == 400


def test_pages_of_the_public_address_may_write_also_where_the_proxy_drops_the_port(serve):
    port = serve(trusted_proxies=("127.0.0.1",), public_url="https://ml.example.com:8443")
    for origin, status in {
        "https://ml.example.com:8443": 200,
        "https://ml.example.com": 200,  # by the name in Host
        "https://evil.example": 403,
        "http://ml.example.com:8443": 403,
        "null": 403,
    }.items():
        assert ask(port, host="ml.example.com", origin=origin).status_code == status, origin


def test_a_schemes_name_that_is_none_is_ignored(serve):
    port = serve(trusted_proxies=("127.0.0.1",), allowed_hosts=("ml.example.com",))
    told = ask(port, x_forwarded_proto="javascript", host="ml.example.com").json()
    assert told["origin"] == "http://ml.example.com"
