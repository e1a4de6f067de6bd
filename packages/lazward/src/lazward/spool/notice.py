"""What the user is told while training goes on: lines on standard error."""

import contextlib
import sys
import time

_QUIET = 1.0
_BETWEEN = 0.5


def say(text: str) -> None:
    """Tell the user."""
    write(f"lazward: {text}\n")


def write(text: str) -> None:
    """Write as it stands; a process without standard error goes on without."""
    with contextlib.suppress(Exception):
        sys.stderr.write(text)
        sys.stderr.flush()


def count(items: int) -> str:
    """How many points, params and tags."""
    return f"{items:,} {'entry' if items == 1 else 'entries'}"


class Progress:
    """A line that tells how a flush goes on, once it has taken longer than a second."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._next = time.monotonic() + _QUIET
        self._shown = False
        self._terminal = bool(getattr(sys.stderr, "isatty", bool)())

    def show(self, left: int) -> None:
        """Tell how many entries are left; a terminal's line is replaced, elsewhere one line must do."""
        now = time.monotonic()
        if now < self._next or (self._shown and not self._terminal):
            return
        self._next = now + _BETWEEN
        text = f"lazward: sending {count(left)} to {self._server} ..."
        write(f"\r{text}\033[K" if self._terminal else f"{text}\n")
        self._shown = True

    def end(self, left: int) -> None:
        """Tell that it is over, if anything was told before."""
        if not self._shown:
            return
        write("\r\033[K" if self._terminal else "")
        if not left:
            say(f"everything has reached {self._server}.")
