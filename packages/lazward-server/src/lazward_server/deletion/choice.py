"""What a request removes for good, and what stays."""

from dataclasses import dataclass, field
from typing import NamedTuple

from lazward.errors import InvalidRequest
from lazward.wire.deletion import MOST, Kept


class Doomed(NamedTuple):
    """A run or an experiment to be removed.

    Attributes:
        number: Its integer id.
        uris: Where its files lie.
        runs: How many runs go.
        models: How many logged models go.
        folder: For an experiment, the one URI of all its files, if there is one.
    """

    number: int
    uris: list[str]
    runs: int
    models: int
    folder: str = ""


@dataclass
class Choice:
    """What was chosen.

    Attributes:
        doomed: What goes.
        kept: What stays, since a registered model stands on it; no more than one answer names.
        more: Whether there is more than one request removes.
    """

    doomed: list[Doomed] = field(default_factory=list[Doomed])
    kept: list[Kept] = field(default_factory=list[Kept])
    more: bool = False

    def keep(self, id_: str, holder: str) -> None:
        """Leave something where it is."""
        if len(self.kept) < MOST:
            self.kept.append(Kept(id_, f"{holder} stands on it; delete that first"))

    def take(self, doomed: Doomed) -> bool:
        """Have something removed; whether there is room for more."""
        if len(self.doomed) == MOST:
            self.more = True
            return False
        self.doomed.append(doomed)
        return True


def check(ids: list[str], older_than: int | None, name: str) -> None:
    """Refuse a request that does not say what to remove."""
    if not ids and older_than is None:
        raise InvalidRequest(
            f"Give {name}, or older_than in milliseconds (0 for everything that is deleted)."
        )
