"""An OpenID Connect provider, found by discovery: where to send people, and what it says of them."""

# Authlib has no types of its own:
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false

import functools
import logging
import time
from typing import Any, cast

import msgspec
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from lazward.errors import PermissionDenied, Unavailable
from lazward_server.outbound import Outbound
from lazward_server.settings import OidcSettings
from lazward_server.signin.people import Claims

log = logging.getLogger("lazward.signin")

_REMEMBER = 600.0
"""Seconds that the discovery document is believed."""
_LEEWAY = 60
"""Seconds that the provider's clock may be off."""
_ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519",
)  # fmt: skip
"""Signatures by a key that is the provider's alone; ``none`` and secrets shared with us are not."""
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


class Provider:
    """The provider that people sign in with."""

    def __init__(self, settings: OidcSettings) -> None:
        self._settings = settings
        self._out = Outbound(settings.issuer)
        self._metadata: Claims = {}
        self._read_at = float("-inf")

    async def authorization_url(self, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Where to send a person.

        Raises:
            Unavailable: The provider does not answer, or not as one does.
        """
        endpoint = _text(await self.metadata(), "authorization_endpoint")
        if not endpoint.startswith(("https://", self._settings.issuer)):
            raise Unavailable("The provider's page for signing in is not behind https.")
        return str(
            prepare_grant_uri(
                endpoint,
                client_id=self._settings.client_id,
                response_type="code",
                redirect_uri=redirect_uri,
                scope=self._settings.scopes,
                state=state,
                nonce=nonce,
                code_challenge=create_s256_code_challenge(verifier),
                code_challenge_method="S256",
            )
        )

    async def claims(self, code: str, redirect_uri: str, nonce: str, verifier: str) -> Claims:
        """What the provider says of the person who came back with this code.

        Raises:
            PermissionDenied: The code or the answer is not good.
            Unavailable: The provider does not answer, or not as one does.
        """
        answer = await self._exchange(code, redirect_uri, verifier)
        identity = self._checked(
            _text(answer, "id_token"),
            await self._keys(),
            await self.metadata(),
            nonce,
            _text(answer, "access_token"),
        )
        missing = self._settings.wanted_claims - identity.keys()
        if missing and "userinfo_endpoint" in await self.metadata():
            more = await self._userinfo(_text(answer, "access_token"))
            if more.get("sub") != identity["sub"]:
                raise PermissionDenied("The provider speaks of two different people.")
            return {**more, **identity}
        return identity

    async def metadata(self) -> Claims:
        """The provider's discovery document."""
        if time.monotonic() - self._read_at > _REMEMBER:
            issuer = self._settings.issuer.rstrip("/")
            found = await self._get(f"{issuer}/.well-known/openid-configuration")
            if _text(found, "issuer").rstrip("/") != issuer:
                raise Unavailable("The provider calls itself by another name than --oidc-issuer.")
            self._metadata, self._read_at = found, time.monotonic()
        return self._metadata

    async def _exchange(self, code: str, redirect_uri: str, verifier: str) -> Claims:
        metadata = await self.metadata()
        body = prepare_token_request(
            "authorization_code", code=code, redirect_uri=redirect_uri, code_verifier=verifier
        )
        endpoint = _text(metadata, "token_endpoint")
        auth: Any = ClientAuth(self._settings.client_id, self._settings.client_secret, self._method(metadata))
        url, headers, signed = auth.prepare("POST", endpoint, dict(_FORM), body)
        answer = await self._out.send("POST", url, headers=headers, body=signed)
        if 400 <= answer.status < 500:  # noqa: PLR2004
            log.warning("the provider refused a code: %s", _problem(answer.body))
            raise PermissionDenied("The provider does not take the code (any more). Begin again.")
        return _document(answer.status, answer.body)

    def _method(self, metadata: Claims) -> str:
        """How to show who we are: by HTTP's basic scheme unless the provider takes only a form field."""
        known = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if not self._settings.client_secret:
            return "none"
        return "client_secret_basic" if "client_secret_basic" in known else "client_secret_post"

    async def _keys(self) -> Any:
        """The keys it signs with, fetched each time: they change, and people sign in rarely."""
        found = await self._get(_text(await self.metadata(), "jwks_uri"))
        try:
            return KeySet.import_key_set(cast("Any", found))
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise Unavailable("The provider's keys cannot be read.") from error

    def _checked(self, id_token: str, keys: Any, metadata: Claims, nonce: str, access_token: str) -> Claims:
        """The claims of an identity token whose signature, issuer, audience, age and nonce are right."""
        offered = metadata.get("id_token_signing_alg_values_supported", ["RS256"])
        registry = JWSRegistry(algorithms=[one for one in _ALGORITHMS if one in offered])
        registry.strict_check_header = False
        options: Any = {
            "iss": {"essential": True, "value": _text(metadata, "issuer")},
            "aud": {"essential": True, "value": self._settings.client_id},
            "sub": {"essential": True},
        }
        expected = {"nonce": nonce, "client_id": self._settings.client_id, "access_token": access_token}
        try:
            token = jwt.decode(id_token, keys, registry=registry)
            checked = CodeIDToken(token.claims, token.header, options, expected)
            checked.validate(leeway=_LEEWAY)
            _text(checked, "sub")
        except (JoseError, AuthlibBaseError, ValueError, TypeError, Unavailable) as error:
            log.warning("an identity token is not good: %s", error)
            raise PermissionDenied("What the provider says does not hold. Begin again.") from error
        return dict(checked)

    async def _userinfo(self, access_token: str) -> Claims:
        url = _text(await self.metadata(), "userinfo_endpoint")
        headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
        answer = await self._out.send("GET", url, headers=headers)
        return _document(answer.status, answer.body)

    async def _get(self, url: str) -> Claims:
        answer = await self._out.send("GET", url, headers={"Accept": "application/json"})
        return _document(answer.status, answer.body)


@functools.cache
def provider_of(settings: OidcSettings) -> Provider:
    """The provider that these settings name, with what this process remembers of it."""
    return Provider(settings)


def _document(status: int, body: bytes) -> Claims:
    if status != 200:  # noqa: PLR2004
        raise Unavailable(f"The provider answered with HTTP status {status}.")
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.DecodeError:
        raise Unavailable("The provider's answer is no JSON object.") from None


def _text(document: Claims, name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value:
        raise Unavailable(f"The provider's answer has no {name}.")
    return value


def _problem(body: bytes) -> str:
    """The error's code, for the log: the rest may repeat what was sent."""
    try:
        return str(msgspec.json.decode(body, type=dict[str, Any]).get("error", "?"))[:100]
    except msgspec.DecodeError:
        return "?"
