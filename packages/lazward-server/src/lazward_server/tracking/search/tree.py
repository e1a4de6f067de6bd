"""What a filter says, once it is understood."""

from dataclasses import dataclass
from typing import NamedTuple

Value = str | int | float | tuple[str | int, ...] | None
"""A string, a number, a list; None for IS NULL and IS NOT NULL."""


class Field(NamedTuple):
    """What is compared or ordered by, such as ``("metric", "loss")``: aliases are resolved."""

    entity: str
    key: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """``field operator value``: the operator in capitals and allowed for the field, the value of its type."""

    field: Field
    operator: str
    value: Value


@dataclass(frozen=True, slots=True)
class And:
    """All terms hold."""

    terms: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of the terms holds."""

    terms: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The term does not hold; also where what it compares does not exist."""

    term: "Node"


Node = Comparison | And | Or | Not


def comparisons(tree: Node | None) -> list[Comparison]:
    """All comparisons of a filter, from left to right."""
    match tree:
        case None:
            return []
        case Comparison():
            return [tree]
        case Not():
            return comparisons(tree.term)
        case And() | Or():
            return [found for term in tree.terms for found in comparisons(term)]


def required(tree: Node | None) -> list[Comparison]:
    """The comparisons that hold for every match: those joined by AND at the top."""
    terms = tree.terms if isinstance(tree, And) else (tree,)
    return [term for term in terms if isinstance(term, Comparison)]
