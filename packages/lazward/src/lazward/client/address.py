"""The address of a server, in one spelling."""

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from lazward.errors import ConfigError

_PORTS = {"http": 80, "https": 443}
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "::", "::1"})  # noqa: S104 - compared, not bound


@dataclass(frozen=True)
class ServerAddress:
    """Where a server listens.

    Attributes:
        scheme: ``http`` or ``https``.
        host: Name or IP address in lower case, IPv6 without its brackets.
        port: TCP port, always given.
    """

    scheme: str
    host: str
    port: int

    @property
    def netloc(self) -> str:
        """``HOST[:PORT]`` as a URL writes it, without a port that goes without saying."""
        return _bracketed(self.host) + ("" if self.port == _PORTS[self.scheme] else f":{self.port}")

    @property
    def url(self) -> str:
        """``scheme://HOST[:PORT]``."""
        return f"{self.scheme}://{self.netloc}"

    @property
    def key(self) -> str:
        """``scheme://host:port`` with one name for this machine: what credentials are stored under."""
        host = "127.0.0.1" if self.local else _bracketed(self.host)
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def local(self) -> bool:
        """Whether the server runs on this machine."""
        return self.host in _THIS_MACHINE


def parse(url: str) -> ServerAddress:
    """The server that an ``http(s)`` URL leads to; its path does not matter.

    Raises:
        ConfigError: It is no such URL, or it carries a password.
    """
    return from_parts(split(url), url)


def split(url: str) -> SplitResult:
    """The parts of a URL.

    Raises:
        ConfigError: It is no URL at all.
    """
    try:
        return urlsplit(url.strip())
    except ValueError as error:
        raise ConfigError(f"'{url}' is not a URL: {error}.") from None


def from_parts(parts: SplitResult, url: str) -> ServerAddress:
    """The same from a URL that is already taken apart; ``url`` is named when it is wrong."""
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ConfigError(f"'{url}' is not a server's address; it should look like http://127.0.0.1:8421.")
    if parts.username is not None or parts.password is not None:
        raise ConfigError("A server's address must not hold a user name or password; tokens are kept apart.")
    return ServerAddress(parts.scheme, parts.hostname, _port(parts, url))


def _port(parts: SplitResult, url: str) -> int:
    try:
        return parts.port or _PORTS[parts.scheme]
    except ValueError:
        raise ConfigError(f"'{url}' has no valid port.") from None


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
