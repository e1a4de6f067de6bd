"""Nothing is ever sent anywhere, so there is nothing to switch."""

import logging


def set_diagnostics_collection(
    send_diagnostics: bool = True,
    verbosity: int = logging.INFO,
    reason: str = "",
    path: str | None = None,
) -> None:
    """Accepted; no diagnostics are collected either way."""
