"""How long an environment is waited for: until nobody wants it any more, or it takes too long."""

import threading
import time

from lazward.errors import EnvironmentUnavailable

MOST_SECONDS = 3600.0
LOOK = 0.1
"""Seconds between two looks at whether it is over."""


class Patience:
    """Begins when it is made.

    Args:
        stop: Set when nobody wants the environment any more.
        seconds: After which it takes too long.
    """

    def __init__(self, stop: threading.Event, seconds: float = MOST_SECONDS) -> None:
        self._stop = stop
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def over(self) -> str | None:
        """Why nothing is waited for any more; None while it is."""
        if self._stop.is_set():
            return "The environment is not wanted any more."
        if time.monotonic() > self._end:
            return (
                f"The environment was not ready after {self._seconds / 60:g} minutes, so making it was ended."
                " The build log says how far it came; ask for fewer packages, or for exact versions."
            )
        return None

    def check(self) -> None:
        """Go on, unless it is over.

        Raises:
            EnvironmentUnavailable: It is; the text says why.
        """
        if why := self.over:
            raise EnvironmentUnavailable(why)
