"""The search for logged models."""

import itertools
import math

import pytest
import sqlalchemy as sa

from lazward.errors import InvalidRequest
from lazward.wire.logged_models import DatasetFilter, LoggedModelStatus, OrderBy
from lazward_server.db.schema import logged_models as table
from lazward_server.tracking import experiments, logged_models


@pytest.fixture
def zoo(lab):
    """Models ant, bee, cat and dog, made in this order, with params, tags and metrics; dog has no metric."""
    ant = lab.model("ant", {"lr": "0.1", "kind": "tree"}, {"team": "red"}, model_type="A")
    bee = lab.model("bee", {"lr": "0.2"}, {"team": "blue"}, model_type="B", source_run_id="r1")
    cat = lab.model("cat", {"lr": "0.3"}, model_type="A")
    lab.model("dog")
    lab.measure(ant, ("acc", 0.9, 1, 10, "train", "t1"), ("acc", 0.5, 2, 20, "test", "t2"))
    lab.measure(bee, ("acc", 0.7, 1, 10, "train", "t1"), ("loss", 1.0, 1, 10))
    lab.measure(cat, ("acc", math.nan, 1, 10))
    lab.write(logged_models.finalize, ant.info.model_id, LoggedModelStatus.READY)
    lab.write(_set_times)
    return lab


def _set_times(tx, _workspace):
    tx.execute(sa.update(table).values(created_at=1000 + table.c.id, updated_at=2000 - table.c.id))


FILTERS = [
    ("", "dog cat bee ant"),
    ("name = 'bee'", "bee"),
    ("attributes.name != 'bee'", "dog cat ant"),
    ("name LIKE '%a%' AND name != 'cat'", "ant"),
    ("name ilike 'B%'", "bee"),
    ("name IN ('ant', 'dog', 'x')", "dog ant"),
    ("name NOT IN ('ant', 'dog')", "cat bee"),
    ("model_type = 'A'", "cat ant"),
    ("source_run_id = 'r1'", "bee"),
    ("status = 'READY'", "ant"),
    ("status = 'LOGGED_MODEL_READY'", "ant"),
    ("status IN ('PENDING', '2')", "dog cat bee ant"),
    ("creation_time > 0 AND creation_timestamp_ms > 0", "dog cat bee ant"),
    ("creation_timestamp < 1000", ""),
    ("last_updated_timestamp >= 0", "dog cat bee ant"),
    ("metrics.acc > 0.6", "bee ant"),
    ("metrics.acc > 0.8", "ant"),
    ("metrics.acc <= 0.5", "ant"),
    ("metrics.acc = 0.7", "bee"),
    ("metrics.acc > 0.4 AND metrics.loss = 1", "bee"),
    ("metrics.acc > -1e308", "bee ant"),
    ("params.lr = '0.1'", "ant"),
    ("params.lr = 0.1", "ant"),
    ("params.lr != '0.1'", "cat bee"),
    ("params.lr IN ('0.2', '0.3')", "cat bee"),
    ("params.kind LIKE 'tr%'", "ant"),
    ("tags.team = 'red'", "ant"),
    ("tags.`team` != 'red'", "bee"),
    ("name = 'ant' OR (name = 'cat' AND params.lr = '0.3')", "cat ant"),
]


def test_filters(zoo):
    found = {text: " ".join(zoo.names(text)) for text, _ in FILTERS}
    assert found == dict(FILTERS)
    assert zoo.names(f"experiment_id = '{zoo.experiment}'", max_results=1) == ["dog"]
    assert zoo.names("experiment_id != '0'") == ["dog", "cat", "bee", "ant"]


def test_datasets_narrow_metrics_and_alone_ask_for_any_metric(zoo):
    train, test = DatasetFilter("train"), DatasetFilter("test", "t2")
    assert zoo.names(datasets=[train]) == ["bee", "ant"]
    assert zoo.names(datasets=[test]) == ["ant"]
    assert zoo.names(datasets=[DatasetFilter("test", "t1")]) == []
    assert zoo.names("metrics.acc < 0.8", datasets=[train]) == ["bee"]
    assert zoo.names("metrics.acc < 0.8", datasets=[train, test]) == ["bee", "ant"]
    assert zoo.names("metrics.loss = 1", datasets=[train]) == []
    for wrong in (DatasetFilter(), DatasetFilter("", "t1")):
        with pytest.raises(InvalidRequest, match="`dataset_name` in the `datasets` clause must be specified"):
            zoo.names(datasets=[wrong])


ORDERS = [
    (OrderBy("name"), "ant bee cat dog"),
    (OrderBy("name", ascending=False), "dog cat bee ant"),
    (OrderBy("creation_time"), "ant bee cat dog"),
    (OrderBy("last_updated_timestamp"), "dog cat bee ant"),
    (OrderBy("model_type"), "dog cat ant bee"),
    (OrderBy("status", ascending=False), "ant dog cat bee"),
    (OrderBy("metrics.acc"), "ant bee cat dog"),
    (OrderBy("metrics.acc", ascending=False), "bee ant cat dog"),
    (OrderBy("metrics.acc", dataset_name="train"), "bee ant dog cat"),
    (OrderBy("metrics.acc", dataset_name="train", ascending=False), "ant bee dog cat"),
    (OrderBy("metrics.acc", dataset_name="test", dataset_digest="t2"), "ant dog cat bee"),
    (OrderBy("metrics.none"), "dog cat bee ant"),
]


def test_orders(zoo):
    found = {str(order): " ".join(zoo.names(order_by=[order])) for order, _ in ORDERS}
    assert found == {str(order): names for order, names in ORDERS}


def test_metrics_are_ordered_by_their_newest_value(lab):
    old, new = lab.model("old"), lab.model("new")
    lab.measure(old, ("m", 9.0, 5, 100), ("m", 1.0, 1, 200))
    lab.measure(new, ("m", 2.0, 1, 50), ("m", 5.0, 0, 50))
    assert lab.names(order_by=[OrderBy("metrics.m")]) == ["old", "new"]
    lab.measure(old, ("m", 7.0, 2, 200))
    assert lab.names(order_by=[OrderBy("metrics.m")]) == ["new", "old"]


def test_metrics_whose_names_hold_dots_and_slashes(lab):
    lab.measure(lab.model("a"), ("val/acc.top 1", 2.0))
    lab.measure(lab.model("b"), ("val/acc.top 1", 1.0))
    assert lab.names(order_by=[OrderBy("metrics.val/acc.top 1")]) == ["b", "a"]
    assert lab.names("metrics.`val/acc.top 1` > 1.5") == ["a"]


def test_orders_that_make_no_sense(zoo):
    for name in ("foo", "params.lr", "tags.team", "", "attributes.foo"):
        with pytest.raises(InvalidRequest, match="Invalid order by field name"):
            zoo.names(order_by=[OrderBy(name)])
    with pytest.raises(InvalidRequest, match="at most"):
        zoo.names(order_by=[OrderBy(f"metrics.{i}") for i in range(21)])
    assert zoo.names(order_by=[OrderBy("name"), OrderBy("name", ascending=False)]) == [
        "ant",
        "bee",
        "cat",
        "dog",
    ]


def test_filters_that_make_no_sense(zoo):
    for text in (
        "foo = 'x'",
        "metrics.acc = 'x'",
        "metrics.acc LIKE 'x'",
        "name > 'a'",
        "name",
        "dataset.a = 'b'",
    ):
        with pytest.raises(InvalidRequest):
            zoo.names(text)


@pytest.mark.parametrize(
    "order", [[], [OrderBy("metrics.acc")], [OrderBy("model_type"), OrderBy("metrics.loss")]]
)
def test_pages_add_up_to_the_whole(zoo, order):
    whole = zoo.search(order_by=order).models
    for size in (1, 2, 3, 4):
        page = zoo.search(order_by=order, max_results=size)
        collected = page.models
        while page.next_page_token:
            page = zoo.search(order_by=order, max_results=size, page_token=page.next_page_token)
            assert page.models
            collected += page.models
        assert collected == whole


def test_a_token_belongs_to_its_search(zoo):
    token = zoo.search(max_results=1).next_page_token
    other = {
        "Experiment IDs in the page token do not match": {"experiment_ids": ["0"]},
        "Filter string in the page token does not match": {"filter": "name = 'ant'"},
        "Order by in the page token does not match": {"order_by": [OrderBy("name")]},
    }
    for message, more in other.items():
        with pytest.raises(InvalidRequest, match=message):
            zoo.search(**{"page_token": token} | more)
    for wrong in ("zzz", "bm90", token[:-3], "W10="):
        with pytest.raises(InvalidRequest, match="Invalid page token"):
            zoo.search(page_token=wrong)


def test_models_made_between_two_pages_do_not_shift_them(zoo):
    page = zoo.search(max_results=2)
    zoo.model("late")
    rest = zoo.search(max_results=9, page_token=page.next_page_token)
    assert [m.info.name for m in itertools.chain(page.models, rest.models)] == ["dog", "cat", "bee", "ant"]


def test_only_the_experiments_asked_for(zoo, database):
    second = zoo.write(experiments.create, "second", "", [])
    zoo.model("elk", experiment=second)
    assert zoo.names(experiment_ids=[second]) == ["elk"]
    assert zoo.names(experiment_ids=[second, zoo.experiment])[0] == "elk"
    assert zoo.names(experiment_ids=[]) == []
    with pytest.raises(InvalidRequest, match="Invalid experiment ID 'x'"):
        zoo.names(experiment_ids=["x"])
    from lazward.wire.logged_models import SearchLoggedModels
    from lazward_server.tracking import logged_model_search

    assert database.read_now(logged_model_search.search, 2, SearchLoggedModels([second])).models == []
