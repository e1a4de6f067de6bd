"""Identity tokens: whatever is wrong with one, nobody comes in by it."""

import base64
import hmac
import json
import time

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from lazward.errors import LazwardError, PermissionDenied
from lazward_server.settings import OidcSettings
from lazward_server.signin.provider import Provider

SETTINGS = OidcSettings("https://id.example.com", "lazward", "a secret of some length, as is usual")
METADATA = {
    "issuer": SETTINGS.issuer,
    "id_token_signing_alg_values_supported": ["none", "RS256", "HS256", "ES256"],
}
OURS, OTHERS = (RSAKey.generate_key(2048, {"kid": kid}) for kid in ("k1", "k1"))
KEYS = KeySet([OURS])


def claims(**changed):
    now = int(time.time())
    good = {
        "iss": SETTINGS.issuer,
        "aud": "lazward",
        "sub": "1",
        "nonce": "n",
        "iat": now,
        "exp": now + 300,
    }
    return {name: value for name, value in (good | changed).items() if value is not None}


def token(header=None, key=OURS, **changed):
    return jwt.encode({"alg": "RS256", "kid": "k1"} | (header or {}), claims(**changed), key)


def checked(text):
    return Provider(SETTINGS)._checked(text, KEYS, METADATA, "n", "an access token")


def test_a_good_one():
    assert checked(token())["sub"] == "1"
    assert checked(token(aud=["lazward"]))["sub"] == "1"
    assert checked(token(aud=["lazward", "other"], azp="lazward"))["sub"] == "1"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://other.example.com"},
        {"iss": None},
        {"iss": SETTINGS.issuer + "/"},
        {"aud": "other"},
        {"aud": ["other"]},
        {"aud": []},
        {"aud": None},
        {"azp": "other"},
        {"aud": ["lazward", "other"], "azp": "other"},
        {"exp": 1},
        {"exp": int(time.time()) - 120},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": int(time.time()) + 3600},
        {"iat": None},
        {"nbf": int(time.time()) + 3600},
        {"nonce": "m"},
        {"nonce": None},
        {"nonce": ["n"]},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"at_hash": "of another access token"},
    ],
)
def test_wrong_claims(changed):
    with pytest.raises(PermissionDenied):
        checked(token(**changed))


def test_a_signature_by_another_key():
    with pytest.raises(PermissionDenied):
        checked(token(key=OTHERS))


def test_a_key_that_the_provider_does_not_name():
    with pytest.raises(LazwardError):
        checked(token({"kid": "k2"}, RSAKey.generate_key(2048, {"kid": "k2"})))


def part(document):
    return encoded(json.dumps(document).encode())


def encoded(raw):
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def test_no_signature_at_all():
    for algorithm in ("none", "None", "NONE"):
        with pytest.raises(PermissionDenied):
            checked(f"{part({'alg': algorithm})}.{part(claims())}.")
    head, body, _ = token().split(".")
    with pytest.raises(PermissionDenied):
        checked(f"{head}.{body}.")


def test_a_signature_by_a_secret_that_we_know_too():
    """The client's secret, or the provider's public key taken for one."""
    for secret in (SETTINGS.client_secret.encode(), OURS.as_pem(private=False)):
        signed = f"{part({'alg': 'HS256', 'kid': 'k1'})}.{part(claims())}"
        signature = encoded(hmac.digest(secret, signed.encode(), "sha256"))
        with pytest.raises(PermissionDenied):
            checked(f"{signed}.{signature}")


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "....", "é.é.é", "x" * 100_000])
def test_no_token_at_all(text):
    with pytest.raises(LazwardError):
        checked(text)


def test_a_changed_body():
    head, _, signature = token().split(".")
    _, other, _ = token(sub="2").split(".")
    with pytest.raises(PermissionDenied):
        checked(f"{head}.{other}.{signature}")
