"""Refusals that repeat: the first is an entry at once, the others of that minute become one together.

Anybody can be refused as often as they like, and must not be able to fill the disk by it.
"""

from lazward_server.audit.log import Row

SECONDS = 60.0
"""How long repeats are counted before they are written."""
_MOST_KINDS = 100
"""Different refusals in a minute; beyond, addresses and users are not told apart any more."""

Kind = tuple[str, ...]


class Floods:
    """Counts refusals of the same kind: address, user, action and error code.

    What anybody may ask, such as signing in, is of different kinds where its target differs: that is all that
    is known of who asks.
    """

    def __init__(self) -> None:
        self._repeats: dict[Kind, Row] = {}

    def add(self, row: Row, *, anonymous: bool = False) -> tuple[Kind, Row | None]:
        """The kind of a refusal, and it to be written if it is the first of its kind; else it is counted."""
        kind: Kind = (row.address, row.user, row.action, row.code, row.target if anonymous else "")
        if kind not in self._repeats and len(self._repeats) >= _MOST_KINDS:
            row = row._replace(address="", user="", token_id=None, target="{}")
            kind = ("", "", row.action, row.code, "")
        counted = self._repeats.get(kind)
        first = row if counted is None else None
        times = 0 if counted is None else counted.times + 1
        self._repeats[kind] = row._replace(times=times, target=kind[-1] or "{}")
        return kind, first

    def take(self, kind: Kind) -> Row | None:
        """The repeats of a kind as one entry, if there were any; the next of its kind is a first again."""
        row = self._repeats.pop(kind, None)
        return row if row is not None and row.times else None

    def take_all(self) -> list[Row]:
        """The repeats of all kinds."""
        taken = (self.take(kind) for kind in list(self._repeats))
        return [row for row in taken if row is not None]
