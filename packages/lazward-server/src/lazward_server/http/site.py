"""What the server is called: the names it answers to, and who is heard on which of them a caller used."""

from dataclasses import dataclass, field
from typing import NamedTuple

from starlette.types import Scope

from lazward.client import address
from lazward.errors import BadRequest, PermissionDenied
from lazward_server.http.proxies import Proxies
from lazward_server.settings import Settings

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
_SCHEMES = ("http", "https")


class Seen(NamedTuple):
    """A request as its sender sent it, before any proxy.

    Attributes:
        sender: The address that a trusted proxy says it is from; empty where it came from the peer itself.
        scheme: ``http`` or ``https``.
        host: The server's name as the sender knows it, with the port where it has one; in lower case.
    """

    sender: str
    scheme: str
    host: str

    @property
    def origin(self) -> str:
        """The server's address as the sender knows it, in the way a browser's Origin names it."""
        return f"{self.scheme}://{self.host}"


@dataclass(frozen=True)
class Site:
    """The names of a server.

    Attributes:
        hosts: Those it answers to, without ports; None for any.
        origin: The address people use, where it was given; empty elsewhere.
        proxies: Who is believed about the way of a request.
    """

    hosts: frozenset[str] | None = None
    origin: str = ""
    proxies: Proxies = field(default_factory=Proxies)

    def see(self, scope: Scope, headers: dict[bytes, bytes], peer: str) -> Seen:
        """How the sender of a request sees the server.

        It depends on nothing but the head and on whether the peer is trusted.

        Raises:
            BadRequest: By a name that is not the server's; this is how DNS rebinding looks.
            PermissionDenied: For a page of another site that wants to write; this is CSRF.
        """
        seen = Seen("", scope["scheme"], _text(headers, b"host").lower())
        if self.proxies.trust(peer):
            seen = self._forwarded(seen, scope, headers)
        self._refuse_foreign(seen, scope["method"], headers.get(b"origin"))
        return seen

    def _forwarded(self, seen: Seen, scope: Scope, headers: dict[bytes, bytes]) -> Seen:
        hops = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
        scheme = _last(headers, b"x-forwarded-proto")
        return Seen(
            self.proxies.sender(hops.decode("latin-1")),
            scheme if scheme in _SCHEMES else seen.scheme,
            _last(headers, b"x-forwarded-host") or seen.host,
        )

    def _refuse_foreign(self, seen: Seen, method: str, origin: bytes | None) -> None:
        name = _name(seen.host)
        if self.hosts is not None and name not in self.hosts:
            raise BadRequest(
                f"This server does not answer to the host name {name!r};"
                " if it is one of its own, start it with --public-url or --allowed-host."
            )
        if origin is None or method == "GET":
            return
        given = origin.decode("latin-1").lower()
        if given.partition("://")[2] != seen.host and given != self.origin:
            raise PermissionDenied("Requests from pages of another site are refused.")


def of(settings: Settings) -> Site:
    """The names of a server with these settings: any, unless they tell, or only this machine reaches it."""
    proxies = Proxies(settings.trusted_proxies)
    public = address.parse(settings.public_url) if settings.public_url else None
    named = {*map(_bracketed, settings.allowed_hosts), *([_bracketed(public.host)] if public else [])}
    hosts = _LOOPBACK | {_bracketed(settings.host)} | named if named or settings.is_local else None
    return Site(hosts, public.url if public else "", proxies)


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host.lower()


def _name(host: str) -> str:
    """The host without its port."""
    return host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host


def _text(headers: dict[bytes, bytes], name: bytes) -> str:
    return headers.get(name, b"").decode("latin-1")


def _last(headers: dict[bytes, bytes], name: bytes) -> str:
    """What the nearest of several proxies says."""
    return _text(headers, name).rpartition(",")[2].strip().lower()
