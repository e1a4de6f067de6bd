"""From events to rows: one place decides what is written at once, what is counted, and who waits."""

import asyncio
import logging
from collections.abc import Sequence

from lazward.errors import LazwardError
from lazward.wire.base import encode
from lazward_server.audit import floods, log
from lazward_server.audit.floods import Floods, Kind
from lazward_server.audit.log import Row
from lazward_server.db.clock import now
from lazward_server.db.database import Batched, Database
from lazward_server.http.audit import REFUSALS, Event

_log = logging.getLogger("lazward.audit")
_APPEND = Batched(log.append)
_FAILED = 400


class Recorder:
    """Writes events to the log of a database; see ``http.audit.Audit``."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._floods = Floods()
        self._timers: dict[Kind, asyncio.TimerHandle] = {}

    async def record(self, event: Event) -> None:
        """See ``http.audit.Audit``."""
        row = _row(event)
        if event.status in REFUSALS or (event.anonymous and event.status >= _FAILED):
            self._count(row, anonymous=event.anonymous)
        elif event.important:
            await self._write([row])
        else:
            self._send(row)

    async def close(self) -> None:
        """Write what is counted so far."""
        for timer in self._timers.values():
            timer.cancel()
        await self._write(self._floods.take_all())

    def _count(self, row: Row, *, anonymous: bool) -> None:
        kind, first = self._floods.add(row, anonymous=anonymous)
        if first is not None:
            self._send(first)
            loop = asyncio.get_running_loop()
            self._timers[kind] = loop.call_later(floods.SECONDS, self._send_repeats, kind)

    def _send_repeats(self, kind: Kind) -> None:
        del self._timers[kind]
        if row := self._floods.take(kind):
            self._send(row)

    def _send(self, row: Row) -> None:
        """Give the row to the writer, which takes it along with what else waits; nobody waits for it."""
        try:
            self._db.write_batched(_APPEND, row).add_done_callback(_tell_if_lost)
        except LazwardError as error:
            _lost(error)

    async def _write(self, rows: Sequence[Row]) -> None:
        try:
            await asyncio.gather(*(self._db.write_batched(_APPEND, row) for row in rows))
        except LazwardError as error:  # what it tells of has happened, and is answered as that
            _lost(error)


def _row(event: Event) -> Row:
    caller, workspace = event.caller, event.workspace
    return Row(
        at=now(),
        user="" if caller is None else caller.name,
        token_id=None if caller is None or caller.bearer is None else caller.bearer.id,
        address=event.client_address,
        action=event.action,
        workspace_id=None if workspace is None else workspace.id,
        workspace=_plain(event.asked) if workspace is None else workspace.name,
        target=encode({name: _plain(value) for name, value in event.target.items()}).decode(),
        status=event.status,
        code=event.code,
        times=1,
    )


def _plain(text: str) -> str:
    """Text that every database and JSON can hold, whatever a client sent."""
    return text.encode("utf-8", "replace").decode().replace("\0", "�")


def _tell_if_lost(write: "asyncio.Future[None]") -> None:
    if not write.cancelled() and (error := write.exception()):
        _lost(error)


def _lost(error: BaseException) -> None:
    _log.error("an entry of the audit log could not be written: %s", error)
