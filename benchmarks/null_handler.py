"""The least a Python server on our stack can do with a point: take the request apart and say yes.

    python null_handler.py PORT

It stores nothing. What our server does beyond this is what storing costs.
"""

import sys
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
import uvicorn

from lazward.wire.metrics import LogMetric

_decode = msgspec.json.Decoder(LogMetric).decode
_HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"2")]


async def app(
    scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    """The whole application."""
    if scope["type"] != "http":
        return
    message = await receive()
    body = message["body"]
    while message.get("more_body"):
        message = await receive()
        body += message["body"]
    if scope["method"] == "POST":
        _decode(body)
    await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": b"{}"})


if __name__ == "__main__":
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
    )
