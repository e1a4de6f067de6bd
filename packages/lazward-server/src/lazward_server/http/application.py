"""The ASGI application: find the row, know the caller, decode, call, encode.

Hot requests pass through here alone, without a framework's layers; handlers that stream get Starlette's
Request and answer with its responses.
"""

import logging
from collections.abc import Callable
from typing import Any, Protocol

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from lazward.errors import BadRequest, InvalidRequest, LazwardError, PermissionDenied, Unauthenticated
from lazward.wire.base import encode
from lazward_server.http import decode
from lazward_server.http.endpoint import Caller, Context, Endpoint
from lazward_server.http.permission import Permission
from lazward_server.http.routes import Routes, split_workspace
from lazward_server.settings import Settings

log = logging.getLogger("lazward.http")

_JSON = (b"content-type", b"application/json")
_LONGEST_ERROR = 4000
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


class Gate(Protocol):
    """Decides who calls and whether they may; built by the composition root from ``auth``."""

    async def admit(
        self, authorization: bytes, workspace: str | None, needs: Permission
    ) -> tuple[Caller, tuple[int, str]]:
        """The caller and the (id, name) of the workspace.

        Raises:
            Unauthenticated: No valid credential.
            PermissionDenied: The caller may not do this here.
            NotFound: No such workspace, or none that the caller may know of.
        """
        ...


class Application:
    """Serves a list of endpoints.

    Args:
        routes: Where the endpoints are.
        gate: Who may call them.
        context: Makes the handler's context from a workspace and a caller.
        max_body: Bytes of a JSON body.
        hosts: Host names the server answers to; None for any.
    """

    def __init__(
        self,
        routes: Routes,
        gate: Gate,
        context: Callable[[tuple[int, str], Caller], Context],
        *,
        max_body: int,
        hosts: frozenset[str] | None = None,
    ) -> None:
        self._routes = routes
        self._gate = gate
        self._context = context
        self._max_body = max_body
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            answer = await self._respond(scope, receive)
        except LazwardError as error:
            await _send(send, error.status, _error(error.code, error.message), _challenge(error))
        except ClientDisconnect:
            return
        except Exception:
            log.exception("%s %s failed", scope["method"], scope["path"])
            await _send(send, 500, _error("INTERNAL_ERROR", "The server failed; its log tells why."))
        else:
            if isinstance(answer, Response):
                await answer(scope, receive, send)
            else:
                await _send(send, 200, answer if isinstance(answer, bytes) else encode(answer))

    async def _respond(self, scope: Scope, receive: Receive) -> Any:
        headers = _headers(scope)
        self._refuse_foreign(scope["method"], headers)
        workspace, path = split_workspace(scope["path"])
        endpoint, found = self._routes.find(scope["method"], path)
        caller, admitted = await self._gate.admit(
            headers.get(b"authorization", b""), workspace, endpoint.needs
        )
        ctx = self._context(admitted, caller)
        if endpoint.message is None:
            return await endpoint.handler(ctx, Request(scope, receive), **found)
        message = await self._message(endpoint, scope, receive, headers)
        return await endpoint.handler(ctx, message, **found)

    async def _message(
        self, endpoint: Endpoint, scope: Scope, receive: Receive, headers: dict[bytes, bytes]
    ) -> Any:
        assert endpoint.message is not None  # noqa: S101 - the caller has looked
        if scope["method"] == "GET" and scope["query_string"]:
            return decode.query(endpoint.message, scope["query_string"].decode("latin-1"))
        announced = headers.get(b"content-length", b"")
        if int(announced or 0) > self._max_body:
            raise _too_large(self._max_body)
        data = await _body(receive, self._max_body)
        if data and not headers.get(b"content-type", b"").lower().startswith(b"application/json"):
            raise InvalidRequest("Bad Request. Content-Type must be one of ['application/json'].")
        return decode.body(endpoint.message, data)

    def _refuse_foreign(self, method: str, headers: dict[bytes, bytes]) -> None:
        """Keep web pages of other sites out: a foreign Host is DNS rebinding, a foreign Origin is CSRF."""
        host = headers.get(b"host", b"").decode("latin-1").lower()
        if self._hosts is not None and _name(host) not in self._hosts:
            raise BadRequest(f"This server does not answer to the host name {_name(host)!r}.")
        origin = headers.get(b"origin")
        if (
            origin is not None
            and method != "GET"
            and origin.decode("latin-1").lower().partition("://")[2] != host
        ):
            raise PermissionDenied("Requests from pages of another site are refused.")


def local_hosts(settings: Settings) -> frozenset[str] | None:
    """The Host names to accept: any, unless only this machine can reach the server."""
    if not settings.is_local:
        return None
    return _LOOPBACK | {f"[{settings.host}]" if ":" in settings.host else settings.host}


def _headers(scope: Scope) -> dict[bytes, bytes]:
    return dict(scope["headers"])


def _name(host: str) -> str:
    """The host without its port."""
    return host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host


async def _body(receive: Receive, limit: int) -> bytes:
    """The whole body, or an error as soon as it is too long."""
    message = await receive()
    data: bytes = message.get("body", b"")
    if message.get("more_body"):
        parts, size = [data], len(data)
        while message.get("more_body"):
            message = await receive()
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > limit:
                raise _too_large(limit)
        data = b"".join(parts)
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    if len(data) > limit:
        raise _too_large(limit)
    return data


def _too_large(limit: int) -> InvalidRequest:
    return InvalidRequest(f"The request body is larger than {limit} bytes.")


def _error(code: str, message: str) -> bytes:
    if len(message) > _LONGEST_ERROR:  # it repeats what was sent
        message = message[:_LONGEST_ERROR] + "..."
    return encode({"error_code": code, "message": message})


def _challenge(error: LazwardError) -> list[tuple[bytes, bytes]]:
    return [(b"www-authenticate", b'Basic realm="Lazward"')] if isinstance(error, Unauthenticated) else []


async def _send(send: Send, status: int, body: bytes, extra: list[tuple[bytes, bytes]] | None = None) -> None:
    length = (b"content-length", b"%d" % len(body))
    headers = [_JSON, length, *extra] if extra else [_JSON, length]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
