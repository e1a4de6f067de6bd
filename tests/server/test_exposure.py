"""What an administrator is told of settings that work and are risky."""

import datetime as dt
from pathlib import Path

import pytest

from lazward_server import exposure
from lazward_server.settings import Settings


def warnings(**options):
    settings = Settings(Path(), "sqlite:///x", "file:///x", **options)
    exposure.check(settings)
    return list(exposure.warnings(settings))


@pytest.mark.parametrize(
    ("options", "warned"),
    [
        ({}, False),
        ({"host": "127.0.0.9"}, False),
        ({"host": "0.0.0.0"}, True),
        ({"host": "192.0.2.7"}, True),
        ({"host": "0.0.0.0", "allowed_hosts": ("ml.example.com",)}, True),
        ({"host": "0.0.0.0", "public_url": "http://ml.example.com"}, True),
        ({"public_url": "http://ml.example.com"}, True),
        ({"host": "0.0.0.0", "public_url": "https://ml.example.com"}, False),
        ({"host": "0.0.0.0", "trusted_proxies": ("10.0.0.1",)}, False),
    ],
    ids=str,
)
def test_tokens_in_clear_are_warned_of_with_the_remedy(options, warned):
    told = warnings(**options)
    assert ["tokens travel in clear" in text and "--tls-cert" in text for text in told] == [True] * warned


def test_a_certificate_for_other_names_and_one_about_to_end_are_warned_of(certificates):
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(days=3)
    cert, key = certificates.issue("ml.example.com", "127.0.0.1", not_after=soon)
    ending, naming = warnings(tls_cert=cert, tls_key=key, public_url="https://other.example")
    assert f"expires on {soon:%Y-%m-%d}" in ending
    assert "made for ml.example.com, 127.0.0.1" in naming


def test_a_certificate_that_fits_is_not_spoken_of(certificates):
    cert, key = certificates.issue("*.example.com", "127.0.0.1")
    assert warnings(tls_cert=cert, tls_key=key, host="0.0.0.0") == []
    assert warnings(tls_cert=cert, tls_key=key, public_url="https://ml.example.com") == []
