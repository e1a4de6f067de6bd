"""Bodies of raw requests."""

from starlette.requests import Request


def announced(request: Request) -> int | None:
    """The announced length of the body, None where it comes in chunks."""
    length = request.headers.get("content-length", "")
    return int(length) if length.isdecimal() and length.isascii() else None
