"""How the databases go about a search: what it costs must not depend on what was not asked for."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from lazward_server.db import engines, migrate, schema
from lazward_server.db.database import Known, Tx
from lazward_server.tracking import search
from lazward_server.tracking.search import RUNS, parse
from lazward_server.tracking.search.plan import choose

FEW, MANY = 2000, 10_000


def seed(connection: sa.Connection, runs: int) -> Tx:
    """One experiment of so many runs with the metrics m and n, the params p (20 values) and one (unique)."""
    tx = Tx(connection, Known())
    tx.execute(sa.insert(schema.workspaces).values(id=100, name="w", created_at=0))
    values = {"name": "e", "artifact_location": "", "created_at": 0, "updated_at": 0}
    tx.execute(sa.insert(schema.experiments).values(id=100, workspace_id=100, **values))
    tx.execute(sa.insert(schema.metric_keys), [{"id": 1, "name": "m"}, {"id": 2, "name": "n"}])
    numbers = range(1, runs + 1)
    tx.execute(sa.insert(schema.runs), [run(number) for number in numbers])
    params = [("p", lambda i: f"v{i % 20}"), ("one", str), ("same", lambda _: "v")]
    entries = [{"run": i, "key": key, "value": value(i)} for i in numbers for key, value in params]
    tx.execute(sa.insert(schema.params), entries)
    tx.execute(sa.insert(schema.tags), [{"run": i, "key": "t", "value": f"v{i % 20}"} for i in numbers])
    tx.execute(sa.insert(schema.latest), [point(i, key) for i in numbers for key in (1, 2)])
    return tx


def run(number: int) -> dict[str, Any]:
    texts = {"name": f"r{number}", "user_id": "u", "artifact_uri": ""}
    return texts | {
        "id": number,
        "run_id": f"{number * 7919 % 100_003:032x}",
        "experiment_id": 100,
        "status": 1,
        "start_time": 1000 + number,
    }


def point(run: int, key: int) -> dict[str, Any]:
    value = (run * 7919 * key) % 1009 / 1009
    return {"run": run, "key": key, "step": 0, "timestamp": 0, "value": value, "ordered": True}


@pytest.fixture(scope="module")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Tx]]:
    """Two databases on SQLite, one with five times the runs of the other."""
    found: dict[int, Tx] = {}
    for size in (FEW, MANY):
        engine = engines.create(f"sqlite:///{tmp_path_factory.mktemp('plan') / 'lazward.db'}")
        migrate.prepare(engine)
        connection = engine.connect()
        connection.begin()
        found[size] = seed(connection, size)
    yield found
    for tx in found.values():
        tx.connection.close()


def steps(tx: Tx, ask: Callable[[], Any]) -> int:
    """How many instructions SQLite runs, in units of a hundred."""
    driver: Any = tx.connection.connection.driver_connection
    count = 0

    def tick() -> None:
        nonlocal count
        count += 1

    driver.set_progress_handler(tick, 100)
    ask()
    driver.set_progress_handler(None, 0)
    return count


def find(tx: Tx, wanted: str = "", order_by: tuple[str, ...] = (), **more: Any) -> tuple[list[int], str]:
    return search.find_runs(tx, 100, ["100"], wanted, order_by, **{"max_results": 5} | more)


@pytest.mark.parametrize(
    ("wanted", "order_by"),
    [
        ("", ()),
        ("", ("start_time ASC",)),
        ("params.p = 'v7'", ()),
        ("params.p = 'v7' AND metrics.m > 0.5", ("start_time DESC",)),
        ("tags.t = 'v7'", ()),
        ("params.same = 'v'", ()),
        ("params.one = '77'", ("metrics.m DESC",)),
        ("params.one = '77' OR metrics.m > 0.5", ()),
    ],
)
def test_a_page_costs_the_same_among_five_times_the_runs(
    sqlite: dict[int, Tx], wanted: str, order_by: tuple[str, ...]
) -> None:
    few, many = (steps(tx, lambda tx=tx: find(tx, wanted, order_by)) for tx in sqlite.values())
    assert many <= 1.5 * few + 50


@pytest.mark.parametrize("order_by", [(), ("start_time",)])
def test_a_late_page_costs_as_much_as_the_first(sqlite: dict[int, Tx], order_by: tuple[str, ...]) -> None:
    tx = sqlite[MANY]
    first = steps(tx, lambda: find(tx, order_by=order_by))
    token = find(tx, order_by=order_by, max_results=MANY - 100)[1]
    assert steps(tx, lambda: find(tx, order_by=order_by, page_token=token)) <= 1.5 * first + 10


def test_runs_with_a_param_are_looked_up_by_it(sqlite: dict[int, Tx]) -> None:
    """A twentieth of the runs matches: that is what must be sorted, not all of them."""
    tx = sqlite[MANY]
    of_some = steps(tx, lambda: find(tx, "params.p = 'v7' AND metrics.n > 0.5", ("metrics.m DESC",)))
    of_all = steps(tx, lambda: find(tx, "metrics.n > 0.5", ("metrics.m DESC",)))
    assert of_some < of_all / 8


@pytest.mark.parametrize(
    ("wanted", "by_start_time", "chosen"),
    [
        ("params.one = '7'", True, "one"),
        ("params.one = '7'", False, "one"),
        ("params.p = 'v7'", True, None),
        ("params.p = 'v7'", False, "p"),
        ("params.p = 'v7' AND params.one = '7'", False, "one"),
        ("params.same = 'v'", False, None),
        ("params.p != 'v7'", False, None),
        ("params.p LIKE 'v7'", False, None),
        ("params.p = 'v7' OR params.one = '7'", False, None),
        ("NOT params.one = '7'", False, None),
        ("params.one = '" + "7" * 65 + "'", False, None),
        ("tags.t = 'v7'", False, None),
        ("tags.mlflow.parentRunId = 'x'", True, "mlflow.parentRunId"),
        ("metrics.m > 0", False, None),
        ("", False, None),
    ],
)
def test_the_rarest_param_is_chosen(
    sqlite: dict[int, Tx], wanted: str, by_start_time: bool, chosen: str | None
) -> None:
    found = choose(sqlite[MANY], parse(wanted, RUNS), [100], 20, by_start_time=by_start_time)
    assert (found.field.key if found else None) == chosen


def test_a_small_experiment_is_gone_through_however_common_the_param(sqlite: dict[int, Tx]) -> None:
    assert choose(sqlite[MANY], parse("params.p = 'v7'", RUNS), [1], 20, by_start_time=False) is None


def test_statements_are_compiled_once(sqlite: dict[int, Tx]) -> None:
    """SQLAlchemy keeps what it compiled by the shape of a statement; values must not be part of it."""
    tx = sqlite[FEW]
    cache: Any = tx.connection.engine._compiled_cache

    def ask(value: int) -> None:
        wanted = f"metrics.m > 0.{value} AND params.p = 'v{value}' AND tags.t LIKE '{value}%'"
        token = find(tx, wanted, ("metrics.m DESC", "params.p"), max_results=1)[1]
        find(tx, wanted, ("metrics.m DESC", "params.p"), max_results=1, page_token=token) if token else None
        token = find(tx, max_results=value)[1]
        find(tx, max_results=value, page_token=token)

    ask(1)
    ask(2)
    compiled = len(cache)
    for value in range(3, 10):
        ask(value)
    assert len(cache) == compiled
