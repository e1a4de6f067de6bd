"""Passwords and tokens do not come into logs."""

import pytest

from lazward.environment.redact import redacted


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://me:pass@host/simple", "https://****@host/simple"),
        (
            "x @ git+https://token@host/a.git and http://a:b@c",
            "x @ git+https://****@host/a.git and http://****@c",
        ),
        ("git+ssh://git@host/a.git", "git+ssh://git@host/a.git"),
        ("https://conda.host/t/to-ken/channel/noarch", "https://conda.host/t/****/channel/noarch"),
        ("https://a:b@conda.host/t/to-ken", "https://****@conda.host/t/****"),
        ("https://host/a@b me@host file:///t/x/y", "https://host/a@b me@host file:///t/x/y"),
    ],
)
def test_what_is_left_out(text, shown):
    assert redacted(text) == shown
    assert redacted(shown) == shown
