"""The order of results and their pages, on both databases."""

import base64
import json
import math
from typing import Any

import pytest

from lazward.errors import InvalidRequest
from lazward_server.tracking.search import EXPERIMENTS, RUNS, Field, Order, find_runs, parse_order


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("metrics.m DESC", Order(Field("metric", "m"), descending=True)),
        ("params.`x y`", Order(Field("parameter", "x y"))),
        ('metric."a b"  asc ', Order(Field("metric", "a b"))),
        ("attributes.start_time ASC", Order(Field("attribute", "start_time"))),
        ("Created desc", Order(Field("attribute", "start_time"), descending=True)),
        ("tag.a", Order(Field("tag", "a"))),
        ("metrics.desc desc", Order(Field("metric", "desc"), descending=True)),
    ],
)
def test_orders_are_read(text: str, order: Order) -> None:
    assert parse_order([text], RUNS) == [order]


@pytest.mark.parametrize(
    ("items", "message"),
    [
        (["m.acc"], "Invalid entity type 'm'"),
        (["acc"], "Invalid attribute key 'acc'"),
        (["experiment_id"], "Invalid attribute key 'experiment_id'"),
        (["lifecycle_stage"], "Invalid attribute key 'lifecycle_stage'"),
        (["datasets.name"], "Invalid entity type 'datasets'"),
        (["`metrics.A"], "Invalid order_by clause '`metrics.A'"),
        (["metrics.`A"], "Invalid order_by clause"),
        ([""], "Invalid order_by clause ''"),
        (["desc"], "Invalid order_by clause 'desc'"),
        (["metrics.a, metrics.b"], "Invalid order_by clause"),
        (["start_time desc nulls last"], "Invalid order_by clause"),
        (["start_time; drop table runs"], "Invalid order_by clause"),
        (["start_time foo"], "Invalid ordering key in order_by clause 'start_time foo'"),
        (["start_time", "created desc"], "`order_by` contains duplicate fields"),
        ([f"metrics.m{i}" for i in range(21)], "at most 20 fields"),
    ],
)
def test_mistakes_in_orders_are_named(items: list[str], message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        parse_order(items, RUNS)


def test_experiments_are_ordered_by_attributes_only() -> None:
    assert parse_order(["name", "last_update_time DESC"], EXPERIMENTS)
    with pytest.raises(InvalidRequest, match="Invalid entity type 'tags'"):
        parse_order(["tags.a"], EXPERIMENTS)


@pytest.fixture
def runs(world: Any) -> Any:
    world.run("one", start_time=10, status="RUNNING", points={"m": 1}, params={"p": "b"}, tags={"t": "B"})
    world.run("two", start_time=30, status="FAILED", points={"m": -2}, params={"p": "a"}, tags={"t": "a"})
    world.run("nan", start_time=20, status="FINISHED", points={"m": math.nan}, params={"p": "é"}, end_time=5)
    world.run("none", status="KILLED", end_time=7)
    world.run("same", start_time=30, status="KILLED", points={"m": 1}, params={"p": "B"}, user_id="a")
    return world


@pytest.mark.parametrize(
    ("order_by", "names"),
    [
        ([], ["two", "same", "nan", "one", "none"]),
        (["start_time DESC"], ["two", "same", "nan", "one", "none"]),
        (["start_time"], ["one", "nan", "two", "same", "none"]),
        (["start_time", "run_id DESC"], ["one", "nan", "same", "two", "none"]),
        (["end_time"], ["nan", "none", "two", "same", "one"]),
        (["end_time DESC"], ["none", "nan", "two", "same", "one"]),
        (["metrics.m"], ["two", "same", "one", "nan", "none"]),
        (["metrics.m DESC"], ["same", "one", "two", "nan", "none"]),
        (["metrics.m DESC", "start_time"], ["one", "same", "two", "nan", "none"]),
        (["metrics.nobody"], ["two", "same", "nan", "one", "none"]),
        (["params.p"], ["same", "two", "one", "nan", "none"]),
        (["params.p DESC"], ["nan", "one", "two", "same", "none"]),
        (["tags.t"], ["one", "two", "same", "nan", "none"]),
        (["tags.t DESC"], ["two", "one", "same", "nan", "none"]),
        (["status"], ["two", "nan", "same", "none", "one"]),
        (["status DESC"], ["one", "same", "none", "nan", "two"]),
        (["run_name"], ["nan", "none", "one", "same", "two"]),
        (["run_id DESC"], ["same", "none", "nan", "two", "one"]),
        (["user_id", "metrics.m"], ["same", "two", "one", "nan", "none"]),
        (["metrics.m", "params.p", "tags.t", "status"], ["two", "same", "one", "nan", "none"]),
    ],
)
def test_runs_come_in_order_on_pages_of_any_size(runs: Any, order_by: list[str], names: list[str]) -> None:
    for size in (1, 2, 3, 5, 50):
        assert runs.find_all(order_by=order_by, size=size) == names


@pytest.mark.parametrize("order_by", [[], ["start_time"], ["metrics.m"], ["params.p DESC"], ["end_time"]])
def test_runs_without_what_they_are_ordered_by_come_on_pages_too(world: Any, order_by: list[str]) -> None:
    for number in range(5):
        world.run(f"nothing{number}")
    for number in range(3):
        world.run(f"nan{number}", points={"m": math.nan})
    found = world.find_all(order_by=order_by, size=2)
    assert found == world.find(order_by=order_by)
    assert len(found) == 8


def test_a_page_that_is_exactly_full_is_the_last(runs: Any) -> None:
    assert runs.page(max_results=5)[1] == ""
    assert runs.page("metrics.m = 1", max_results=2) == (["same", "one"], "")
    assert runs.page(max_results=4)[1]


def test_runs_of_several_experiments_are_merged_in_order(world: Any) -> None:
    homes = [world.home] + [world.experiment(f"e{i}") for i in range(30)]
    for number in range(60):
        start = {"start_time": number // 4} if number % 9 else {}
        world.run(f"r{number:02}", home=homes[number * 7 % 31], points={"m": number % 5}, **start)
    for some in (homes[:3], homes):
        newest = world.find_all(homes=some, size=7)
        assert newest == world.find(homes=some)
        assert newest == world.find(homes=some, order_by=["start_time DESC", "run_id"])
        assert world.find_all(homes=some, size=7, order_by=["metrics.m"]) == world.find(
            homes=some, order_by=["metrics.m", "start_time DESC"]
        )
    assert world.find(homes=homes) == [
        f"r{i:02}" for i in sorted(range(60), key=lambda i: (i % 9 == 0, -(i // 4) if i % 9 else 0, i))
    ]


def test_pages_go_on_behind_a_run_that_has_left(runs: Any) -> None:
    first, token = runs.page(max_results=2)
    runs.forget("same")
    assert first == ["two", "same"]
    assert runs.page(page_token=token)[0] == ["nan", "one", "none"]


def test_pages_go_on_where_they_were_when_runs_come_in(runs: Any) -> None:
    _, token = runs.page(max_results=2)
    runs.run("newer", start_time=99)
    assert runs.page(page_token=token)[0] == ["nan", "one", "none"]


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "token",
    [
        "garbage",
        "!",
        "a",
        "é",
        "AAAA",
        "\0",
        encoded({"offset": 5}),
        encoded([]),
        encoded(None),
        encoded("x" * 99),
    ],
)
def test_a_token_that_is_none_is_refused(runs: Any, token: str) -> None:
    with pytest.raises(InvalidRequest, match="Invalid page token"):
        runs.page(page_token=token)
    with pytest.raises(InvalidRequest, match="Invalid page token"):
        find_runs(runs.tx, runs.workspace, [], page_token=token)


def test_a_token_of_deeply_nested_lists_is_refused(runs: Any) -> None:
    with pytest.raises(InvalidRequest, match="Invalid page token, could not base64-decode"):
        runs.page(page_token=base64.urlsafe_b64encode(b"[" * 100_000).decode())


def test_a_token_belongs_to_its_order(runs: Any) -> None:
    _, token = runs.page(max_results=2)
    with pytest.raises(InvalidRequest, match="Invalid page token: it belongs to a search with other"):
        runs.page(order_by=["start_time"], page_token=token)
    assert runs.page("metrics.m = 1", page_token=token)[0] == ["one"]


@pytest.mark.parametrize(
    "order_by", [[], ["metrics.m"], ["params.p DESC"], ["start_time"], ["end_time", "run_id"]]
)
def test_no_forged_token_is_a_fault_of_the_server(runs: Any, order_by: list[str]) -> None:
    _, token = runs.page(order_by=order_by, max_results=2)
    position = json.loads(base64.urlsafe_b64decode(token))
    odd: list[Any] = [
        None,
        True,
        0,
        -1,
        2**63,
        10**400,
        1.5,
        math.nan,
        math.inf,
        "",
        "x",
        "\0",
        "\ud800",
        [],
        {},
    ]
    for place in range(len(position)):
        for value in odd:
            forged = [*position[:place], value, *position[place + 1 :]]
            try:
                assert len(runs.page(order_by=order_by, page_token=encoded(forged))[0]) <= 5
            except InvalidRequest as error:
                assert "Invalid page token" in str(error)  # noqa: PT017
