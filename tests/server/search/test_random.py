"""Random filters and orders on random runs, against an evaluation that knows nothing of SQL."""

import math
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lazward.wire.experiments import ViewType
from lazward_server.tracking.search import RUNS, And, Comparison, Field, Node, Not, Or, Order, parse

KEYS = ["k", "x y", "mlflow.parentRunId"]
TEXTS = st.sampled_from(
    ["", "a", "A", "aB", "ab%", "a_b", "it's", 'q"q', "a\\", "é", "É", "v" * 64, "v" * 65, "\n"]
)
PATTERNS = st.one_of(TEXTS, st.text("aAbB%_\\'éÉv\n", max_size=5))
NUMBERS = st.sampled_from([0, 1, -1, 0.5, 2, 1e308, -1e308, 2**60, 1.5])
VALUES = st.one_of(NUMBERS.map(float), st.just(math.nan))
TIMES = st.one_of(st.none(), st.integers(0, 3))
STATUS = st.sampled_from(["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"])
ENTRIES = st.dictionaries(st.sampled_from(KEYS), TEXTS, max_size=2)
DATASETS = st.lists(
    st.tuples(st.sampled_from(["d", "D"]), st.sampled_from(["1", "2"]), st.one_of(st.none(), TEXTS)),
    max_size=2,
    unique_by=lambda dataset: dataset[:2],
)
RUN = st.fixed_dictionaries(
    {
        "status": STATUS,
        "start_time": TIMES,
        "end_time": TIMES,
        "user_id": TEXTS,
        "points": st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=2),
        "params": ENTRIES,
        "tags": ENTRIES,
        "datasets": DATASETS,
        "deleted_at": st.sampled_from([None, None, 5]),
        "experiment": st.integers(0, 2),
    }
)


def comparison(field: Field, operators: list[str], values: st.SearchStrategy[Any]) -> st.SearchStrategy[Node]:
    def of(operator: str) -> st.SearchStrategy[Node]:
        if operator.startswith("IS "):
            return st.just(Comparison(field, operator, None))
        given = PATTERNS if operator.endswith("LIKE") else values
        if operator.endswith("IN"):
            given = st.lists(values, min_size=1, max_size=3, unique=True).map(tuple)
        return given.map(lambda value: Comparison(field, operator, value))

    return st.sampled_from(operators).flatmap(of)


NUMERIC = [">", ">=", "=", "!=", "<", "<="]
TEXTUAL = ["=", "=", "!=", "LIKE", "ILIKE"]
LISTED = [*TEXTUAL, "IN", "NOT IN"]
OPTIONAL = [*TEXTUAL, "IS NULL", "IS NOT NULL"]
COMPARISONS: st.SearchStrategy[Node] = st.one_of(
    *(comparison(Field("metric", key), NUMERIC, NUMBERS) for key in KEYS),
    *(comparison(Field(entity, key), OPTIONAL, TEXTS) for entity in ("parameter", "tag") for key in KEYS),
    *(comparison(Field("dataset", key), LISTED, TEXTS) for key in ("name", "digest", "context")),
    *(comparison(Field("attribute", key), NUMERIC, NUMBERS) for key in ("start_time", "end_time")),
    comparison(Field("attribute", "status"), TEXTUAL, STATUS),
    comparison(Field("attribute", "user_id"), TEXTUAL, TEXTS),
)


def joined(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(nodes, min_size=2, max_size=3).map(tuple)
    return st.one_of(several.map(And), several.map(Or), nodes.map(Not))


TREES = st.recursive(COMPARISONS, joined, max_leaves=5)
FIELDS = [
    *(Field(entity, key) for entity in ("metric", "parameter", "tag") for key in KEYS),
    *(Field("attribute", key) for key in ("start_time", "end_time", "status", "user_id", "run_id")),
]
ORDERS = st.lists(
    st.builds(Order, st.sampled_from(FIELDS), st.booleans()), max_size=3, unique_by=lambda o: o.field
)


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


# ---------------------------------------------------------------------- the tests


@given(tree=TREES)
def test_a_tree_written_down_is_read_again(tree: Node) -> None:
    assert parse(text(tree), RUNS) == tree


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    runs=st.lists(RUN, max_size=8),
    tree=st.one_of(st.none(), TREES),
    orders=ORDERS,
    view=st.sampled_from(ViewType),
    size=st.integers(1, 9),
    experiments=st.sets(st.integers(0, 2), min_size=1),
)
def test_the_right_runs_come_in_the_right_order(
    new_world: Any,
    runs: list[dict[str, Any]],
    tree: Node | None,
    orders: list[Order],
    view: ViewType,
    size: int,
    experiments: set[int],
) -> None:
    world = new_world()
    assume(world.workspace)
    homes = [world.home, world.experiment("one"), world.experiment("two")]
    for number, run in enumerate(runs):
        run["run_id"] = f"{number * 7 % 8:032x}"
        values = {key: value for key, value in run.items() if key != "experiment"}
        world.run(run["run_id"], home=homes[run["experiment"]], **values)
    wanted = [
        run
        for run in runs
        if run["experiment"] in experiments
        and (view is ViewType.ALL or (run["deleted_at"] is None) == (view is ViewType.ACTIVE_ONLY))
        and (tree is None or holds(tree, run))
    ]
    searched = [homes[number] for number in sorted(experiments)]
    found = world.find_all(text(tree) if tree else "", items(orders), size, homes=searched, view=view)
    assert found == in_order(wanted, orders)


@pytest.mark.parametrize("pattern", ["%" * 50 + "x", "%a" * 200 + "x", "_%" * 100])
def test_patterns_with_many_wildcards_are_matched_in_time(world: Any, pattern: str) -> None:
    world.run("a", params={"p": "a" * 6000})
    assert world.find(f"params.p LIKE '{pattern}'") in ([], ["a"])
