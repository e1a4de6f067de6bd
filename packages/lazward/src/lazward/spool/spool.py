"""The spool of this process for one workspace: calls are appended here and sent in the background."""

import random
import threading
import time

from lazward.client.uri import WorkspaceUri
from lazward.spool import folder, orphans, owner, record
from lazward.spool.journal import Journal
from lazward.spool.link import Link, Stopped
from lazward.spool.notice import Progress, count, say
from lazward.spool.overflow import Overflow
from lazward.spool.refusal import Refusal
from lazward.spool.segment import Position
from lazward.spool.sender import Sender
from lazward.spool.settings import Settings
from lazward.spool.trouble import Trouble

LINGER = 0.3
"""Seconds between two looks at what is new: many calls share a request, and charts are still live."""

_SYNC = 1.0
_ROUNDS = 60.0
_SHORT = 1.0


class Spool:
    """Takes calls from any thread, and sends them from one of its own.

    Attributes:
        where: The workspace.
        closed: Whether it takes nothing any more; then another is to be opened.

    Raises:
        OSError: Its folder cannot be made.
    """

    def __init__(self, where: WorkspaceUri, settings: Settings) -> None:
        self.where = where
        self.closed = False
        self._settings = settings
        self._folder = folder.create(settings.root, owner.this_process(where.tracking))
        self._journal = Journal(self._folder, settings)
        self._link = Link(where, str(self._folder.path))
        self._sender = Sender(
            self._folder, self._link, self._pause, sent=self._note_sent, freed=self._journal.freed
        )
        self._sent = 0
        self._next_round = self._give_up = 0.0
        self._starting = threading.Lock()
        self._sending = threading.Lock()
        self._overflow = Overflow(self._journal, self._link, self._sender, self._sending, self.flush)
        self._changed = threading.Condition()
        self._wake = threading.Event()
        self._threads: list[threading.Thread] | None = None

    # ------------------------------------------------------------ the training's side

    def append(self, kind: int, run_id: str, items: int, content: bytes) -> None:
        """Keep a call. It survives the end of the process at once, and a power cut a second later.

        Where nothing can be kept any more, it is sent at once if the server answers, and dropped if not.
        """
        frame = record.encode(kind, run_id.encode(), items, time.time_ns() // 1_000_000, content)
        try:
            self._journal.append(frame, items)
        except OSError as error:
            if self.closed:  # a thread that logs while the process ends
                self._overflow.dropped += items
                return
            self._overflow.take(frame, error)
        if self._threads is None:
            self._start()

    def flush(self, seconds: float | None = None) -> int:
        """Wait until the server has answered all that was appended so far.

        Args:
            seconds: How long at most; by default what the settings say.

        Returns:
            How many entries are left, none if all went well.
        """
        end = self._journal.end
        if self._folder.position >= end:
            return 0
        deadline = time.monotonic() + (self._settings.flush_timeout if seconds is None else seconds)
        progress = Progress(self.where.server.url)
        if self._threads:
            self._await(end, deadline, progress)
        else:
            self._send_here(deadline)
        left = max(self.left, 1) if self._folder.position < end else 0
        progress.end(left)
        return left

    @property
    def left(self) -> int:
        """How many entries the server has not answered."""
        return self._journal.items - self._sent

    @property
    def statement(self) -> str:
        """What is left, where it is and what becomes of it; empty if there is nothing to tell."""
        told = ""
        if self._folder.position < self._journal.end:
            told = (
                f"{count(self.left)} for {self.where.server.url} are kept in {self._folder.path};"
                " the next process that logs there sends them, or `lazward sync`."
            )
        if dropped := self._overflow.dropped:
            told += f" Lost, as the spool was full and the server away: {count(dropped)}."
        return told.strip()

    @property
    def refused_file(self) -> str:
        """Where refused calls are kept."""
        return str(self._sender.refused.path)

    def take_refusals(self) -> list[Refusal]:
        """What the server refused since the last time."""
        return self._sender.take_refusals() if self._sender.refusals else []

    def close(self) -> None:
        """Send what can be sent in time, then leave the folder to others, or delete it if nothing is left."""
        self.flush()
        self.closed = True
        self._wake.set()
        if not self._sending.acquire(timeout=_SHORT):
            return  # the process ends in the middle of a request, and its end lets go of the folder
        self._journal.close()
        self._link.close()
        if self._folder.position < self._journal.end:
            self._folder.release()
        else:
            self._folder.remove()

    def abandon(self) -> None:
        """Forget the spool in a forked child: it is its parent's, and so are its threads."""
        self.closed = True
        self._journal.abandon()
        self._folder.release()

    # ------------------------------------------------------------ the threads

    def _start(self) -> None:
        """Start the threads; where none can be started any more, a flush does their work."""
        with self._starting:
            if self._threads is not None:
                return
            works = (self._send_always, self._sync_always)
            threads = [threading.Thread(target=work, name="lazward-spool", daemon=True) for work in works]
            try:
                for thread in threads:
                    thread.start()
            except RuntimeError:  # while the interpreter ends
                threads = []
            self._threads = threads

    def _send_always(self) -> None:
        while not self.closed:
            self._wake.wait(LINGER)
            self._wake.clear()
            try:
                self._send()
            except Stopped:
                return
            except Exception as error:  # noqa: BLE001 - whatever it is, the next calls must still be sent
                say(f"sending failed and is tried again: {type(error).__name__}: {error}")
                time.sleep(_SYNC)

    def _sync_always(self) -> None:
        signed = time.monotonic()
        while not self.closed:
            time.sleep(_SYNC)
            if time.monotonic() - signed > _ROUNDS:
                signed = time.monotonic()
                self._folder.give_sign()
            if not self.closed:
                self._journal.sync()

    def _send(self) -> None:
        with self._sending:
            if self.closed:
                return
            if time.monotonic() >= self._next_round:
                self._next_round = time.monotonic() + _ROUNDS
                self._send_orphans()
            self._sender.send(self._journal.end, growing=True)

    def _send_orphans(self) -> None:
        """Send what processes that are gone have left, before anything newer for the same runs."""
        root, own = self._settings.root, self._folder.path
        for found in orphans.claim(root, self.where, own):
            orphans.send(found, self._link, self._pause)
        self._journal.others = sum(folder.size(path) for path in folder.paths(root) if path != own)

    def _note_sent(self, items: int) -> None:
        with self._changed:
            self._sent += items
            self._changed.notify_all()

    # ------------------------------------------------------------ waiting

    def _pause(self, trouble: Trouble) -> None:
        """Wait until the next try, which a flush brings forward unless the server asked for the time."""
        with self._changed:
            self._changed.notify_all()
        now = time.monotonic()
        until, asked = now + trouble.pause, now + trouble.asked
        while now < until:
            if self.closed or 0 < self._give_up <= now:
                raise Stopped
            if self._wake.wait(min(until - now, _SHORT)):
                self._wake.clear()
                soon = random.uniform(LINGER, 4 * LINGER)  # noqa: S311 - spreads retries
                until = min(until, max(asked, now + soon))
            now = time.monotonic()
        if self.closed:
            raise Stopped

    def _await(self, end: Position, deadline: float, progress: Progress) -> None:
        seen = self._link.trouble.tries if self._link.trouble else 0
        with self._changed:
            while self._folder.position < end and time.monotonic() < deadline and not self._hopeless(seen):
                self._wake.set()
                self._changed.wait(LINGER)
                progress.show(self.left)

    def _hopeless(self, seen: int) -> bool:
        """Whether the server was away for so long already that one more try in vain is enough."""
        trouble = self._link.trouble
        return (
            trouble is not None
            and trouble.tries > seen
            and time.monotonic() - trouble.since > self._settings.flush_timeout
        )

    def _send_here(self, deadline: float) -> None:
        self._give_up = deadline
        try:
            self._send()
        except Stopped:
            pass
        finally:
            self._give_up = 0.0
