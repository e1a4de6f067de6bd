"""Logs: files on the node that programs write to, whose new bytes a thread sends to the server.

Programs write to the files themselves, so no line waits for the network, and none is lost when the server is
away: what is not sent yet is on the node's disk, and is sent before the job counts as over.
"""

import os
import threading
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from lazward.errors import LazwardError, ServerUnreachable, TooManyRequests, Unavailable
from lazward.launcher.desk import Desk

_EVERY = 0.3
_PART = 4 * 2**20
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
        self._sent = 0
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
            content.seek(0, os.SEEK_END)
            content.seek(max(0, content.tell() - _TAIL))
            return content.read().decode(errors="replace")

    def send(self, desk: Desk) -> bool:
        """Send what is new, one part; whether there may be more.

        Raises:
            LazwardError: Nobody took it.
        """
        with self._file.open("rb") as content:
            content.seek(self._sent)
            part = content.read(_PART)
        if not part:
            return False
        desk.append_log(self.name, self._offset + self._sent, part)
        self._sent += len(part)
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
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._ending.set()
        self._thread.join()
        for log in self._logs:
            while self._desk.insist(lambda log=log: log.send(self._desk)):
                pass

    def _run(self) -> None:
        while not self._ending.wait(_EVERY):
            for log in self._logs:
                self._send(log)

    def _send(self, log: Log) -> None:
        try:
            while log.send(self._desk) and not self._ending.is_set():
                pass
        except (ServerUnreachable, Unavailable, TooManyRequests):
            pass  # it stays in the file for the next time
        except LazwardError:
            self._ending.set()  # the job is none of ours any more
