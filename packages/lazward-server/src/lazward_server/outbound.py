"""Requests that the server itself makes: to hosts that its administrator named, and to no others by a detour.

A server that fetches what it is told to can be made to reach what only it can reach. So a client here knows
its *home*, the host its administrator named, which may be on a private network. Any other host must speak
https under its own name and have public addresses only. The name is looked up once, every address is looked
at, and the connection goes to the one that was. Redirects are not followed, answers are short, and no more
of one is ever repeated than its status.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from typing import NamedTuple

import httpx

from lazward.errors import Unavailable

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_SECONDS = 10.0
_LONGEST = 2**20
"""Bytes of an answer."""


class Answered(NamedTuple):
    """What came back.

    Attributes:
        status: HTTP status.
        body: Content, at most a MiB.
    """

    status: int
    body: bytes


class Outbound:
    """Makes requests on behalf of the server.

    Args:
        home: The URL that the administrator gave.
    """

    def __init__(self, home: str) -> None:
        self._home = httpx.URL(home)

    async def send(
        self, method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | str = b""
    ) -> Answered:
        """The answer, whatever its status.

        Raises:
            Unavailable: The URL may not be asked, or did not answer in time, or too much.
        """
        try:
            async with asyncio.timeout(_SECONDS):
                return await self._send(method, httpx.URL(url), dict(headers or {}), body)
        except TimeoutError:
            raise Unavailable(f"{_named(url)} did not answer within {_SECONDS:.0f} seconds.") from None
        except httpx.HTTPError as error:
            raise Unavailable(f"{_named(url)} cannot be reached ({type(error).__name__}).") from error
        except httpx.InvalidURL:
            raise Unavailable("A URL that the server was to ask is none.") from None

    async def _send(
        self, method: str, url: httpx.URL, headers: dict[str, str], body: bytes | str
    ) -> Answered:
        pinned = await self._pin(url)
        headers |= {"Host": url.netloc.decode("ascii"), "Accept-Encoding": "identity"}
        # The system's authorities, or those that SSL_CERT_FILE names; no proxy, which would resolve anew.
        verify = ssl.create_default_context()
        async with httpx.AsyncClient(verify=verify, trust_env=False, timeout=_SECONDS) as client:
            request = client.build_request(
                method, pinned, headers=headers, content=body, extensions={"sni_hostname": url.host}
            )
            response = await client.send(request, stream=True)
            try:
                return Answered(response.status_code, await _content(response))
            finally:
                await response.aclose()

    async def _pin(self, url: httpx.URL) -> httpx.URL:
        """The URL with an address in the place of the host's name, once every address was looked at."""
        at_home = url.host == self._home.host
        addresses = await _addresses(url)
        if url.scheme != "https" and not (
            at_home and url.scheme == self._home.scheme and all(one.is_loopback for one in addresses)
        ):
            raise Unavailable(f"{_named(url)} is not asked, since it does not speak https.")
        if not at_home and not all(map(_is_public, addresses)):
            raise Unavailable(f"{_named(url)} is not asked, since it leads into a private network.")
        return url.copy_with(host=str(addresses[0]))


async def _addresses(url: httpx.URL) -> list[_Address]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(url.host, None, type=socket.SOCK_STREAM)
    except OSError:
        raise Unavailable(f"{_named(url)} has no address.") from None
    return [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]


def _is_public(address: _Address) -> bool:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_global and not (mapped or address).is_multicast


async def _content(response: httpx.Response) -> bytes:
    """The body as sent, as far as it is short and plain."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise Unavailable("The answer is compressed, which was not asked for.")
    parts: list[bytes] = []
    size = 0
    async for part in response.aiter_raw():
        parts.append(part)
        size += len(part)
        if size > _LONGEST:
            raise Unavailable(f"The answer is longer than {_LONGEST} bytes.")
    return b"".join(parts)


def _named(url: httpx.URL | str) -> str:
    """A URL as far as it may be told: what stands behind the host could hold secrets."""
    parsed = httpx.URL(url)
    return f"{parsed.scheme}://{parsed.netloc.decode('ascii', 'replace')}"
