"""The search for experiments, on both databases."""

from typing import Any

import pytest

from lazward.errors import InvalidRequest
from lazward.wire.experiments import ViewType
from lazward_server.tracking.search import find_experiments


@pytest.fixture
def experiments(world: Any) -> Any:
    world.experiment("Abc", {"team": "red", "k": "v"}, created_at=10, updated_at=40)
    world.experiment("a", {"team": "Blue"}, created_at=20, updated_at=30)
    world.experiment("ab", created_at=20, updated_at=20)
    world.experiment("gone", deleted_at=5, created_at=30)
    return world


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("", ["ab", "a", "Abc"]),
        ("name = 'a'", ["a"]),
        ("attribute.name != 'a'", ["ab", "Abc"]),
        ("name LIKE 'a%'", ["ab", "a"]),
        ("attributes.name ilike 'A%' AND name != 'a'", ["ab", "Abc"]),
        ("creation_time > 10", ["ab", "a"]),
        ("creation_time >= 10 AND last_update_time < 40", ["ab", "a"]),
        ("last_update_time = 40", ["Abc"]),
        ("tags.team = 'red'", ["Abc"]),
        ("tag.team != 'red'", ["a"]),
        ("tags.team ILIKE 'b%' OR tags.`k` = 'v'", ["a", "Abc"]),
        ("tags.team IS NULL", ["ab"]),
        ("tags.team IS NOT NULL", ["a", "Abc"]),
    ],
)
def test_filters_match(experiments: Any, wanted: str, names: list[str]) -> None:
    assert sorted(experiments.find_experiments(wanted)) == sorted(names)


def test_experiments_are_found_by_id(experiments: Any) -> None:
    number = next(number for number, name in experiments.names.items() if name == "a")
    assert experiments.find_experiments(f"experiment_id = '{number}'") == ["a"]
    assert experiments.find_experiments(f"experiment_id NOT IN ('{number}')") == ["ab", "Abc"]


@pytest.mark.parametrize(
    ("order_by", "names"),
    [
        ([], ["a", "ab", "Abc"]),
        (["name"], ["Abc", "a", "ab"]),
        (["name DESC"], ["ab", "a", "Abc"]),
        (["creation_time"], ["Abc", "ab", "a"]),
        (["creation_time", "experiment_id"], ["Abc", "a", "ab"]),
        (["attribute.last_update_time"], ["ab", "a", "Abc"]),
        (["experiment_id"], ["Abc", "a", "ab"]),
    ],
)
def test_experiments_come_in_order_on_pages(experiments: Any, order_by: list[str], names: list[str]) -> None:
    assert experiments.find_experiments("last_update_time > 0", order_by) == names
    found, token = [], ""
    while True:
        numbers, token = find_experiments(
            experiments.tx,
            experiments.workspace,
            "last_update_time > 0",
            order_by,
            ViewType.ACTIVE_ONLY,
            1,
            token,
        )
        found += numbers
        if not token:
            break
    assert [experiments.names[number] for number in found] == names


def test_views_show_active_or_deleted_experiments(experiments: Any) -> None:
    assert experiments.find_experiments(view=ViewType.DELETED_ONLY) == ["gone"]
    assert len(experiments.find_experiments(view=ViewType.ALL)) == 4


def test_experiments_of_other_workspaces_are_not_found(experiments: Any) -> None:
    assert find_experiments(experiments.tx, experiments.workspace + 1) == ([], "")


def test_a_token_belongs_to_its_order(experiments: Any) -> None:
    _, token = find_experiments(experiments.tx, experiments.workspace, max_results=1)
    with pytest.raises(InvalidRequest, match="Invalid page token"):
        find_experiments(experiments.tx, experiments.workspace, order_by=["name"], page_token=token)
