"""The ASGI application: find the row, know the caller, decode, call, encode.

Hot requests pass through here alone, without a framework's layers; handlers that stream get Starlette's
Request and answer with its responses.
"""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Protocol
from urllib.parse import unquote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from lazward.errors import InvalidRequest, LazwardError, TooManyRequests, Unauthenticated
from lazward.wire.base import encode
from lazward_server.http import compression, cookies, decode
from lazward_server.http.audit import (
    REFUSALS,
    Audit,
    Event,
    Refused,
    Throttled,
    event,
    named_among,
    named_in,
)
from lazward_server.http.call import Call, Header, Reply
from lazward_server.http.cookies import SignedOut
from lazward_server.http.endpoint import Caller, Context, Endpoint
from lazward_server.http.heads import Heads
from lazward_server.http.permission import Permission
from lazward_server.http.proxies import plain
from lazward_server.http.routes import Routes, place
from lazward_server.http.site import Site
from lazward_server.http.workspace import Workspace

log = logging.getLogger("lazward.http")

_CHALLENGE = (b"www-authenticate", b'Basic realm="Lazward"')
_WORKSPACE = b"x-mlflow-workspace"
"""How clients since MLflow 3.10 name a workspace, when the address does not."""
_ASKED_BY_QUERY = frozenset({"GET", "DELETE"})
"""Verbs whose message may stand behind the question mark; where nothing does, it is the body."""
_LONGEST_ERROR = 4000


class Gate(Protocol):
    """Decides who calls and whether they may; built by the composition root from ``auth``."""

    async def admit(
        self, authorization: bytes, workspace: str | None, needs: Permission
    ) -> tuple[Caller, Workspace]:
        """The caller and the workspace.

        Raises:
            Unauthenticated: No valid credential.
            PermissionDenied: The caller may not do this here.
            NotFound: No such workspace, or none that the caller may know of.
        """
        ...

    def forget(self) -> None:
        """Remember nothing of who may do what; called when that may have changed."""
        ...


class Reach(Protocol):
    """Decides what the token of a job reaches; built by the composition root from ``jobs``."""

    async def __call__(
        self, job: Any, endpoint: Endpoint, message: Any, found: Mapping[str, str], query: str = ""
    ) -> Any:
        """The message, narrowed to what the job may see; without one, the query of the raw request.

        Raises:
            PermissionDenied: It is about something else.
        """
        ...


class Application:
    """Serves a list of endpoints.

    Args:
        routes: Where the endpoints are.
        gate: Who may call them.
        context: Makes the handler's context from a workspace and a caller.
        audit: Is told what was asked and what came of it.
        reach: Asked where the caller shows the token of a job.
        max_body: Bytes of a JSON body.
        site: The names the server answers to.
    """

    def __init__(
        self,
        routes: Routes,
        gate: Gate,
        context: Callable[[Workspace, Caller], Context],
        audit: Audit,
        reach: Reach,
        *,
        max_body: int,
        site: Site,
    ) -> None:
        self._routes = routes
        self._gate = gate
        self._context = context
        self._audit = audit
        self._reach = reach
        self._max_body = max_body
        self._site = site
        self._heads = {trusted: Heads() for trusted in (False, True)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            answer = await self._respond(scope, receive)
        except ClientDisconnect:
            return
        if isinstance(answer, Reply):
            await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers()})
            await send({"type": "http.response.body", "body": answer.body})
        else:
            await answer(scope, receive, send)

    def heads(self, peer: str) -> Heads:
        """What was asked before over connections like this peer's, kept for ``http.protocol``."""
        return self._heads[self._site.proxies.trust(peer)]

    def call(self, scope: Scope) -> Call:
        """What a head asks for. It depends on nothing but the head, and on whether the peer is trusted.

        Raises:
            LazwardError: Nobody may ask this, whoever they are.
        """
        headers: dict[bytes, bytes] = dict(scope["headers"])
        seen = self._site.see(scope, headers, _peer(scope))
        workspace, path, pages = place(scope["path"])
        endpoint, found = self._routes.find(scope["method"], path)
        return Call(
            endpoint,
            found,
            _workspace(found.pop("workspace", None), workspace, headers.get(_WORKSPACE)),
            _credential(endpoint, seen.origin, headers, pages=pages),
            scope["query_string"].decode("latin-1") if endpoint.method in _ASKED_BY_QUERY else "",
            int(headers.get(b"content-length") or 0),
            headers.get(b"content-type", b"").lower().startswith(b"application/json"),
            seen.sender,
            seen.origin,
            compression.accepted(headers),
        )

    async def reply(self, call: Call, body: bytes, peer: str) -> Reply:
        """The answer to a message that is there as a whole, where ``endpoint.is_message``; never raises."""
        ctx = None
        try:
            ctx = await self._admit(call, peer)
            answer = await self._answer(call, ctx, body)
            if call.endpoint.is_audited:
                await self._tell(call, ctx, answer)
            return await compression.compressed(_reply(answer), call, peer)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client is told in the usual shape
            return await self._refuse(call, ctx, peer, error)

    async def _respond(self, scope: Scope, receive: Receive) -> Reply | Response:
        """The answer to a request of any kind, whose body is yet to come."""
        ctx = None
        try:
            call = self.call(scope)
        except Exception as error:  # noqa: BLE001 - as above
            return await self._refuse_head(scope, error)
        try:
            ctx = await self._admit(call, _peer(scope))
            answer = await self._handle(call, ctx, scope, receive)
            if call.endpoint.is_audited or _status(answer) in REFUSALS:
                await self._tell(call, ctx, answer)
            if isinstance(answer, Response):
                return answer
            return await compression.compressed(_reply(answer), call, _peer(scope))
        except ClientDisconnect:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            return await self._refuse(call, ctx, _peer(scope), error)

    async def _handle(self, call: Call, ctx: Context, scope: Scope, receive: Receive) -> Any:
        if call.endpoint.message is None:
            if ctx.job is not None:
                query = scope["query_string"].decode("latin-1")
                await self._reach(ctx.job, call.endpoint, None, call.found, query)
            answer = await call.endpoint.handler(ctx, Request(scope, receive), **call.found)
            self._settle(call)
            return answer
        body = b""
        if not call.query:
            if call.length > self._max_body:
                raise _too_large(self._max_body)
            body = await _body(receive, self._max_body)
        return await self._answer(call, ctx, body)

    async def _admit(self, call: Call, peer: str) -> Context:
        caller, admitted = await self._gate.admit(call.authorization, call.workspace, call.endpoint.needs)
        ctx = self._context(admitted, caller)
        ctx.client_address = call.sender or peer
        ctx.origin = call.origin
        return ctx

    async def _answer(self, call: Call, ctx: Context, body: bytes) -> Any:
        kind = call.endpoint.message
        assert kind is not None  # noqa: S101 - the callers have looked
        if call.query:
            message = decode.query(kind, call.query)
        elif body and not call.json:
            raise InvalidRequest("Bad Request. Content-Type must be one of ['application/json'].")
        else:
            message = decode.body(kind, body)
        ctx.message = message
        if ctx.job is not None:
            message = await self._reach(ctx.job, call.endpoint, message, call.found)
        answer = await call.endpoint.handler(ctx, message, **call.found)
        self._settle(call)
        return answer

    def _settle(self, call: Call) -> None:
        if call.endpoint.method != "GET" and call.endpoint.needs.administrative:
            self._gate.forget()

    async def _tell(self, call: Call, ctx: Context, answer: Any) -> None:
        """Let the audit log know what an admitted caller was answered."""
        told = _event(call, ctx, ctx.client_address)
        target = named_in(answer) | told.target
        await self._audit.record(told._replace(target=target, status=_status(answer)))

    async def _refuse(self, call: Call, ctx: Context | None, peer: str, error: Exception) -> Reply:
        """The answer to a request that failed; the audit log knows of it where it is to."""
        reply = _refusal(error, f"{call.endpoint.method} {call.endpoint.path}")
        if call.endpoint.is_audited or reply.status in REFUSALS:
            told = _event(call, ctx, peer)
            if isinstance(error, Refused | Throttled):
                told = told._replace(caller=error.caller, workspace=error.workspace)
            await self._audit.record(told._replace(status=reply.status, code=_code(error)))
        return reply

    async def _refuse_head(self, scope: Scope, error: Exception) -> Reply:
        """The answer to what nobody may ask."""
        reply = _refusal(error, f"{scope['method']} {scope['path']}")
        if reply.status in REFUSALS:
            workspace, path, _ = place(scope["path"])
            with suppress(LazwardError):  # there is no such endpoint
                endpoint, _ = self._routes.find(scope["method"], path)
                told = event(endpoint, _peer(scope), workspace, {})
                await self._audit.record(told._replace(status=reply.status, code=_code(error)))
        return reply


def _credential(endpoint: Endpoint, origin: str, headers: dict[bytes, bytes], *, pages: bool) -> bytes:
    """What the gate is shown; nothing where nobody is asked, as pages for signing in have cookies too."""
    if endpoint.needs is Permission.PUBLIC:
        return b""
    if pages:
        return cookies.credential_of_pages(endpoint.method, origin, headers)
    return cookies.credential(endpoint.method, origin, headers)


def _peer(scope: Scope) -> str:
    """The address at the other end of the connection."""
    return plain(scope["client"][0]) if scope.get("client") else ""


def _workspace(named: str | None, prefix: str | None, header: bytes | None) -> str | None:
    """The workspace that a request is about: the one in the endpoint's path, in front of it, or in a header.

    Raises:
        InvalidRequest: Address and header disagree.
    """
    if named is not None:
        return named
    sent = unquote(header.decode("latin-1")).strip() if header else None
    if prefix and sent and prefix != sent:
        raise InvalidRequest(
            f"The address names the workspace '{prefix}', the X-MLFLOW-WORKSPACE header '{sent}'."
        )
    return prefix if prefix is not None else sent or None


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


def _event(call: Call, ctx: Context | None, peer: str) -> Event:
    """What was asked, as far as it is known."""
    asked = {**call.found, **named_among(call.query)}
    address = call.sender or peer
    if ctx is None:
        return event(call.endpoint, address, call.workspace, asked)
    told = event(call.endpoint, address, call.workspace, named_in(ctx.message) | asked)
    return told._replace(caller=ctx.caller, workspace=ctx.workspace)


def _status(answer: Any) -> int:
    return answer.status_code if isinstance(answer, Response) else 200


def _code(error: Exception) -> str:
    return error.code if isinstance(error, LazwardError) else LazwardError.code


def _reply(answer: Any) -> Reply:
    if isinstance(answer, Reply):
        return answer
    return Reply(200, answer if isinstance(answer, bytes) else encode(answer))


def _refusal(error: Exception, what: str) -> Reply:
    """How an error is told to the client; one that nobody foresaw is told to the log."""
    if not isinstance(error, LazwardError):
        log.error("%s failed", what, exc_info=error)
        return _error(500, "INTERNAL_ERROR", "The server failed; its log tells why.")
    place = error.place if isinstance(error, InvalidRequest) else None
    return _error(error.status, error.code, error.message, _headers(error), place)


def _headers(error: LazwardError) -> tuple[Header, ...]:
    match error:
        case SignedOut():
            return ()
        case Unauthenticated():
            return (_CHALLENGE,)
        case TooManyRequests():
            return ((b"retry-after", b"%d" % error.retry_after),)
        case _:
            return ()


def _error(
    status: int,
    code: str,
    message: str,
    extra: tuple[Header, ...] = (),
    place: tuple[int, int] | None = None,
) -> Reply:
    if len(message) > _LONGEST_ERROR:  # it repeats what was sent
        message = message[:_LONGEST_ERROR] + "..."
    told: dict[str, object] = {"error_code": code, "message": message}
    if place is not None:
        told["position"], told["length"] = place
    return Reply(status, encode(told), extra)
