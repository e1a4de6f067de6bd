"""Who can reach a server and by which address: what makes no sense is refused, what is risky is told."""

import ipaddress
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from lazward.client import address
from lazward.errors import ConfigError
from lazward_server import tls
from lazward_server.settings import Settings
from lazward_server.tls import Shown

_SOON = timedelta(days=14)


def check(settings: Settings) -> None:
    """Refuse settings by which nobody, or somebody unmeant, would reach the server.

    Raises:
        ConfigError: With the reason and what to do.
    """
    _check_auth(settings)
    if (settings.tls_cert is None) != (settings.tls_key is None):
        raise ConfigError("--tls-cert and --tls-key belong together; give both or neither.")
    for text in settings.trusted_proxies:
        _check_network(text)
    for host in settings.allowed_hosts:
        _check_host(host)
    if settings.public_url:
        _check_public(settings.public_url)
    _certificate(settings)


def warnings(settings: Settings) -> Iterator[str]:
    """What an administrator should know of settings that were not refused."""
    if _in_clear(settings):
        yield (
            f"tokens travel in clear to {settings.public}: whoever is on the way can read and use them."
            " Give --tls-cert and --tls-key, or put a proxy that speaks TLS in front (--trusted-proxy)."
        )
    if shown := _certificate(settings):
        yield from _about(shown, settings)


def _check_auth(settings: Settings) -> None:
    if settings.auth:
        return
    if not settings.is_local:
        raise ConfigError(
            f"--auth off is possible only on this machine's own addresses, and {settings.host} can be reached"
            " from elsewhere. Leave authentication on, or use --host 127.0.0.1."
        )
    if settings.public_url or settings.allowed_hosts or settings.trusted_proxies:
        raise ConfigError(
            "--auth off is for this machine alone, and --public-url, --allowed-host and --trusted-proxy are"
            " for servers that others reach. Leave authentication on, or leave these out."
        )


def _check_network(text: str) -> None:
    try:
        network = ipaddress.ip_network(text)
    except ValueError as error:
        raise ConfigError(
            f"--trusted-proxy takes an IP address or a network such as 10.0.0.0/8: {error}."
        ) from error
    if network.prefixlen == 0:
        raise ConfigError(
            f"--trusted-proxy {text} would let every caller claim any address; name the proxies' own."
        )


def _check_host(host: str) -> None:
    if not host or (any(sign in host for sign in "/:*@, ") and not host.startswith("[")):
        raise ConfigError(
            f"--allowed-host takes one host name or address, without scheme, port or path, not {host!r}."
        )


def _check_public(url: str) -> None:
    try:
        address.parse(url)
    except ConfigError as error:
        raise ConfigError(f"--public-url: {error}") from error
    parts = address.split(url)
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ConfigError(
            f"--public-url {url} has something behind the host; a server answers at its host's root only."
        )


def _in_clear(settings: Settings) -> bool:
    if settings.public_url:
        public = address.parse(settings.public_url)
        return public.scheme == "http" and not public.local
    return not (settings.is_local or settings.tls or settings.trusted_proxies)


def _certificate(settings: Settings) -> Shown | None:
    if settings.tls_cert is None or settings.tls_key is None:
        return None
    return tls.load(settings.tls_cert, settings.tls_key)[1]


def _about(shown: Shown, settings: Settings) -> Iterator[str]:
    if shown.ends - datetime.now(UTC) < _SOON:
        yield f"the certificate in {settings.tls_cert} expires on {shown.ends:%Y-%m-%d}."
    host = address.parse(settings.public).host
    if not shown.covers(host):
        yield (
            f"clients will not accept the certificate at {settings.public}, for it is made for"
            f" {', '.join(shown.names) or 'no host'}; tell people one of these names with --public-url."
        )
