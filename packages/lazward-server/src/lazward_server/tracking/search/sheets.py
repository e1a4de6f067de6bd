"""The sheets that a process keeps: of the experiments searched last, as far as their memory goes."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence

from lazward_server.db.database import Tx
from lazward_server.tracking.search.paging import Rows
from lazward_server.tracking.search.sheet import MOST_BYTES, Run, Sheet
from lazward_server.tracking.search.tree import Field

_LOCK = threading.Lock()


def find(
    tx: Tx,
    homes: Sequence[int],
    fields: Collection[Field],
    ask: Callable[[Run, Mapping[Field, str]], Rows],
) -> Rows:
    """What each sheet of some experiments has, one after the other; see ``Sheet.find``."""
    found = [row for home in homes for row in _sheet(tx, home).find(tx, fields, ask)]
    _shrink(tx)
    return found


def kept(tx: Tx, home: int) -> bool:
    """Whether an experiment has a sheet."""
    return home in tx.known.sheets


def _sheet(tx: Tx, home: int) -> Sheet:
    """The sheet of an experiment, which is the last one used from now on."""
    sheets: dict[int, Sheet] = tx.known.sheets
    with _LOCK:
        sheet = sheets[home] = sheets.pop(home, None) or Sheet(home)
    return sheet


def _shrink(tx: Tx) -> None:
    sheets: dict[int, Sheet] = tx.known.sheets
    while gone := _oldest(sheets):
        gone.close()


def _oldest(sheets: dict[int, Sheet]) -> Sheet | None:
    """The sheet used longest ago, taken out, if all together are too large."""
    with _LOCK:
        if len(sheets) < 2 or sum(sheet.bytes for sheet in sheets.values()) <= MOST_BYTES:  # noqa: PLR2004
            return None
        return sheets.pop(next(iter(sheets)))
