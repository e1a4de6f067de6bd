"""Random filters and orders on random runs, against an evaluation that knows nothing of SQL."""

import math
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.server.search.evaluation import holds, in_order, items, text

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
