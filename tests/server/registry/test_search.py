"""The searches for registered models and for versions."""

import pytest
import sqlalchemy as sa

from lazward.errors import InvalidRequest
from lazward.wire.registry import SearchModels, SearchVersions
from lazward_server.registry import search, versions


def find_models(registry, filter="", order_by=(), size=100, token=""):  # noqa: A002
    return registry.read(search.models, SearchModels(filter, size, list(order_by), token))


def model_names(registry, *args, **options):
    return [model.name for model in find_models(registry, *args, **options).registered_models]


def find_versions(registry, filter="", order_by=(), size=100, token=""):  # noqa: A002
    return registry.read(search.versions, SearchVersions(filter, size, list(order_by), token))


def version_names(registry, *args, **options):
    return [v.name + v.version for v in find_versions(registry, *args, **options).model_versions]


def test_models_come_by_name_and_without_prompts(shop):
    assert model_names(shop) == ["Ab", "ab", "b"]


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ("name = 'b'", ["b"]),
        ("attribute.name != 'b'", ["Ab", "ab"]),
        ("name LIKE '%b'", ["Ab", "ab", "b"]),
        ("name LIKE 'a%'", ["ab"]),
        ("name ILIKE 'A%'", ["Ab", "ab"]),
        ("name IN ('b', 'x')", ["b"]),
        ("tags.team = 'red'", ["b"]),
        ("tags.team != 'red'", ["Ab"]),
        ("tags.team = 'red' AND tags.n = '1'", ["b"]),
        ("tags.team LIKE '%e%' and name like 'A%'", ["Ab"]),
        ("name = 'b' OR tags.team = 'blue'", ["Ab", "b"]),
    ],
)
def test_models_are_filtered(shop_once, filter, expected):  # noqa: A002
    assert model_names(shop_once, filter) == expected


def test_models_are_found_by_their_description(registry):
    registry.model("flowers", "Tells irises apart")
    registry.model("irises")
    registry.model("trees", "100%")
    assert model_names(registry, "description ILIKE '%IRIS%'") == ["flowers"]
    assert model_names(registry, "name LIKE 'iris%' OR attributes.description LIKE '%iris%'") == [
        "flowers",
        "irises",
    ]
    assert model_names(registry, "description = ''") == ["irises"]


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ("tags.`mlflow.prompt.is_prompt` = 'true'", ["p"]),
        ("tags.`mlflow.prompt.is_prompt` = 'True'", []),
        ("tags.`mlflow.prompt.is_prompt` != 'false'", ["p"]),
        ("tags.`mlflow.prompt.is_prompt` = 'true' AND name LIKE 'x%'", []),
        ("tags.`mlflow.prompt.is_prompt` = 'false'", ["Ab", "ab", "b"]),
        ("tags.`mlflow.prompt.is_prompt` != 'true' AND name = 'b'", ["b"]),
        ("name = 'p'", []),
    ],
)
def test_prompts_show_only_where_the_filter_asks_for_them(shop_once, filter, expected):  # noqa: A002
    assert model_names(shop_once, filter) == expected
    numbered = [name + "1" for name in expected if name != "b"] + ["b1", "b2"] * ("b" in expected)
    assert sorted(version_names(shop_once, filter)) == sorted(numbered)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (["name DESC"], ["b", "ab", "Ab"]),
        (["timestamp"], ["ab", "Ab", "b"]),
        (["last_updated_timestamp DESC"], ["b", "Ab", "ab"]),
        (["creation_timestamp ASC", "name"], ["b", "Ab", "ab"]),
    ],
)
def test_models_are_ordered(shop_once, order, expected):
    assert model_names(shop_once, order_by=order) == expected


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ("", ["b1", "b2", "Ab1", "ab1"]),
        ("name = 'b'", ["b1", "b2"]),
        ("run_id = 'r1'", ["b1", "Ab1"]),
        ("run_id IN ('r2', 'x')", ["b2"]),
        ("run_id != 'r1'", ["b2", "ab1"]),
        ("source_path LIKE 's3://a/%'", ["Ab1", "ab1"]),
        ("version_number > 1", ["b2"]),
        ("version_number <= 1 AND name ILIKE 'AB'", ["Ab1", "ab1"]),
        ("tags.k = 'v'", ["b1"]),
        ("tags.k != 'v'", ["b2"]),
    ],
)
def test_versions_are_filtered_and_come_by_their_last_change(shop_once, filter, expected):  # noqa: A002
    assert version_names(shop_once, filter) == expected


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (["name"], ["Ab1", "ab1", "b2", "b1"]),
        (["version_number ASC"], ["Ab1", "ab1", "b1", "b2"]),
        (["creation_timestamp DESC"], ["ab1", "Ab1", "b2", "b1"]),
        (["name DESC", "version_number"], ["b1", "b2", "ab1", "Ab1"]),
    ],
)
def test_versions_are_ordered(shop_once, order, expected):
    assert version_names(shop_once, order_by=order) == expected


@pytest.mark.parametrize(
    "filter",  # the prompt's own questions are elsewhere
    [
        "foo = 'x'",
        "name > 'x'",
        "name = x",
        "name",
        "tags.k > 'v'",
        "run_id = 'a'",
        "name = 'a';",
        "params.a = 'b'",
    ],
)
def test_senseless_filters_of_models_are_refused(shop_once, filter):  # noqa: A002
    with pytest.raises(InvalidRequest):
        find_models(shop_once, filter)


@pytest.mark.parametrize("filter", ["version_number LIKE '1'", "stage = 'None'", "source_path IN ('a')"])
def test_senseless_filters_of_versions_are_refused(shop_once, filter):  # noqa: A002
    with pytest.raises(InvalidRequest):
        find_versions(shop_once, filter)


def test_senseless_orders_and_tokens_are_refused(shop_once):
    for order in (["foo"], ["tags.k"], ["name", "name"], ["name UP"]):
        with pytest.raises(InvalidRequest):
            find_models(shop_once, order_by=order)
        with pytest.raises(InvalidRequest):
            find_versions(shop_once, order_by=order)
    token = find_models(shop_once, size=1).next_page_token
    for wrong, order in ((token, ["timestamp"]), ("x", []), ("eyJvZmZzZXQiOiAyfQ==", [])):
        with pytest.raises(InvalidRequest, match="Invalid page token"):
            find_models(shop_once, order_by=order, token=wrong)


@pytest.mark.parametrize("find", [find_models, find_versions])
@pytest.mark.parametrize(
    "order", [[], ["name DESC"], ["last_updated_timestamp"], ["creation_timestamp DESC"]]
)
def test_pages_add_up_to_the_whole(shop_once, find, order):
    def page(size, token=""):
        found = find(shop_once, order_by=order, size=size, token=token)
        return found.registered_models if find is find_models else found.model_versions, found.next_page_token

    whole, token = page(100)
    assert token is None
    for size in (1, 2, 3, 4):
        collected, token = page(size)
        while token:
            more, token = page(size, token)
            assert more
            collected += more
        assert collected == whole


def test_a_version_that_was_deleted_is_not_found(shop):
    shop.write(versions.delete, "b", "1")
    assert version_names(shop, "name = 'b'") == ["b2"]


def test_another_workspace_finds_nothing(shop):
    database = shop.database
    assert database.read_now(search.models, 2, SearchModels()).registered_models == []
    assert database.read_now(search.versions, 2, SearchVersions()).model_versions == []


def test_a_page_costs_the_same_statements_however_long_it_is(shop):
    def cost(find, size):
        statements = []

        def count(_connection, _cursor, statement, *_rest):
            statements.append(statement)

        sa.event.listen(shop.database.engine, "before_cursor_execute", count)
        driver = []
        original = search.load.Bulk.__call__
        try:
            search.load.Bulk.__call__ = lambda self, tx, rows: driver.append(self) or original(self, tx, rows)
            find(shop, size=size)
        finally:
            search.load.Bulk.__call__ = original
            sa.event.remove(shop.database.engine, "before_cursor_execute", count)
        return len(statements), len(driver)

    for find in (find_models, find_versions):
        assert cost(find, 1) == cost(find, 3)
