"""From events to rows: one place decides what is written at once, what is counted, and who waits."""

import asyncio
import logging

from lazward.wire.base import encode
from lazward_server.audit import floods, log
from lazward_server.audit.floods import Floods, Kind
from lazward_server.audit.log import Row
from lazward_server.db.clock import now
from lazward_server.db.database import Batched, Database
from lazward_server.http.audit import REFUSALS, Event

_log = logging.getLogger("lazward.audit")
_APPEND = Batched(log.append_groups)
_FAILED = 400
_TOGETHER = 0.05
"""Seconds for which rows that nobody waits for are gathered, since each commit slows down the others."""


class Recorder:
    """Writes events to the log of a database; see ``http.audit.Audit``."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._floods = Floods()
        self._timers: dict[Kind, asyncio.TimerHandle] = {}
        self._gathered: list[Row] = []
        self._writing: set[asyncio.Task[None]] = set()

    async def record(self, event: Event) -> None:
        """See ``http.audit.Audit``."""
        row = _row(event)
        if event.status in REFUSALS or (event.anonymous and event.status >= _FAILED):
            self._count(row, anonymous=event.anonymous)
        else:
            self._gather(row)
            if event.important:
                await self._write()

    async def close(self) -> None:
        """Write what is gathered and counted so far."""
        for timer in self._timers.values():
            timer.cancel()
        self._gathered += self._floods.take_all()
        await self._write()

    def _count(self, row: Row, *, anonymous: bool) -> None:
        kind, first = self._floods.add(row, anonymous=anonymous)
        if first is not None:
            self._gather(first)
            loop = asyncio.get_running_loop()
            self._timers[kind] = loop.call_later(floods.SECONDS, self._gather_repeats, kind)

    def _gather_repeats(self, kind: Kind) -> None:
        del self._timers[kind]
        if row := self._floods.take(kind):
            self._gather(row)

    def _gather(self, row: Row) -> None:
        self._gathered.append(row)
        if len(self._gathered) == 1:
            asyncio.get_running_loop().call_later(_TOGETHER, self._begin)

    def _begin(self) -> None:
        task = asyncio.ensure_future(self._write())
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _write(self) -> None:
        """Give what is gathered to the writer, which takes it along with what else waits."""
        rows, self._gathered = self._gathered, []
        try:
            if rows:
                await self._db.write_batched(_APPEND, rows)
        except Exception as error:  # noqa: BLE001 - what they tell of has happened, and is answered as that
            _log.error("%d entries of the audit log could not be written: %s", len(rows), error)


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
