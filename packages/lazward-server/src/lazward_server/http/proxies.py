"""Proxies in front of the server, and what those of them that are trusted say about a request."""

import ipaddress
from collections.abc import Iterable

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Proxies:
    """The proxies whose word is taken; what anybody else says about a request's way is ignored.

    Args:
        networks: Addresses and networks as text.
    """

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self._networks: tuple[Network, ...] = tuple(map(ipaddress.ip_network, networks))

    def trust(self, peer: str) -> bool:
        """Whether this is the address of a trusted proxy."""
        address = _parsed(peer) if self._networks else None
        return address is not None and any(address in network for network in self._networks)

    def sender(self, forwarded_for: str) -> str:
        """Whom a request is from by the word of a trusted proxy; empty where it says nothing of use.

        Each proxy adds at the right whom it was called by. So from the right, the first address that is no
        trusted proxy's is the caller; what stands left of it, the caller may have made up.
        """
        sender = ""
        for text in reversed(forwarded_for.split(",")):
            hop = _parsed(text)
            if hop is None:
                return sender
            sender = str(hop)
            if not self.trust(sender):
                return sender
        return sender


def plain(address: str) -> str:
    """The address in one spelling: IPv4 also where it reached a socket of IPv6."""
    parsed = _parsed(address)
    return address if parsed is None else str(parsed)


def _parsed(text: str) -> _Address | None:
    """An address, which some proxies write with a port behind it."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
