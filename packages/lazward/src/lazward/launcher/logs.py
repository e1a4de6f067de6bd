"""Logs: files on the node that programs write to, whose new bytes a thread sends to the server.

Programs write to the files themselves, so no line waits for the network, and none is lost when the server is
away: what is not sent yet is on the node's disk, and is sent before the job counts as over.
"""

import itertools
import os
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from lazward.errors import LazwardError
from lazward.launcher.desk import Desk
from lazward.launcher.own_log import say, say_why

_EVERY = 0.3
_EVERY_AT_FIRST, _AT_FIRST = 0.1, 30
"""Seconds between two looks at what is new, and at first, while somebody may wait for the first line of a
script, so many times."""
_PART = 4 * 2**20
"""Bytes that are sent at once."""
_FULL = 2**16
"""Bytes of a part that is not added to any more. Smaller ones are sent again with what came to them, so that
a script which prints a line a second for a month does not leave millions of parts."""
_TAIL = 4000


class Log:
    """One log.

    Args:
        name: What the server calls it.
        file: Where it is on the node.
        offset: Bytes that earlier attempts have written.
    """

    def __init__(self, name: str, file: Path, offset: int) -> None:
        self.name = name
        self._file = file
        self._offset = offset
        self._start = self._grown = 0  # where the part begins that is being sent, and what of it was
        self._out: BinaryIO = file.open("ab", buffering=0)

    @property
    def handle(self) -> int:
        """For a program to write to."""
        return self._out.fileno()

    def say(self, text: str) -> None:
        """Write a line."""
        self._out.write(f"{text}\n".encode(errors="replace"))

    def tail(self) -> str:
        """The last lines."""
        with self._file.open("rb") as content:
            end = content.seek(0, os.SEEK_END)
            content.seek(max(0, end - _TAIL))
            last = content.read()
        if end > len(last):
            last = last[last.find(b"\n") + 1 :]  # the first is not whole
        return last.decode(errors="replace").replace("\0", "\ufffd")  # which no message can hold

    def send(self, desk: Desk) -> bool:
        """Send what is new, one part; whether there may be more.

        Raises:
            LazwardError: Nobody took it.
        """
        if self._file.stat().st_size <= self._start + self._grown:
            return False
        with self._file.open("rb") as content:
            content.seek(self._start)
            part = content.read(_PART)
        desk.append_log(self.name, self._offset + self._start, part)
        self._grown = len(part)
        if self._grown >= _FULL:
            self._start, self._grown = self._start + self._grown, 0
        return True


class Sender:
    """Sends logs inside a ``with`` block, and at its end what is left of them.

    Args:
        desk: Whom to send to.
        logs: What.
    """

    def __init__(self, desk: Desk, *logs: Log) -> None:
        self._desk = desk
        self._logs = logs
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lazward-logs", daemon=True)

    def __enter__(self) -> "Sender":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._ending.set()
        self._thread.join()
        for log in self._logs:
            self._finish(log, patient=kind is None)

    def _run(self) -> None:
        looks = itertools.chain(itertools.repeat(_EVERY_AT_FIRST, _AT_FIRST), itertools.repeat(_EVERY))
        while not self._ending.wait(next(looks)) and not self._desk.closed.is_set():
            for log in self._logs:
                self._send(log)

    def _send(self, log: Log) -> None:
        try:
            while log.send(self._desk) and not self._ending.is_set():
                pass
        except LazwardError:
            return  # it stays in the file for the next time
        except Exception:  # noqa: BLE001 - the next look may go well
            say_why()

    def _finish(self, log: Log, *, patient: bool) -> None:
        """Send what is left, unless nobody wants it any more."""
        ask = self._desk.insist if patient else _once
        try:
            while not self._desk.closed.is_set() and ask(lambda: log.send(self._desk)):
                pass
        except LazwardError as error:
            if not self._desk.closed.is_set():
                say(f"The end of {log.name} could not be sent: {error}")
        except Exception:  # noqa: BLE001 - what came of the job is still to be told
            say_why()


def _once(ask: Callable[[], bool]) -> bool:
    return ask()
