"""What a server and a real provider say to each other."""

import asyncio
import secrets

import httpx
import pytest

from lazward.errors import PermissionDenied, Unavailable
from lazward_server.settings import OidcSettings
from lazward_server.signin.provider import Provider
from tests.server.signin.browser import Browser
from tests.server.signin.provider import CLIENT_ID, CLIENT_SECRET, at_the_provider

VERIFIER = "v" * 43


@pytest.fixture
def settings(provider):
    return OidcSettings(provider.url, CLIENT_ID, CLIENT_SECRET, "openid profile")


@pytest.fixture
def exchange(settings, ports):
    """Signs in at the provider, and exchanges the code with what may be wrong about it."""
    address = f"http://127.0.0.1:{ports['spare']}"

    async def run(begun, nonce, verifier):
        there = Provider(settings)
        back = f"{address}/oidc/callback"
        url = await there.authorization_url(back, "s", begun, VERIFIER)
        code = httpx.URL(at_the_provider(Browser(address), "max", url)).params["code"]
        return await there.claims(code, back, nonce, verifier)

    def go(nonce=None, verifier=VERIFIER):
        begun = secrets.token_urlsafe()
        return asyncio.run(run(begun, nonce or begun, verifier))

    return go


def test_a_good_answer_holds_what_is_wanted(exchange):
    claims = exchange()
    assert (claims["sub"], claims["preferred_username"]) == ("max", "max")


def test_a_wrong_nonce_is_refused(exchange):
    with pytest.raises(PermissionDenied, match="does not hold"):
        exchange(nonce="another")


def test_a_wrong_verifier_is_refused(exchange):
    with pytest.raises(PermissionDenied, match="does not take the code"):
        exchange(verifier="w" * 43)


def test_what_is_no_provider_is_told(server):
    with pytest.raises(Unavailable, match="HTTP status 404"):
        asyncio.run(Provider(OidcSettings(server.url, CLIENT_ID)).metadata())


def test_a_provider_of_another_name_is_not_believed(settings, monkeypatch):
    async def another(_self, _url):
        return {"issuer": "https://id.example.com"}

    monkeypatch.setattr(Provider, "_get", another)
    with pytest.raises(Unavailable, match="another name"):
        asyncio.run(Provider(settings).metadata())
