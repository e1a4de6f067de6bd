"""Pages of ordered results: each continues behind the last row of the one before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa

from lazward_server.tracking.search import page_token
from lazward_server.tracking.search.conditions import Boolean, compare, is_number
from lazward_server.tracking.search.page_token import Position

Statement = sa.Select[Any]
Rows = Sequence[Sequence[Any]]


class Term(NamedTuple):
    """A column that results are ordered by.

    Attributes:
        column: NULL only in rows that a term before this one puts behind the others.
        kind: The Python type of its values.
    """

    column: sa.ColumnElement[Any]
    kind: type[str] | type[int] | type[float]
    descending: bool = False


def missing_last(
    column: sa.ColumnElement[Any], kind: type[str] | type[int], *, descending: bool = False
) -> list[Term]:
    """Order by a column; rows without a value come last, whatever the direction."""
    return [Term(sa.case((column.is_(None), 1), else_=0), int), Term(column, kind, descending)]


def numbers_first(column: sa.ColumnElement[float], *, descending: bool = False) -> list[Term]:
    """Order by a metric: numbers, then NaN, then rows without a value, whatever the direction."""
    rank = sa.case((column.is_(None), 2), (is_number(column), 0), else_=1)
    return [Term(rank, int), Term(sa.case((is_number(column), column)), float, descending)]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of an ordered result.

    Attributes:
        terms: The order; together they tell any two rows apart.
        size: Rows on a page.
        token: Where it begins, as the page before gave it; empty for the first page.
        scope: What else a token belongs to: the order as text, and whatever must not change between pages.
    """

    terms: Sequence[Term]
    size: int
    token: str = ""
    scope: str = ""

    def over(self, statement: Statement) -> Statement:
        """The statement for the rows of this page and one more; its rows end with the values of the terms."""
        position = self.position()
        if position:
            statement = statement.where(behind(self.terms, position))
        return ordered(statement, self.terms, self.size + 1)

    def stages(self, statement: Statement, ranks: Sequence[Boolean]) -> Iterator[Statement]:
        """The same rows from several statements, one for each rank that the first term can have.

        Without the rank in its order each can be answered from an index on the second term.
        """
        position = self.position()
        first = int(position[0] or 0) if position else 0
        for rank, condition in list(enumerate(ranks))[first:]:
            part = statement.where(condition).add_columns(sa.literal_column(str(rank)))
            if position and rank == first:
                part = part.where(behind(self.terms[1:], position[1:]))
            yield ordered(part, self.terms[1:], self.size + 1)

    def merged(self, rows: Rows) -> Rows:
        """Rows of several results in the order of one."""
        found = list(rows)
        for column, term in enumerate(reversed(self.terms), start=1):
            found.sort(key=lambda row: (row[-column] is None, row[-column]), reverse=term.descending)
        return found

    def cut(self, rows: Rows) -> tuple[Rows, str]:
        """The rows of the page, and the token of the next page: empty if there is none."""
        if len(rows) <= self.size:
            return rows, ""
        last = rows[self.size - 1][-len(self.terms) :]
        return rows[: self.size], page_token.make(list(last), self.scope)

    def position(self) -> Position:
        """Behind which row the page begins; [] for the first page."""
        kinds = [term.kind for term in self.terms]
        return page_token.read(self.token, kinds, self.scope) if self.token else []


def ordered(statement: Statement, terms: Sequence[Term], limit: int) -> Statement:
    """The first rows of a statement in this order, the values of the terms behind its own columns."""
    labels = [term.column.label(f"order_{i}") for i, term in enumerate(terms)]
    directed = [label.desc() if term.descending else label for label, term in zip(labels, terms, strict=True)]
    return statement.add_columns(*labels).order_by(*directed).limit(limit)


def behind(terms: Sequence[Term], position: Position) -> Boolean:
    """The rows that come after this position.

    Written out flat, since databases limit how deep expressions are nested. The first term stands in front
    once more, so that an index on it can be used.
    """
    same = [_same(term, value) for term, value in zip(terms, position, strict=True)]
    after = [
        sa.and_(*same[:i], _after(term, value))
        for i, (term, value) in enumerate(zip(terms, position, strict=True))
        if value is not None
    ]
    return sa.and_(_from(terms[0], position[0]), sa.or_(sa.false(), *after))


def _from(term: Term, value: str | float | None) -> Boolean:
    return sa.true() if value is None else compare(term.column, "<=" if term.descending else ">=", value)


def _after(term: Term, value: str | float | None) -> Boolean:
    return compare(term.column, "<" if term.descending else ">", value)


def _same(term: Term, value: str | float | None) -> Boolean:
    return term.column.is_(None) if value is None else compare(term.column, "=", value)
