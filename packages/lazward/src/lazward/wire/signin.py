"""Messages for signing in a machine without a browser, in the shapes of RFC 8628, and links for a browser.

Where that RFC names a field, it keeps its name; lengths of time are in seconds.
"""

from typing import Annotated

import msgspec

from lazward.wire.base import Answer, Request, Text

Name = Annotated[str, msgspec.Meta(max_length=200)]


class StartDevice(Request, frozen=True):
    """``machine`` is what the page shows to the person who decides."""

    machine: Name = ""


class DeviceStarted(Answer):
    """What to show to a person, and what to poll with."""

    device_code: str
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    expires_in: int
    interval: int


class PollDevice(Request, frozen=True):
    device_code: Text


class DeviceToken(Answer):
    """The token to show from now on; it lives on while it is used."""

    access_token: str
    token_type: str
    user: str
    expires_at: int


class DeviceRefused(Answer):
    """Why there is no token (yet).

    ``error`` is ``authorization_pending``, ``slow_down``, ``expired_token`` or ``access_denied``;
    ``error_code`` and ``message`` are there as in every answer that tells of an error.
    """

    error: str
    error_code: str
    message: str


class SignInLink(Answer):
    """A link that signs a browser in once, within ``expires_in`` seconds."""

    url: str
    expires_in: int


class LinkIdentity(Request, frozen=True):
    """Who a user is at the server's OpenID Connect provider; without a subject, nobody any more."""

    subject: Name | None = None
