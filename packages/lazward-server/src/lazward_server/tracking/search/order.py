"""What results are ordered by: the items of ``order_by``."""

from collections.abc import Sequence
from dataclasses import dataclass

from lazward.errors import InvalidRequest
from lazward_server.tracking.search import names
from lazward_server.tracking.search.lex import Kind, UnreadableError, lex, shown
from lazward_server.tracking.search.tree import Field
from lazward_server.tracking.search.vocabulary import Vocabulary

MAX_ITEMS = 20
"""Every item may join a table; SQLite joins at most 64."""

_LONGEST = 3


@dataclass(frozen=True, slots=True)
class Order:
    """One item: ``metrics.loss DESC``."""

    field: Field
    descending: bool = False


def parse_order(items: Sequence[str], vocabulary: Vocabulary) -> list[Order]:
    """The order that the items ask for, the first counting most.

    Raises:
        InvalidRequest: An item names nothing to order by, or names it again.
    """
    if len(items) > MAX_ITEMS:
        raise InvalidRequest(f"Invalid order_by: at most {MAX_ITEMS} fields are allowed, got {len(items)}.")
    orders = [_item(text, vocabulary) for text in items]
    if len({order.field for order in orders}) < len(orders):
        raise InvalidRequest(f"`order_by` contains duplicate fields: {shown(', '.join(items))}")
    return orders


def _item(text: str, vocabulary: Vocabulary) -> Order:
    try:
        tokens = [token for token, _ in zip(lex(text), range(_LONGEST), strict=False)]
    except UnreadableError as error:
        raise _unreadable(text) from error
    if tokens[-1].kind is not Kind.END or tokens[0].kind is not Kind.NAME or tokens[0].says("ASC", "DESC"):
        raise _unreadable(text)
    name, direction = tokens[0], tokens[1]
    if direction.kind is not Kind.END and not direction.says("ASC", "DESC"):
        raise InvalidRequest(f"Invalid ordering key in order_by clause '{shown(text)}'.")
    _, field, _ = names.resolve(name, vocabulary.order)
    return Order(field, descending=direction.says("DESC"))


def _unreadable(text: str) -> InvalidRequest:
    return InvalidRequest(f"Invalid order_by clause '{shown(text)}'. Could not be parsed.")
