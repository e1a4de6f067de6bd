"""uvicorn's HTTP protocol, with bounds on what precedes a body and refusals in the shape of all errors.

What precedes a body comes from anybody, token or not: it must neither grow without an end nor keep a
connection for ever.
"""

import asyncio
import math
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from lazward.wire.base import encode

_LONGEST_HEAD = 2**18
"""Bytes of a request line and headers; chunk extensions and trailers may have as many."""


_SECONDS_FOR_HEAD = 60.0


class Protocol(HttpToolsProtocol):
    """Counts what the parser keeps to itself, and looks now and then how long a head has taken."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._unparsed = 0
        self._head_began = self.loop.time()
        self._watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._watch is not None:
            self._watch.cancel()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        self._head_began = self.loop.time()
        super().on_message_begin()

    def data_received(self, data: bytes) -> None:
        self._unparsed += len(data)
        super().data_received(data)
        if self._unparsed > _LONGEST_HEAD and not self.transport.is_closing():
            self._refuse(b"431 Request Header Fields Too Large", "The head of the request is too long.")

    def on_headers_complete(self) -> None:
        self._unparsed = 0
        self._head_began = math.inf
        super().on_headers_complete()

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

    def send_400_response(self, msg: str) -> None:
        """What uvicorn calls when the parser gives up."""
        self._refuse(b"400 Bad Request", msg)

    def _look(self) -> None:
        if self.loop.time() - self._head_began > _SECONDS_FOR_HEAD:
            self._refuse(b"408 Request Timeout", "The head of the request took too long.")
        else:
            self._watch = self.loop.call_later(_SECONDS_FOR_HEAD / 2, self._look)

    def _refuse(self, status: bytes, message: str) -> None:
        body = encode({"error_code": "BAD_REQUEST", "message": message})
        head = b"content-type: application/json\r\ncontent-length: %d\r\nconnection: close" % len(body)
        self.transport.write(b"HTTP/1.1 %s\r\n%s\r\n\r\n%s" % (status, head, body))
        self.transport.close()
