"""What is left of sign-ins that nobody completed."""

from lazward_server.db.database import Tx
from lazward_server.signin import device, links


def forget_expired(tx: Tx) -> int:
    """Remove it; how much there was."""
    return device.forget_expired(tx) + links.forget_expired(tx)
