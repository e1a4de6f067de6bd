"""uvicorn's HTTP protocol, with a bound on what precedes a body and refusals in the shape of all errors."""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from lazward.wire.base import encode

_LONGEST_HEAD = 2**18
"""Bytes of a request line and headers; chunk extensions and trailers may have as many."""


class Protocol(HttpToolsProtocol):
    """Counts what the parser keeps to itself: without a bound it would grow for as long as somebody sends."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._unparsed = 0

    def data_received(self, data: bytes) -> None:
        self._unparsed += len(data)
        super().data_received(data)
        if self._unparsed > _LONGEST_HEAD and not self.transport.is_closing():
            self._refuse(b"431 Request Header Fields Too Large", "The head of the request is too long.")

    def on_headers_complete(self) -> None:
        self._unparsed = 0
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

    def _refuse(self, status: bytes, message: str) -> None:
        body = encode({"error_code": "BAD_REQUEST", "message": message})
        head = b"content-type: application/json\r\ncontent-length: %d\r\nconnection: close" % len(body)
        self.transport.write(b"HTTP/1.1 %s\r\n%s\r\n\r\n%s" % (status, head, body))
        self.transport.close()
