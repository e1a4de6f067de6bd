"""Sends the records of one spool in their order, and notes how far it came."""

import threading
from collections.abc import Callable, Sequence

from lazward.errors import LazwardError
from lazward.spool import batch, refusal
from lazward.spool.folder import SpoolFolder
from lazward.spool.link import Link, Pause
from lazward.spool.notice import say
from lazward.spool.record import Record
from lazward.spool.refusal import Refusal, RefusedFile
from lazward.spool.segment import Position
from lazward.spool.trouble import Refused


class Sender:
    """Sends one spool.

    Args:
        folder: The spool.
        link: The way to its workspace.
        pause: What is done between two tries.
        sent: Called with the number of entries that the server has answered.
        freed: Called with the number of bytes that were deleted.

    Attributes:
        refusals: What was refused and nobody has taken note of.
        refused: The file that refusals are kept in.
    """

    def __init__(
        self,
        folder: SpoolFolder,
        link: Link,
        pause: Pause,
        *,
        sent: Callable[[int], None] = lambda _: None,
        freed: Callable[[int], None] = lambda _: None,
    ) -> None:
        self.refusals: list[Refusal] = []
        self._telling = threading.Lock()
        self.refused = RefusedFile(folder.path.parent, folder.path.name)
        self._folder = folder
        self._link = link
        self._pause = pause
        self._sent = sent
        self._freed = freed

    def send(self, end: Position, *, growing: bool = False) -> None:
        """Send what lies before ``end``.

        Args:
            end: Up to where.
            growing: Whether its segment is still written behind that.

        Raises:
            Stopped: ``pause`` gave up; what was not answered is still in the spool.
        """
        folder = self._folder
        while folder.position < end:
            window = folder.read(end if growing else None)
            if window.damaged:
                say(f"left out {window.damaged} damaged bytes at the end of a segment in {folder.path}.")
            for one in batch.batches(window.records):
                self._deliver(one.records)
            if window.end > folder.position:
                folder.acknowledge(window.end)
                self._sent(sum(record.items for record in window.records))
            elif window.end.number < end.number:
                self._freed(folder.next_segment())
            else:  # somebody deleted it
                folder.acknowledge(end)

    def take_refusals(self) -> list[Refusal]:
        """What was refused since the last time."""
        with self._telling:
            taken, self.refusals = self.refusals, []
        return taken

    def _deliver(self, records: Sequence[Record]) -> None:
        try:
            self._link.post(batch.request(records), self._pause)
        except Refused as refused:
            self._find_guilty(records, refused.error)

    def _find_guilty(self, records: Sequence[Record], error: LazwardError) -> None:
        """Send halves of what was refused as a whole, down to the one record that is to blame."""
        if len(records) == 1:
            self.set_aside(records, error)
        elif (of_run := self._run_refuses(records[0].run_id)) is not None:
            self.set_aside(records, of_run)
        else:
            middle = len(records) // 2
            self._deliver(records[:middle])
            self._deliver(records[middle:])

    def _run_refuses(self, run_id: bytes) -> LazwardError | None:
        """Why the run takes nothing at all: it is deleted, or was never there."""
        try:
            self._link.post(batch.question(run_id), self._pause)
        except Refused as refused:
            return refused.error
        return None

    def set_aside(self, records: Sequence[Record], error: LazwardError) -> None:
        """Keep what was refused, and remember to tell it."""
        found = [refusal.of(record, error) for record in records]
        self.refused.add(found)
        with self._telling:
            self.refusals += found
