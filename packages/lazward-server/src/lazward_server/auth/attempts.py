"""How often one may be wrong: sign-in attempts, counted in memory by each process.

A name is counted together with the address it is tried from, so that nobody locks somebody else out from
elsewhere. An address that tries many names is counted as well, but who once signed in from there still may.
"""

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import NamedTuple, TypeVar

from lazward.errors import TooManyRequests

T = TypeVar("T")

_FREE = 5
"""Wrong passwords for a name from an address before the first wait."""
_FREE_OF_ADDRESS = 100
_LONGEST = 900.0
"""Seconds of the longest wait; waits double from one second on."""
_REMEMBER = 3600.0
_MOST = 10_000


class _Failures(NamedTuple):
    failed: int
    wait_until: float
    forget_at: float


class Attempts:
    """Counts attempts that failed, and makes who goes on wait.

    Args:
        clock: Seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[Hashable, _Failures] = OrderedDict()
        self._welcome: OrderedDict[Hashable, None] = OrderedDict()

    def begin(self, name: str, address: str) -> None:
        """Count an attempt as failed until ``succeeded`` is called, so that many at once are no way around.

        Raises:
            TooManyRequests: Too many have failed; this one does not count.
        """
        pair, network = _keys(name, address)
        counted = [(pair, _FREE)] if pair in self._welcome else [(pair, _FREE), (network, _FREE_OF_ADDRESS)]
        wait = max(self._wait(key) for key, _ in counted)
        if wait > 0:
            seconds = math.ceil(wait)
            raise TooManyRequests(f"Too many failed attempts to sign in; wait {seconds} s.", seconds)
        for key, free in counted:
            self._count(key, free)

    def succeeded(self, name: str, address: str) -> None:
        """Forget what failed before for this name; of the address, no more than this one attempt."""
        pair, network = _keys(name, address)
        self._failures.pop(pair, None)
        if pair not in self._welcome and (known := self._failures.get(network)):
            self._failures[network] = known._replace(failed=known.failed - 1)
        _put(self._welcome, pair, None)

    def _wait(self, key: Hashable) -> float:
        known = self._failures.get(key)
        return 0.0 if known is None else known.wait_until - self._clock()

    def _count(self, key: Hashable, free: int) -> None:
        now = self._clock()
        known = self._failures.get(key)
        count = 1 if known is None or known.forget_at < now else known.failed + 1
        wait = 0.0 if count < free else min(_LONGEST, 2.0 ** min(count - free, 20))
        _put(self._failures, key, _Failures(count, now + wait, now + wait + _REMEMBER))


SIGN_INS = Attempts()
"""This process's."""


def _put(table: OrderedDict[Hashable, T], key: Hashable, value: T) -> None:
    """Remember as the newest, and forget the oldest when there are too many."""
    table[key] = value
    table.move_to_end(key)
    if len(table) > _MOST:
        table.popitem(last=False)


def _keys(name: str, address: str) -> tuple[Hashable, Hashable]:
    network = _network(address)
    return (name[:128], network), network


def _network(address: str) -> str:
    """The address; of an IPv6 one the network, as everybody there has as many addresses as they like."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is None:
        return str(ipaddress.ip_network((int(ip) >> 64 << 64, 64)))
    return str(ip)
