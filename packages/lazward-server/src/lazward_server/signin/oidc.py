"""Signing in through an OpenID Connect provider: there and back.

What the way back is checked against lies in a cookie of the browser that went there, and nowhere else: one
random secret, from which state, nonce and PKCE's verifier are derived. So a visitor who never comes back
leaves nothing behind, and nobody can come back in another's place.
"""

import base64
import hashlib
import logging
import re
import secrets
import time
from typing import TYPE_CHECKING, NamedTuple

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lazward.errors import InvalidRequest, LazwardError, NotFound, PermissionDenied
from lazward_server.http import cookies
from lazward_server.http.endpoint import ROOT, Context, Endpoint
from lazward_server.http.permission import Permission
from lazward_server.settings import OidcSettings
from lazward_server.signin import page, people

if TYPE_CHECKING:
    from lazward_server.signin.provider import Provider

log = logging.getLogger("lazward.signin")

_COOKIE = "lazward_oidc"
_LIFE = 600
"""Seconds to be there and back."""
_PATH = "/oidc/callback"


class Errand(NamedTuple):
    """A way to the provider that a browser began.

    Attributes:
        secret: Random.
        began_at: Seconds since the epoch.
        after: The page of ours to go to in the end.
    """

    secret: str
    began_at: int
    after: str

    @property
    def state(self) -> str:
        """What the provider hands back."""
        return self._derived("state")

    @property
    def nonce(self) -> str:
        """What the identity token must repeat."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """What the code is worthless without."""
        return self._derived("verifier")

    def written(self) -> str:
        """As a cookie's value."""
        after = base64.urlsafe_b64encode(self.after.encode()).decode().rstrip("=")
        return f"{self.secret}.{self.began_at}.{after}"

    def _derived(self, purpose: str) -> str:
        hashed = hashlib.sha256(f"{purpose} {self.written()}".encode()).digest()
        return base64.urlsafe_b64encode(hashed).decode().rstrip("=")


def warm_up(settings: OidcSettings) -> None:
    """Load what signing in needs, so that the first person does not wait, and nobody beside them."""
    from lazward_server.signin.provider import provider_of

    provider_of(settings)


def begun(after: str) -> Errand:
    """A new errand."""
    return Errand(secrets.token_urlsafe(32), int(time.time()), after)


def read(written: str) -> Errand:
    """The errand in a cookie.

    Raises:
        InvalidRequest: There is none in it.
    """
    try:
        secret, began_at, after = written.split(".")
        padded = after + "=" * (-len(after) % 4)
        return Errand(secret, int(began_at), base64.urlsafe_b64decode(padded).decode())
    except ValueError:
        raise InvalidRequest("The cookie of this sign-in cannot be read. Begin again.") from None


async def start(ctx: Context, request: Request) -> Response:
    """Send the browser to the provider."""
    errand = begun(page.local(request.query_params.get("next")))
    try:
        provider, _ = _provider(ctx)
        url = await provider.authorization_url(
            ctx.origin + _PATH, errand.state, errand.nonce, errand.verifier
        )
    except LazwardError as error:
        return page.failure(request, error.message, error.status)
    response = RedirectResponse(url, 303, page.FENCE)
    cookies.put(response, _COOKIE, errand.written(), ctx.origin, seconds=_LIFE)
    return response


async def callback(ctx: Context, request: Request) -> Response:
    """Take the browser back from the provider; whatever comes of it, this way back is used up."""
    try:
        response = await _come_back(ctx, request)
    except LazwardError as error:
        log.warning("signing in with the provider failed: %s", error.message)
        response = page.failure(request, error.message, error.status)
    cookies.drop(response, _COOKIE, ctx.origin)
    return response


async def _come_back(ctx: Context, request: Request) -> Response:
    provider, settings = _provider(ctx)
    errand = _errand(ctx, request)
    code = await _code(request, errand, provider)
    claims = await provider.claims(code, ctx.origin + _PATH, errand.nonce, errand.verifier)
    token = await ctx.db.write(people.sign_in, settings, claims, page.session_of(ctx, request))
    return await page.signed_in(ctx, token, errand.after)


def _provider(ctx: Context) -> "tuple[Provider, OidcSettings]":
    settings = ctx.settings.oidc
    if settings is None:
        raise NotFound("This server has no OpenID Connect provider; its administrator can give one.")
    # Loaded for who needs it, at the start (``warm_up``): it brings a good half of a second of imports along.
    from lazward_server.signin.provider import provider_of

    return provider_of(settings), settings


def _errand(ctx: Context, request: Request) -> Errand:
    """The errand that this browser began.

    Raises:
        PermissionDenied: It began none, or too long ago.
    """
    header = request.headers.get("cookie", "").encode("latin-1")
    written = cookies.read(header, _COOKIE, ctx.origin)
    errand = read(written) if written else None
    if errand is None or not 0 <= time.time() - errand.began_at < _LIFE:
        raise PermissionDenied(
            f"This browser began no sign-in in the last {_LIFE // 60} minutes, or keeps no cookies."
            " Begin again."
        )
    return errand


async def _code(request: Request, errand: Errand, provider: "Provider") -> str:
    """What the provider sent the browser back with.

    Raises:
        PermissionDenied: It is not the answer to this errand, or says no.
        InvalidRequest: It holds no code.
    """
    given = request.query_params
    if not cookies.equal(given.get("state", ""), errand.state):
        raise PermissionDenied("This is not the answer to the sign-in that this browser began. Begin again.")
    await _check_issuer(given.get("iss"), provider)
    if "error" in given:
        told = given["error"] if re.fullmatch(r"[a-z_]{1,40}", given["error"]) else "an error"
        raise PermissionDenied(f"The provider does not sign you in: {told}.")
    if not given.get("code"):
        raise InvalidRequest("The provider sent no code. Begin again.")
    return given["code"]


async def _check_issuer(issuer: str | None, provider: "Provider") -> None:
    """Refuse the answer of another provider (RFC 9207)."""
    metadata = await provider.metadata()
    promised = metadata.get("authorization_response_iss_parameter_supported") is True
    if (issuer is not None or promised) and issuer != metadata["issuer"]:
        raise PermissionDenied("This answer is from another provider. Begin again.")


ENDPOINTS = [
    Endpoint("GET", "oidc/start", start, needs=Permission.PUBLIC, under=ROOT),
    Endpoint("GET", "oidc/callback", callback, needs=Permission.PUBLIC, under=ROOT, audited=True),
]
