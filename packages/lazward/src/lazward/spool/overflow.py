"""What becomes of calls for which a spool has no room: the training goes on, whatever it is."""

import threading
import time
from collections.abc import Callable

from lazward.spool import batch, record
from lazward.spool.journal import Journal
from lazward.spool.link import Link, Stopped
from lazward.spool.notice import say
from lazward.spool.record import Record
from lazward.spool.sender import Sender
from lazward.spool.trouble import Refused, Trouble

_PATIENCE = 10.0
_BETWEEN = 0.3
_REST = 60.0


class Overflow:
    """Makes room for a call and keeps it after all, or sends it past the spool, or drops it.

    Args:
        journal: Where there is no room.
        link: The way to the server.
        sender: Who notes what the server refuses.
        sending: Held by whoever uses the link.
        flush: Waits some seconds for everything to be sent; returns how many entries are left.

    Attributes:
        dropped: How many entries were lost.
    """

    def __init__(
        self,
        journal: Journal,
        link: Link,
        sender: Sender,
        sending: threading.Lock,
        flush: Callable[[float], int],
    ) -> None:
        self.dropped = 0
        self._journal = journal
        self._link = link
        self._sender = sender
        self._sending = sending
        self._flush = flush
        self._rest_until = 0.0

    def take(self, frame: bytes, error: OSError) -> None:
        """Do the best for a record that could not be written."""
        call = next(record.scan(frame))
        if self._may_send() and self._made_room() and (self._kept(frame, call.items) or self._sent(call)):
            return
        self._rest_until = time.monotonic() + _REST
        if not self.dropped:
            say(
                f"WARNING: the spool {self._link.kept} is full ({error.strerror}) and"
                f" {self._link.where.server.url} is away. What is logged from now on is lost until there is"
                " room; training goes on."
            )
        self.dropped += call.items

    def _may_send(self) -> bool:
        """Whether the server seems to answer; a training that waited in vain does not wait again soon."""
        return self._link.trouble is None and time.monotonic() >= self._rest_until

    def _made_room(self) -> bool:
        """Whether everything could be sent, so that the old segments are gone."""
        self._journal.begin_segment()
        return not self._flush(_PATIENCE)

    def _kept(self, frame: bytes, items: int) -> bool:
        try:
            self._journal.append(frame, items)
        except OSError:
            return False
        return True

    def _sent(self, call: Record) -> bool:
        """Send one call past the spool, in which nothing is left."""
        end = time.monotonic() + _PATIENCE

        def pause(_: Trouble) -> None:
            if time.monotonic() > end:
                raise Stopped
            time.sleep(_BETWEEN)

        if not self._sending.acquire(timeout=_PATIENCE):
            return False
        try:
            self._link.post(batch.request([call]), pause)
        except Refused as refused:
            self._sender.set_aside([call], refused.error)
        except Stopped:
            return False
        finally:
            self._sending.release()
        return True
