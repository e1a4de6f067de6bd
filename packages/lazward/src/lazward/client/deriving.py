"""The one request that an access token costs, with what every Python has.

It is sent from inside MLflow's requests too, in environments that hold little more than MLflow.
"""

from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import BaseHandler, HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener

import msgspec

from lazward.client import trust
from lazward.client.address import ServerAddress
from lazward.errors import NotSupported, ServerUnreachable, Unauthenticated
from lazward.wire.tokens import AccessToken

PATH = "/api/v1/tokens/access"
_TIMEOUT = 15.0
_LONGEST = 65_536
_OK, _UNAUTHORIZED = 200, 401
_NONE_GIVEN = frozenset({403, 404, 405, 501})


def ask(server: ServerAddress, credential: str) -> AccessToken:
    """A new access token.

    Raises:
        Unauthenticated: The credential opens nothing.
        NotSupported: The server gives none for it: it is too old, or asks nobody for a token.
        ServerUnreachable: No server answers there.
    """
    status, body = _send(server, credential)
    if status in _NONE_GIVEN:
        raise NotSupported(f"{server.url} gives no access token for this credential.")
    if status == _UNAUTHORIZED:
        raise Unauthenticated(f"{server.url} does not accept this credential.")
    if status != _OK:
        raise ServerUnreachable(f"{server.url} gave no access token (HTTP status {status}).")
    try:
        return msgspec.json.decode(body, type=AccessToken)
    except msgspec.DecodeError as error:
        raise NotSupported(f"{server.url} gives no access tokens: {error}.") from None


def _send(server: ServerAddress, credential: str) -> tuple[int, bytes]:
    """Status and body of the answer."""
    # A proxy from the environment knows nothing of servers on this machine.
    proxies = ProxyHandler({} if server.local else None)
    handlers: list[BaseHandler] = [proxies, _NoRedirect()]
    if server.scheme == "https":
        handlers.append(HTTPSHandler(context=trust.context(server) or trust.public()))
    headers = {"Authorization": f"Bearer {credential}", "User-Agent": "lazward"}
    request = Request(server.url + PATH, b"", headers)  # noqa: S310 - an address is http or https
    try:
        with build_opener(*handlers).open(request, timeout=_TIMEOUT) as response:
            return response.status, response.read(_LONGEST)
    except HTTPError as error:
        with error:
            return error.code, b""
    except (OSError, HTTPException) as error:
        raise ServerUnreachable(f"{server.url} cannot be reached: {error}.") from error


class _NoRedirect(HTTPRedirectHandler):
    """Takes a credential nowhere but where it belongs."""

    def redirect_request(self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: Any) -> None:
        """Follow none."""
