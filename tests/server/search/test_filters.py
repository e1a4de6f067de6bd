"""What filters of runs match, on both databases."""

import math
from typing import Any

import pytest

from lazward.errors import InvalidRequest
from lazward.wire.experiments import ViewType
from lazward_server.tracking import search
from lazward_server.tracking.search.parser import MAX_COMPARISONS, MAX_DEPTH

LARGEST = 1.7976931348623157e308


@pytest.fixture
def runs(world: Any) -> Any:
    world.run(
        "a",
        status="FINISHED",
        user_id="Ann",
        start_time=100,
        end_time=200,
        points={"loss": 0.5, "x/y z": 1, "big": LARGEST},
        params={"lr": "0.1", "odd key": "v", "long": "p" * 64 + "A", "it": "it's"},
        tags={"team": "Red", "mlflow.source.type": "LOCAL", "mlflow.parentRunId": "p1"},
        datasets=[("iris", "d1", "train"), ("wine", "d2", None)],
    )
    world.run(
        "b",
        status="FAILED",
        user_id="bob",
        start_time=200,
        points={"loss": math.nan},
        params={"lr": "0.2", "long": "p" * 64 + "B", "slash": "a\\b%c_d"},
        tags={"team": "red", "mlflow.parentRunId": "p2"},
        datasets=[("iris", "d3", "test")],
    )
    world.run(
        "c", start_time=300, points={"loss": 2.0, "big": -LARGEST}, params={"lr": ""}, tags={"empty": ""}
    )
    world.run("d", points={"other": 0})
    return world


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("", "abcd"),
        ("metrics.loss > 0.1", "ac"),
        ("metric.loss >= 0.5", "ac"),
        ("metrics.loss = 0.5", "a"),
        ("metrics.loss < 2", "a"),
        ("metrics.loss <= 2.0", "ac"),
        ("metrics.loss != 0.5", "bc"),
        ("metrics.loss = 0", ""),
        ("metrics.loss > -1e400", "ac"),
        ("metrics.loss < 1e400", "ac"),
        ("metrics.loss <= 1e400", "ac"),
        ("metrics.big > 1e308", "a"),
        ("metrics.big < 1e400", "ac"),
        ("metrics.big = 1.7976931348623157e308", "a"),
        ('metrics."x/y z" = 1', "a"),
        ("metrics.`x/y z` = 1", "a"),
        ("metrics.nobody > 0", ""),
        ("params.lr = '0.1'", "a"),
        ('param.lr = "0.1"', "a"),
        ("parameters.lr != '0.1'", "bc"),
        ("parameter.lr = ''", "c"),
        ("params.`odd key` = 'v'", "a"),
        ("params.long = '" + "p" * 64 + "A'", "a"),
        ("params.long = '" + "p" * 64 + "'", ""),
        ("params.long != '" + "p" * 64 + "A'", "b"),
        ("params.it = 'it''s'", "a"),
        ('params.it = "it\'s"', "a"),
        ("params.slash = 'a\\b%c_d'", "b"),
        ("params.slash LIKE 'a\\b\\%%'", ""),
        ("params.slash LIKE 'a\\b%'", "b"),
        ("params.slash LIKE '%\\%'", "b"),
        ("params.slash LIKE '%\\'", ""),
        ("tags.team = 'Red'", "a"),
        ("tags.team LIKE 'r%'", "b"),
        ("tags.team LIKE 'r_d'", "b"),
        ("tags.team LIKE 'r_'", ""),
        ("tags.team ilike 'R%'", "ab"),
        ("tag.empty = ''", "c"),
        ("tags.mlflow.source.type = 'LOCAL'", "a"),
        ("tags.mlflow.parentRunId = 'p1'", "a"),
        ("tags.`mlflow.parentRunId` != 'p1'", "b"),
        ("tags.team IS NULL", "cd"),
        ("tags.team is not null", "ab"),
        ("params.lr IS NOT NULL", "abc"),
        ("params.lr IS NULL", "d"),
        ("status = 'FINISHED'", "a"),
        ("status = 'finished'", ""),
        ("status != 'FINISHED'", "bcd"),
        ("attribute.status LIKE 'F%'", "ab"),
        ("status ILIKE 'f%'", "ab"),
        ("attr.user_id LIKE 'A%'", "a"),
        ("run.user_id ILIKE 'B%'", "b"),
        ("attributes.start_time >= 200", "bc"),
        ("start_time > 199.5", "bc"),
        ("start_time = 200.0", "b"),
        ("created < 2e2", "a"),
        ("Created != 100", "bc"),
        ("start_time < 99999999999999999999999", "abc"),
        ("start_time > -99999999999999999999999", "abc"),
        ("end_time > 0", "a"),
        ("end_time != 0", "a"),
        ("run_name = 'a'", "a"),
        ("\"run name\" LIKE 'b'", "b"),
        ("attributes.`Run name` ILIKE 'C'", "c"),
        ("run_id = '00000000000000000000000000000001'", "a"),
        ("run_id IN ('00000000000000000000000000000001', \"00000000000000000000000000000002\")", "ab"),
        ("run_id not in ('00000000000000000000000000000001')", "bcd"),
        ("run_id IN ('nothing')", ""),
        ("artifact_uri LIKE 'file:%'", "abcd"),
        ("datasets.name = 'iris'", "ab"),
        ("dataset.name != 'iris'", "a"),
        ("dataset.digest IN ('d2', 'd3')", "ab"),
        ("dataset.digest NOT IN ('d1')", "ab"),
        ("dataset.context = 'train'", "a"),
        ("datasets.context ILIKE 'TE%'", "b"),
        ("dataset.context != 'train'", "b"),
        ("metrics.loss > 0.1 AND params.lr = '0.1'", "a"),
        ("params.lr = '0.1' and tags.team = 'red'", ""),
        ("params.lr = '0.1' OR tags.team = 'red'", "ab"),
        ("params.lr = '0.1' OR params.lr = '0.2' AND tags.team = 'Red'", "a"),
        ("(params.lr = '0.1' OR params.lr = '0.2') AND tags.team = 'red'", "b"),
        ("((((params.lr = '0.1'))))", "a"),
        ("NOT params.lr = '0.1'", "bcd"),
        ("NOT start_time > 150", "ad"),
        ("NOT NOT metrics.loss > 0.1", "ac"),
        ("NOT (metrics.loss > 0.1 OR tags.team = 'red')", "d"),
    ],
)
def test_filters_match(runs: Any, wanted: str, names: str) -> None:
    assert sorted(runs.find(wanted)) == sorted(names)


def test_letters_beyond_ascii_keep_their_case_on_both_databases(world: Any) -> None:
    world.run("a", params={"p": "Éa"})
    assert world.find("params.p ILIKE 'ÉA'") == ["a"]
    assert world.find("params.p ILIKE 'éa'") == []


def test_a_pattern_may_hold_any_character(world: Any) -> None:
    value = "".join(map(chr, range(1, 40)))
    world.run("a", params={"p": value})
    assert world.find(f"params.p LIKE '%{value[20:37]}%'") == ["a"]
    assert world.find('params.p LIKE "' + value.replace('"', '""') + '"') == ["a"]


def test_a_pattern_too_long_is_refused(world: Any) -> None:
    with pytest.raises(InvalidRequest, match="at most 10000 characters"):
        world.find(f"params.p LIKE '{'%a' * 6000}'")


def test_views_show_active_or_deleted_runs(world: Any) -> None:
    world.run("a")
    world.run("b", deleted_at=5)
    assert world.find() == ["a"]
    assert world.find(view=ViewType.DELETED_ONLY) == ["b"]
    assert sorted(world.find(view=ViewType.ALL)) == ["a", "b"]


@pytest.mark.parametrize("ids", [[], ["abc"], ["-1"], [""], [" 1"], ["9" * 30], ["999999999"]])
def test_experiments_that_are_none_have_no_runs(world: Any, ids: list[str]) -> None:
    world.run("a")
    assert search.find_runs(world.tx, world.workspace, ids) == ([], "")


def test_experiments_of_other_workspaces_have_no_runs(world: Any) -> None:
    world.run("a")
    assert search.find_runs(world.tx, world.workspace + 1, [str(world.home)]) == ([], "")


def test_too_many_experiments_are_refused(world: Any) -> None:
    with pytest.raises(InvalidRequest, match="At most 20000 experiments"):
        search.find_runs(world.tx, world.workspace, ["1"] * 20_001)


def test_the_largest_searches_that_are_allowed_pass(world: Any) -> None:
    world.run("a", params={"p499": "v499"})
    ids = [str(number) for number in range(19_999)] + [str(world.home)]
    listed = ", ".join(f"'{number}'" for number in range(10_000))
    wanted = " OR ".join([f"run_id IN ({listed})", *(f"params.p{i} = 'v{i}'" for i in range(1, 500))])
    found, _ = search.find_runs(world.tx, world.workspace, ids, wanted)
    assert [world.names[number] for number in found] == ["a"]


@pytest.mark.parametrize("opening", ["(", "NOT"])
def test_the_deepest_filter_passes(world: Any, opening: str) -> None:
    world.run("a", params={"p": "v"})
    wanted = "params.p = 'v'"
    for depth in range(MAX_DEPTH if opening == "(" else MAX_DEPTH // 2):
        word = "OR" if depth % 2 else "AND"
        wanted = f"{opening} (params.p = 'w' OR tags.t IS NULL {word} {wanted})".replace("( (", "(")
    assert world.find(wanted) in (["a"], [])


@pytest.mark.parametrize("joined", [" AND ", " OR "])
def test_the_longest_filter_passes(world: Any, joined: str) -> None:
    world.run("a", points={"m": 1}, params={"p": "v"}, tags={"t": "v"}, start_time=5)
    kinds = ["metrics.m > 0", "params.p = 'v'", "tags.t LIKE 'v'", "start_time > 1", "tags.u IS NULL"]
    assert world.find(joined.join(kinds * (MAX_COMPARISONS // len(kinds)))) == ["a"]
