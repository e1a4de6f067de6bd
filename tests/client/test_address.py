import pytest

from lazward.client import address
from lazward.errors import ConfigError


@pytest.mark.parametrize(
    ("url", "key", "short"),
    [
        ("http://Example.COM", "http://example.com:80", "http://example.com"),
        ("https://example.com/", "https://example.com:443", "https://example.com"),
        ("https://example.com:443/workspaces/x", "https://example.com:443", "https://example.com"),
        ("http://127.0.0.1:8421", "http://127.0.0.1:8421", "http://127.0.0.1:8421"),
        ("http://localhost:8421", "http://127.0.0.1:8421", "http://localhost:8421"),
        ("http://0.0.0.0:8421", "http://127.0.0.1:8421", "http://0.0.0.0:8421"),
        ("http://[::1]:8421", "http://127.0.0.1:8421", "http://[::1]:8421"),
        ("http://[2001:DB8::1]:8421", "http://[2001:db8::1]:8421", "http://[2001:db8::1]:8421"),
        (" http://a:1 \n", "http://a:1", "http://a:1"),
    ],
)
def test_spellings_of_one_server_share_a_key(url, key, short):
    server = address.parse(url)
    assert (server.key, server.url) == (key, short)


def test_schemes_and_ports_tell_servers_apart():
    keys = {address.parse(url).key for url in ("http://a", "https://a", "http://a:8080", "http://b")}
    assert len(keys) == 4


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a",
        "127.0.0.1:8421",
        "ftp://a",
        "http://",
        "http://a:x",
        "http://a:99999",
        "http://[::1",
        "/x",
        "file:///x",
    ],
)
def test_what_is_no_address_is_refused_and_named(url):
    with pytest.raises(ConfigError) as caught:
        address.parse(url)
    assert url in str(caught.value)


def test_a_password_in_an_address_is_refused_and_not_repeated():
    with pytest.raises(ConfigError) as caught:
        address.parse("http://user:hunter2@a")
    assert "hunter2" not in str(caught.value)
