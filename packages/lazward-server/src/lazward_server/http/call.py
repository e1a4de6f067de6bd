"""What a request's head asks for, and what is replied: all that lies between the wire and a handler."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import NamedTuple

from lazward_server.http.endpoint import Endpoint

Header = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Call:
    """A request before its body has come.

    Attributes:
        endpoint: The row that serves it.
        found: The parameters in its path.
        workspace: The workspace in its path, None for the default one.
        authorization: The header of that name, or the session in its cookie; empty where it has neither.
        query: What stands behind the question mark of a GET or DELETE; the message, where there is any.
        length: Bytes the body is announced to have.
        json: Whether the body is announced to be JSON.
        sender: The address that a trusted proxy says it is from; empty where it is the connection's own.
        origin: ``scheme://host[:port]`` of this server, as the sender named it.
        compress: Whether a large answer may be compressed.
    """

    endpoint: Endpoint
    found: dict[str, str]
    workspace: str | None
    authorization: bytes
    query: str
    length: int
    json: bool
    sender: str = ""
    origin: str = ""
    compress: bool = False


class Reply(NamedTuple):
    """A whole answer in JSON."""

    status: int
    body: bytes
    extra: tuple[Header, ...] = ()

    def headers(self) -> list[Header]:
        """Its headers."""
        length = (b"content-length", b"%d" % len(self.body))
        return [(b"content-type", b"application/json"), length, *self.extra]

    def wire(self) -> bytes:
        """All of it as HTTP/1.1 sends it."""
        if self.status == HTTPStatus.OK and not self.extra:
            return _OK % (len(self.body), self.body)
        lines = b"".join(b"%s: %s\r\n" % header for header in self.headers())
        return b"HTTP/1.1 %s%s\r\n%s" % (status_line(self.status), lines, self.body)


_OK = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"


def status_line(status: int) -> bytes:
    """A status with its phrase and the end of its line."""
    return f"{status} {HTTPStatus(status).phrase}\r\n".encode()
