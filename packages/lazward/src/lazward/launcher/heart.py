"""The thread that tells the server every second that the job lives, and hears whether to stop."""

import threading
import time
from types import TracebackType

from lazward.errors import LazwardError
from lazward.launcher.desk import Desk
from lazward.launcher.own_log import say_why
from lazward.wire.jobs import Report, State

_EVERY = 1.0
_LONGEST = 5.0


class Heart:
    """See the module; beats inside a ``with`` block.

    Args:
        desk: Whom to tell.

    Attributes:
        stop: Set when somebody wants the job to end, or the server knows of no such job any more.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._state: State | None = None
        self._told = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="lazward-heart", daemon=True)
        self.stop = threading.Event()

    def __enter__(self) -> "Heart":
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._ending.set()
        self._told.set()
        self._thread.join()

    def tell(self, state: State) -> None:
        """The job has come into this state; returns at once."""
        self._state = state
        self._told.set()

    def _beat(self) -> None:
        pause = _EVERY
        while not self._ending.is_set():
            self._told.clear()
            began = time.monotonic()
            pause = _EVERY if self._report() else min(pause * 2, _LONGEST)
            self._told.wait(max(0.0, pause - (time.monotonic() - began)))

    def _report(self) -> bool:
        """Tell once; whether it was heard."""
        try:
            if self._desk.report(Report(state=self._state)):
                self.stop.set()
        except LazwardError:
            if not self._desk.closed.is_set():
                return False
            self.stop.set()
            self._ending.set()  # nobody listens to any more of it
        except Exception:  # noqa: BLE001 - a heart that stands still would let the job count as lost
            say_why()
            return False
        return True
