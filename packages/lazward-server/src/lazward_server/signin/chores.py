"""What is left of sign-ins that nobody completed, and of tokens that are over."""

from lazward_server.auth import tokens
from lazward_server.db.clock import now
from lazward_server.db.database import Tx
from lazward_server.signin import device, links

_KEPT = 3_600_000
"""Milliseconds that a token outlives its end, so that whoever shows it reads that it is over for a while."""


def forget_expired(tx: Tx) -> int:
    """Remove it; how much there was."""
    over = tokens.forget_expired(tx, now() - _KEPT)
    return over + device.forget_expired(tx) + links.forget_expired(tx)
