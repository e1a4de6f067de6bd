"""uvicorn's HTTP protocol, with bounds on what precedes a body, and a short way for small messages.

What precedes a body comes from anybody, token or not: it must neither grow without an end nor keep a
connection for ever.

A message whose head is known (see ``http.heads``) goes straight to the application, without the parser and
without ASGI, which together cost more than logging a point does. Everything else goes uvicorn's way.
"""

import asyncio
import math
from typing import Any, cast
from typing import Protocol as Shape

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from lazward.errors import LazwardError
from lazward.wire.base import encode
from lazward_server.http.call import Call, Reply
from lazward_server.http.heads import Heads, Whole
from lazward_server.http.proxies import plain

_LONGEST_HEAD = 2**18
"""Bytes of a request line and headers; chunk extensions and trailers may have as many."""


_SECONDS_FOR_HEAD = 60.0
SECONDS_IDLE = 75
"""How long a kept connection may say nothing: longer than a client's pool keeps one by itself."""


_SECONDS_FOR_GOODBYE = 3.0
"""Over TLS both sides say that they end; clients that keep a connection for later do not listen."""


class Messages(Shape):
    """An application that takes whole messages; see ``http.application.Application``."""

    def heads(self, peer: str) -> Heads: ...

    def call(self, scope: Any) -> Call: ...

    async def reply(self, call: Call, body: bytes, peer: str) -> Reply: ...


class Answering(Shape):
    """What the server runs: an ASGI application that may take whole messages as well.

    Attributes:
        messages: Takes them; None before start-up.
    """

    @property
    def messages(self) -> Messages | None: ...


class Protocol(HttpToolsProtocol):
    """Counts what the parser keeps to itself, and looks now and then how long a head has taken."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        app: Any = vars(self)["app"]
        self._messages: Messages | None = None if self.access_log else getattr(app, "messages", None)
        self._heads = Heads()
        self._peer = ""
        self._between = True
        self._answering = False
        self._ending = False
        self._held = b""
        self._unparsed = 0
        self._head_began = self.loop.time()
        self._idle_since = math.inf
        self._watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._peer = plain(self.client[0]) if self.client else ""
        if self._messages is not None:
            self._heads = self._messages.heads(self._peer)
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """As uvicorn's; what is being answered is still answered, but for what goes on by itself."""
        self._ending = True
        if self._answering:
            return
        if self._is_streaming():
            self.transport.close()
            return
        super().shutdown()
        if not self.cycle or self.cycle.response_complete:
            self._await_goodbye()

    def data_received(self, data: bytes) -> None:
        messages = self._messages
        if self._answering:  # answers go out in the order of their requests
            self._held += data
            self.flow.pause_reading()
        elif messages is None or not self._at_start():
            self._parse(data)
        elif whole := self._heads.recall(data):
            self._begin(messages, whole)
        else:
            last = self.cycle
            self._parse(data)
            if self.cycle is not last:
                self._learn(messages, data)

    def on_message_begin(self) -> None:
        self._between = False
        self._idle_since = math.inf
        self._head_began = self.loop.time()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._unparsed = 0
        self._head_began = math.inf
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._between = True
        super().on_message_complete()

    def on_body(self, body: bytes) -> None:
        """As uvicorn's, without its two copies of a piece that is handed on before the next one comes."""
        self._unparsed = 0
        cycle: Any = self.cycle
        if not cycle.body and not cycle.response_complete:
            cycle.body = body
            super().on_body(b"")
        else:
            if isinstance(cycle.body, bytes):
                cycle.body = bytearray(cycle.body)  # which grows without being copied each time
            super().on_body(body)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._ending:
            self._await_goodbye()

    def send_400_response(self, msg: str) -> None:
        """What uvicorn calls when the parser gives up."""
        self._refuse(b"400 Bad Request", msg)

    def _parse(self, data: bytes) -> None:
        self._unparsed += len(data)
        super().data_received(data)
        if self._unparsed > _LONGEST_HEAD and not self.transport.is_closing():
            self._refuse(b"431 Request Header Fields Too Large", "The head of the request is too long.")

    def _is_streaming(self) -> bool:
        """Whether events are being sent, which have no end of their own: who reads them comes back."""
        if not self.cycle or self.cycle.response_complete:
            return False
        accepted = dict(self.scope["headers"]).get(b"accept", b"")
        return b"text/event-stream" in accepted

    def _at_start(self) -> bool:
        """Whether what comes next begins a request, and nothing is being answered."""
        return (
            self._between and self._messages is not None and (not self.cycle or self.cycle.response_complete)
        )

    def _learn(self, messages: Messages, data: bytes) -> None:
        """Remember the head of the request just parsed, if it was a message and all there was."""
        parser = cast("Any", self.parser)
        if not self._between or self.pipeline or self.transport.is_closing() or not self.cycle.keep_alive:
            return
        if self.scope["query_string"] or self.expect_100_continue or parser.should_upgrade():
            return
        try:
            call = messages.call(self.scope)
        except LazwardError:
            return
        if call.endpoint.is_message:
            self._heads.learn(data, call)

    def _begin(self, messages: Messages, whole: Whole) -> None:
        self._unset_keepalive_if_required()
        self._head_began = self._idle_since = math.inf
        self._answering = True
        task = self.loop.create_task(self._answer(messages, whole))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _answer(self, messages: Messages, whole: Whole) -> None:
        reply = await messages.reply(*whole, self._peer)
        if self.flow.write_paused:
            await self.flow.drain()
        self._answering = False
        self._idle_since = self.loop.time()
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.transport.write(reply.wire())
        if self._ending:
            self.transport.close()
            self._await_goodbye()
        elif self._held:
            held, self._held = self._held, b""
            self.flow.resume_reading()
            self.data_received(held)

    def _await_goodbye(self) -> None:
        """Give the other side of a closed connection only a moment, so that no server waits for it to end."""
        if self.scheme == "https":
            self.loop.call_later(_SECONDS_FOR_GOODBYE, self.transport.abort)

    def _look(self) -> None:
        now = self.loop.time()
        if now - self._head_began > _SECONDS_FOR_HEAD:
            self._refuse(b"408 Request Timeout", "The head of the request took too long.")
        elif now - self._idle_since > SECONDS_IDLE:
            self.transport.close()
        else:
            self._watch = self.loop.call_later(_SECONDS_FOR_HEAD / 2, self._look)

    def _refuse(self, status: bytes, message: str) -> None:
        body = encode({"error_code": "BAD_REQUEST", "message": message})
        head = b"content-type: application/json\r\ncontent-length: %d\r\nconnection: close" % len(body)
        self.transport.write(b"HTTP/1.1 %s\r\n%s\r\n\r\n%s" % (status, head, body))
        self.transport.close()
