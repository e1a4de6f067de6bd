"""What a filter and an order mean, told in plain Python: filters as text, and runs that match in order.

A run is a dictionary: its attributes by name, ``points``, ``params`` and ``tags`` by key, and ``datasets``.
"""

import math
import re
from typing import Any

from lazward_server.tracking.search import And, Comparison, Field, Node, Not, Or, Order

# ---------------------------------------------------------------------- as text


def text(tree: Node) -> str:
    match tree:
        case Comparison():
            return f"{name(tree.field)} {tree.operator} {literal(tree.value)}".strip()
        case Not():
            return f"NOT ({text(tree.term)})"
        case And() | Or():
            word = " AND " if isinstance(tree, And) else " or "
            return word.join(f"({text(term)})" for term in tree.terms)


def name(field: Field) -> str:
    return f"{field.entity}.`{field.key}`"


def literal(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return "'" + value.replace("'", "''") + "'"
        case tuple():
            return f"({', '.join(map(literal, value))})"
        case _:
            return repr(value)


def items(orders: list[Order]) -> list[str]:
    return [f"{name(order.field)} {'DESC' if order.descending else ''}" for order in orders]


# ---------------------------------------------------------------------- as it should be


def holds(tree: Node, run: dict[str, Any]) -> bool:
    match tree:
        case Comparison():
            return any(compare(tree, found) for found in found_in(run, tree.field)) or (
                tree.operator == "IS NULL" and not found_in(run, tree.field)
            )
        case Not():
            return not holds(tree.term, run)
        case And():
            return all(holds(term, run) for term in tree.terms)
        case Or():
            return any(holds(term, run) for term in tree.terms)


def found_in(run: dict[str, Any], field: Field) -> list[Any]:
    if field.entity == "dataset":
        place = ("name", "digest", "context").index(field.key)
        found = [dataset[place] for dataset in run["datasets"]]
    elif field.entity == "attribute":
        found = [run[field.key]]
    else:
        found = [run[{"metric": "points", "parameter": "params", "tag": "tags"}[field.entity]].get(field.key)]
    return [value for value in found if value is not None]


def compare(comparison: Comparison, found: Any) -> bool:
    wanted: Any = comparison.value
    match comparison.operator:
        case "IS NOT NULL":
            return True
        case "IS NULL":
            return False
        case "LIKE":
            return like(wanted, found)
        case "ILIKE":
            return like(lower(wanted), lower(found))
        case "IN":
            return found in wanted
        case "NOT IN":
            return found not in wanted
        case operator:
            return {
                "=": found == wanted,
                "!=": found != wanted,
                "<": found < wanted,
                "<=": found <= wanted,
                ">": found > wanted,
                ">=": found >= wanted,
            }[operator]


def like(pattern: str, found: str) -> bool:
    expression = "".join({"%": ".*", "_": "."}.get(char, re.escape(char)) for char in pattern)
    return re.fullmatch(expression, found, re.DOTALL) is not None


def lower(value: str) -> str:
    return "".join(char.lower() if char.isascii() else char for char in value)


def in_order(runs: list[dict[str, Any]], orders: list[Order]) -> list[str]:
    newest = Order(Field("attribute", "start_time"), descending=True)
    found = sorted(runs, key=lambda run: run["run_id"])
    if newest.field not in [order.field for order in orders]:
        orders = [*orders, newest]
    for order in reversed(orders):
        found = sorted_by(found, order)
    return [run["run_id"] for run in found]


def sorted_by(runs: list[dict[str, Any]], order: Order) -> list[dict[str, Any]]:
    """Stable; values first, then NaN, then runs without a value."""
    having = [run for run in runs if found_in(run, order.field)]
    nan = [run for run in having if is_nan(found_in(run, order.field)[0])]
    rest = [run for run in having if run not in nan]
    rest.sort(key=lambda run: found_in(run, order.field)[0], reverse=order.descending)
    return rest + nan + [run for run in runs if run not in having]


def is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)
