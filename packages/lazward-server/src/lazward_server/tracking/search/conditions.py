"""A tree to a condition in SQL, the same text for both databases."""

import operator
import string
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from lazward.errors import InvalidRequest
from lazward_server.tracking.search.tree import And, Comparison, Node, Not, Or, Value

Boolean = sa.ColumnElement[bool]
Condition = Callable[[Comparison], Boolean]
"""What holds for a row if the comparison does; may be NULL where the row lacks what is compared."""

MAX_PATTERN = 10_000
"""Characters; longer than what is stored for runs, and SQLite takes no more than 50,000 bytes."""

_MOST_JOINED = 8
"""PostgreSQL makes a join of every EXISTS it meets, and cannot order hundreds of joins; IS TRUE hides it."""

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
"""Both databases fold the case of ASCII letters only, of text that sorts by code point."""

_DOUBLE: TypeEngine[float] = sa.Double()
_ONE: sa.ColumnElement[int] = sa.literal_column("1", sa.Integer())
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def where(tree: Node | None, conditions: Mapping[str, Condition]) -> Boolean:
    """The rows a filter matches.

    Args:
        tree: What ``parse`` returned.
        conditions: By the entity's name, as in ``{"attribute": columns(...), "tag": keyed(...)}``.
    """
    match tree:
        case None:
            return sa.true()
        case Comparison():
            return conditions[tree.field.entity](tree)
        case And():
            terms = [where(term, conditions) for term in tree.terms]
            return sa.and_(*terms[:_MOST_JOINED], *(term.is_(sa.true()) for term in terms[_MOST_JOINED:]))
        case Or():
            return sa.or_(*(where(term, conditions) for term in tree.terms))
        case Not():
            return where(tree.term, conditions).is_not(sa.true())


def columns(**by_key: sa.ColumnElement[Any]) -> Condition:
    """Conditions on columns of the row itself, by the key of the attribute."""
    return lambda comparison: compare(by_key[comparison.field.key], comparison.operator, comparison.value)


def keyed(table: sa.Table, owner: Boolean) -> Condition:
    """Conditions on tags or params, rows of (owner, key, value).

    Args:
        table: Where they lie.
        owner: How its rows belong to the searched ones, as in ``tags.c.run == runs.c.id``.
    """

    def condition(comparison: Comparison) -> Boolean:
        match = owner & (table.c.key == comparison.field.key)
        if comparison.operator == "IS NULL":
            return ~exists(match)
        if comparison.operator == "IS NOT NULL":
            return exists(match)
        return exists(match, compare(table.c.value, comparison.operator, comparison.value))

    return condition


def optional(column: sa.ColumnElement[Any], comparison: Comparison) -> Boolean:
    """The condition on a tag or param that is a column of the row itself; NULL where the row has none."""
    match comparison.operator:
        case "IS NULL":
            return column.is_(None)
        case "IS NOT NULL":
            return column.is_not(None)
        case _:
            return compare(column, comparison.operator, comparison.value)


def exists(*conditions: Boolean) -> Boolean:
    """Whether there is a row; tables that the enclosing statement reads are meant to be its own."""
    return sa.select(_ONE).where(*conditions).exists()


def compare(column: sa.ColumnElement[Any], comparator: str, value: Value) -> Boolean:
    """``column comparator value``."""
    match comparator, value:
        case "LIKE", str():
            return _like(column, value)
        case "ILIKE", str():
            return _like(sa.func.lower(column), value.translate(_LOWER))
        case "IN", tuple():
            return column.in_(value)
        case "NOT IN", tuple():
            return column.not_in(value)
        case _:
            return _OPERATORS[comparator](column, _bound(value))


def compare_float(column: sa.ColumnElement[float], comparator: str, value: Value) -> Boolean:
    """``column comparator value`` where the column may hold NaN, which only ``!=`` is true of.

    Both databases sort NaN above all numbers, so only comparisons without an upper end could let it in.
    """
    condition = compare(column, comparator, value)
    return condition & is_number(column) if comparator in (">", ">=") else condition


def is_number(column: sa.ColumnElement[float]) -> Boolean:
    """Whether the column is neither NaN nor NULL; infinities are stored as the largest numbers."""
    return column <= sa.literal_column("1.7976931348623157e308")


def _bound(value: Value) -> Any:
    """The value with a type of its own, since PostgreSQL would cut it to fit the column's."""
    match value:
        case int():
            return sa.literal(value, sa.BigInteger())
        case float():
            return sa.literal(value, _DOUBLE)
        case _:
            return value


def _like(column: sa.ColumnElement[str], pattern: str) -> Boolean:
    """LIKE without an escape character: PostgreSQL has a backslash by default, SQLite none."""
    if len(pattern) > MAX_PATTERN:
        raise InvalidRequest(f"A pattern may have at most {MAX_PATTERN} characters, got {len(pattern)}.")
    unused = next(chr(code) for code in range(1, len(pattern) + 2) if chr(code) not in pattern)
    return column.like(sa.literal(pattern, sa.Text()), escape=unused)
