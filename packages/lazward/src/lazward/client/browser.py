"""Opening a page for the person at this machine."""

import os
import sys


def show(url: str) -> bool:
    """Open the page in a browser that they can see; whether there is one.

    ``BROWSER`` in the environment names another program than the usual one.
    """
    if not url.startswith(("http://", "https://")) or not _visible():
        return False
    import webbrowser

    try:
        return webbrowser.open(url)
    except webbrowser.Error:
        return False


def _visible() -> bool:
    """Whether a browser would not open on another machine's screen, or in the terminal itself."""
    if os.environ.get("BROWSER"):
        return True
    if os.environ.get("SSH_CONNECTION"):
        return False
    has_screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return sys.platform in ("win32", "darwin") or bool(has_screen)
