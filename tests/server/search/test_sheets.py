"""Columns in memory: they follow whatever is written, by this process or another, and never tell old news."""

import math
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.server.search.evaluation import holds, in_order, items, text
from tests.server.tracking.conftest import WORKSPACE, Desk

from lazward.errors import InvalidRequest
from lazward.wire.base import KeyValue
from lazward.wire.experiments import ViewType
from lazward.wire.metrics import MAX_TAG_VALUE
from lazward.wire.runs import RunStatus, UpdateRun
from lazward_server.db.changes import Changes
from lazward_server.db.database import Database, Tx
from lazward_server.tracking import experiments, log, metrics, purge, runs, search, tags
from lazward_server.tracking.search import Comparison, Field, Node, Not, Order, plan, sheet

KEYS = ["a", "b"]
BIGGEST = 1.7976931348623157e308


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small experiments have sheets too."""
    monkeypatch.setattr(plan, "_FEWEST_IN_SHEETS", 0)
    monkeypatch.setattr(plan, "_FEW", 0)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


@pytest.fixture
def other(database: Database, database_url: str) -> Iterator[Database]:
    """Another process of the same server, where there may be one: SQLite's has but one."""
    if database_url.startswith("sqlite"):
        yield database
        return
    second = Database(database_url)
    yield second
    second.close()


def find(db: Database, desk: Desk, wanted: str = "", order_by: tuple[str, ...] = ("metrics.a",)) -> list[str]:
    """The run ids found, by way of a sheet."""
    return found(db, desk.experiment, wanted, order_by)


def found(
    db: Database,
    experiment: str,
    wanted: str,
    order_by: Any,
    view: ViewType = ViewType.ACTIVE_ONLY,
    size: int = 1000,
) -> list[str]:
    """All pages, one after the other."""
    pages: list[str] = []
    token = ""
    while True:
        given = (WORKSPACE, [experiment], wanted, order_by, view, size, token)
        numbers, token = db.read_now(search.find_runs, *given)
        pages += db.read_now(run_ids, numbers)
        if not token:
            return pages
        assert len(numbers) == size


def run_ids(tx: Tx, numbers: list[int]) -> list[str]:
    rows = {number: tx.driver(f"select run_id from runs where id = {number}")[0][0] for number in numbers}
    return [rows[number] for number in numbers]


def has_sheet(db: Database, experiment: str) -> bool:
    return bool(db._known.sheets[int(experiment)]._connection)


# ---------------------------------------------------------------------- whatever is done

VALUE = st.sampled_from([0.0, -1.5, 0.5, 2.0, BIGGEST, -BIGGEST, math.nan])
TEXT = st.sampled_from(["", "x", "X", "xy", "ü"])
KEY = st.sampled_from(KEYS)
DEED = st.one_of(
    st.tuples(st.just("create"), st.integers(0, 3)),
    st.tuples(st.just("metric"), KEY, VALUE, st.integers(0, 3)),
    st.tuples(st.just("param"), KEY, TEXT),
    st.tuples(st.just("tag"), KEY, TEXT),
    st.tuples(st.just("untag"), KEY),
    st.tuples(st.just("update"), st.sampled_from(RunStatus), st.integers(0, 3)),
    *[st.tuples(st.sampled_from(["delete", "delete", "restore", "purge", "delete all"]))] * 2,
)
FIELD = st.one_of(
    *(st.builds(Field, st.just(entity), KEY) for entity in ("metric", "parameter", "tag")),
    st.sampled_from([Field("attribute", key) for key in ("start_time", "end_time", "status", "run_id")]),
)
FILTER = st.one_of(
    st.none(),
    st.builds(
        Comparison,
        st.builds(Field, st.just("metric"), KEY),
        st.sampled_from([">", "<=", "!="]),
        VALUE.filter(math.isfinite),
    ),
    st.builds(Comparison, st.builds(Field, st.just("tag"), KEY), st.sampled_from(["=", "LIKE"]), TEXT),
    st.builds(Comparison, st.builds(Field, st.just("parameter"), KEY), st.just("IS NULL"), st.none()),
    st.builds(Not, st.builds(Comparison, st.builds(Field, st.just("parameter"), KEY), st.just("="), TEXT)),
)
ORDERS = st.lists(st.builds(Order, FIELD, st.booleans()), min_size=1, max_size=2, unique_by=lambda o: o.field)
QUERY = st.tuples(FILTER, ORDERS, st.sampled_from(ViewType), st.integers(1, 4))


class Model:
    """What an experiment holds, as far as it was told: the same deeds are done to it and to the database."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.home = desk.write(experiments.create, WORKSPACE, secrets.token_hex(8), "", [])
        self.runs: dict[str, dict[str, Any]] = {}
        self._newest: dict[tuple[str, str], tuple[int, bool, float]] = {}

    def do(self, which: int, what: str, *given: Any) -> None:
        """One deed, to one of the runs where it is about one."""
        if what == "create":
            self._create(*given)
        elif what == "delete all":
            self._delete_all()
        elif self.runs:
            run_id = list(self.runs)[which % len(self.runs)]
            run = self.runs[run_id]
            if what in ("delete", "restore", "purge"):
                getattr(self, f"_{what}")(run_id, run)
            elif run["deleted_at"] is None:
                getattr(self, f"_{what}")(run_id, run, *given)

    def right(self, tree: Node | None, orders: list[Order], view: ViewType) -> list[str]:
        """The run ids that a search must find."""
        seen = [
            run
            for run in self.runs.values()
            if view is ViewType.ALL or (run["deleted_at"] is None) == (view is ViewType.ACTIVE_ONLY)
        ]
        return in_order([run for run in seen if tree is None or holds(tree, run)], orders)

    def _create(self, start: int) -> None:
        desk, desk.experiment = self.desk, self.home
        run_id = desk.run(start_time=start)
        self.runs[run_id] = {
            "run_id": run_id, "start_time": start, "end_time": None, "status": "RUNNING", "deleted_at": None,
            "points": {}, "params": {}, "tags": {}, "datasets": [],
        }  # fmt: skip

    def _metric(self, run_id: str, run: dict[str, Any], key: str, value: float, step: int) -> None:
        self.desk.log(run_id, [(key, value, 0, step)])
        point = (step, math.isnan(value), 0.0 if math.isnan(value) else value)
        newest = max(point, self._newest.get((run_id, key), point))
        self._newest[run_id, key] = newest
        run["points"][key] = math.nan if newest[1] else newest[2]

    def _param(self, run_id: str, run: dict[str, Any], key: str, value: str) -> None:
        if key not in run["params"]:
            self.desk.log(run_id, params=[(key, value)])
            run["params"][key] = value

    def _tag(self, run_id: str, run: dict[str, Any], key: str, value: str) -> None:
        self.desk.log(run_id, tags=[(key, value)])
        run["tags"][key] = value

    def _untag(self, run_id: str, run: dict[str, Any], key: str) -> None:
        if run["tags"].pop(key, None) is not None:
            self.desk.write(untag, run_id, key)

    def _update(self, run_id: str, run: dict[str, Any], status: RunStatus, end: int) -> None:
        self.desk.write(runs.update, WORKSPACE, UpdateRun(run_id, status=status, end_time=end))
        run |= {"status": status.value, "end_time": end}

    def _delete(self, run_id: str, run: dict[str, Any]) -> None:
        self.desk.write(runs.delete, WORKSPACE, run_id)
        run["deleted_at"] = 1

    def _restore(self, run_id: str, run: dict[str, Any]) -> None:
        self.desk.write(runs.restore, WORKSPACE, run_id)
        run["deleted_at"] = None

    def _purge(self, run_id: str, run: dict[str, Any]) -> None:
        if run["deleted_at"] is not None:
            self.desk.write(hide, run_id)
            del self.runs[run_id]

    def _delete_all(self) -> None:
        self.desk.write(experiments.delete, WORKSPACE, self.home)
        self.desk.write(experiments.restore, WORKSPACE, self.home)
        for run in self.runs.values():
            run["deleted_at"] = None


def untag(tx: Tx, run_id: str, key: str) -> None:
    tags.delete(tx, runs.active(tx, WORKSPACE, run_id).id, run_id, key)


def hide(tx: Tx, run_id: str) -> None:
    purge.hide_runs(tx, WORKSPACE, [runs.find(tx, WORKSPACE, run_id).id])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(st.tuples(st.integers(0, 9), DEED, QUERY), min_size=1, max_size=25))
def test_each_search_finds_what_was_written_before_it(desk: Desk, other: Database, deeds: list[Any]) -> None:
    model = Model(desk)
    for which, deed, (tree, orders, view, size) in deeds:
        model.do(which, *deed)
        wanted = text(tree) if tree else ""
        for db in (desk.db, other):
            answer = found(db, model.home, wanted, items(orders), view, size)
            assert answer == model.right(tree, orders, view)


# ---------------------------------------------------------------------- what could go wrong


def reading(desk: Desk, connection: Any) -> Tx:
    """A transaction that reads, whose snapshot is taken now."""
    tx = Tx(connection, desk.db._known, reading=True)
    tx.driver("select count(*) from runs")
    return tx


def read(tx: Tx, desk: Desk, order_by: str) -> None:
    search.find_runs(tx, WORKSPACE, [desk.experiment], "", [order_by])


def test_a_column_read_by_an_older_snapshot_follows_what_is_newer(desk: Desk) -> None:
    from lazward_server.db import engines

    one, two = desk.run(), desk.run()
    for run_id, value in ((one, 1), (two, 2)):
        desk.log(run_id, [("a", value, 0, 0), ("b", value, 0, 0)])
    assert find(desk.db, desk) == [one, two]
    connection = engines.reader(desk.db.engine)
    with connection.begin():
        old = reading(desk, connection)
        desk.log(one, [("b", 3, 0, 1)])
        assert find(desk.db, desk) == [one, two]  # the sheet is newer now than the old snapshot
        read(old, desk, "metrics.b")  # which adds a column nevertheless
    connection.close()
    assert find(desk.db, desk, order_by=("metrics.b",)) == [two, one]


def test_what_commits_late_is_found_though_later_transactions_were_seen(
    desk: Desk, other: Database, database_url: str
) -> None:
    """On PostgreSQL transactions end in another order than they begin."""
    if database_url.startswith("sqlite"):
        pytest.skip("SQLite writes one transaction after the other")
    one, two = desk.run(), desk.run()
    desk.log(one, [("a", 1, 0, 0)])
    desk.log(two, [("a", 2, 0, 0)])
    with other.engine.connect() as connection, connection.begin():
        slow = Tx(connection, other._known)
        log.log(slow, [desk.batch(one, [("a", 9, 0, 1)])])
        desk.log(two, [("a", 3, 0, 1)])
        assert find(desk.db, desk) == [one, two]
    assert find(desk.db, desk) == [two, one]
    assert find(other, desk) == [two, one]


@pytest.mark.parametrize("way", ["one by one", "with the experiment"])
def test_runs_change_their_stage(desk: Desk, way: str) -> None:
    one = desk.run()
    home = desk.experiment

    def stages() -> list[ViewType]:
        views = (ViewType.ACTIVE_ONLY, ViewType.DELETED_ONLY)
        return [view for view in views if found(desk.db, home, "", ["metrics.a"], view)]

    assert stages() == [ViewType.ACTIVE_ONLY]
    rows, name = (runs, one) if way == "one by one" else (experiments, home)
    desk.write(rows.delete, WORKSPACE, name)
    assert stages() == [ViewType.DELETED_ONLY]
    desk.write(rows.restore, WORKSPACE, name)
    assert stages() == [ViewType.ACTIVE_ONLY]
    desk.write(runs.delete, WORKSPACE, one)
    assert stages() == [ViewType.DELETED_ONLY]
    desk.write(hide, one)
    assert stages() == []


def test_a_write_that_failed_leaves_the_sheet_right(desk: Desk) -> None:
    one = desk.run()
    desk.log(one, [("a", 1, 0, 0)])
    assert find(desk.db, desk, "metrics.a = 1") == [one]

    def write_and_fail(tx: Tx) -> None:
        log.log(tx, [desk.batch(one, [("a", 2, 0, 1)])])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        desk.write(write_and_fail)
    assert find(desk.db, desk, "metrics.a = 1") == [one]


def test_a_metric_logged_for_the_first_time_after_it_was_asked_for_is_found(desk: Desk) -> None:
    one = desk.run()
    assert find(desk.db, desk, "metrics.new > 0") == []
    desk.log(one, [("new", 1, 0, 0)])
    assert find(desk.db, desk, "metrics.new > 0") == [one]


def test_what_a_transaction_wrote_itself_is_found_without_a_sheet(desk: Desk) -> None:
    one = desk.run()
    assert find(desk.db, desk, "tags.t = 'x'") == []

    def write_and_find(tx: Tx) -> list[int]:
        log.log(tx, [log.batch(WORKSPACE, one, [], [], [KeyValue("t", "x")])])
        return search.find_runs(tx, WORKSPACE, [desk.experiment], "tags.t = 'x'")[0]

    assert len(desk.write(write_and_find)) == 1


def test_values_too_long_for_memory_are_searched_in_the_tables(desk: Desk) -> None:
    long = desk.run()
    desk.log(long, params=[("p", "v" * 600)], tags=[("t", "x" * MAX_TAG_VALUE)])
    short = desk.run()
    desk.log(short, params=[("p", "u"), ("q", "u")])
    for _ in range(2):
        assert find(desk.db, desk, order_by=("params.p DESC",)) == [long, short]
        assert find(desk.db, desk, "tags.t LIKE 'xx%'") == [long]
        assert find(desk.db, desk, order_by=("params.q",)) == [short, long]
        columns = desk.db._known.sheets[int(desk.experiment)]._columns
        assert list(columns) == [Field("parameter", "q")]


def test_a_sheet_has_a_bounded_number_of_columns(desk: Desk) -> None:
    one, two = desk.run(), desk.run()
    names = [f"m{number}" for number in range(sheet.MOST_COLUMNS + 2)]
    desk.log(one, [(name, 1, 0, 0) for name in names])
    desk.log(two, [(name, 2, 0, 0) for name in names])
    for name in names * 2:
        assert find(desk.db, desk, order_by=(f"metrics.{name} DESC",)) == [two, one]
        assert len(desk.db._known.sheets[int(desk.experiment)]._columns) <= sheet.MOST_COLUMNS
    many = " AND ".join(f"metrics.{name} = 1" for name in names)
    assert find(desk.db, desk, many) == [one]


def test_the_sheets_used_last_are_kept_within_a_bound(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    homes = [desk.write(experiments.create, WORKSPACE, f"e{number}", "", []) for number in range(3)]
    made: dict[str, str] = {}
    for home in homes:
        desk.experiment = home
        made[home] = desk.run()
        desk.log(made[home], [("a", 1, 0, 0)])
    known = desk.db._known.sheets
    found(desk.db, homes[0], "", ["metrics.a"])
    monkeypatch.setattr("lazward_server.tracking.search.sheets.MOST_BYTES", 2 * known[int(homes[0])].bytes)
    for home in (homes[1], homes[0], homes[2]):
        found(desk.db, home, "", ["metrics.a"])
    assert list(known) == [int(homes[0]), int(homes[2])]
    assert found(desk.db, homes[1], "", ["metrics.a"]) == [made[homes[1]]]


def test_several_experiments_are_one_result(desk: Desk) -> None:
    homes = [desk.experiment, desk.write(experiments.create, WORKSPACE, "second", "", [])]
    made: list[str] = []
    for number in range(6):
        desk.experiment = homes[number % 2]
        made.append(desk.run())
        desk.log(made[-1], [("a", number, 0, 0)])
    found(desk.db, homes[1], "", ["metrics.b"])  # its sheet calls its columns otherwise
    numbers, token = desk.read(
        search.find_runs, WORKSPACE, homes, "metrics.a >= 1", ["metrics.a DESC"], ViewType.ALL, 3
    )
    assert desk.read(run_ids, numbers) == [made[5], made[4], made[3]]
    rest = (WORKSPACE, homes, "metrics.a >= 1", ["metrics.a DESC"], ViewType.ALL, 3, token)
    assert desk.read(run_ids, desk.read(search.find_runs, *rest)[0]) == [made[2], made[1]]


def test_after_too_many_changes_a_sheet_begins_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [desk.run() for _ in range(4)]
    assert find(desk.db, desk, "metrics.a > 0") == []
    monkeypatch.setattr(sheet, "_MOST_CHANGES", 2)
    for run_id in made:
        desk.log(run_id, [("a", 1, 0, 0)])
    assert set(find(desk.db, desk, "metrics.a > 0")) == set(made)


def test_a_search_that_is_refused_leaves_the_sheet_as_it_is(desk: Desk) -> None:
    one = desk.run()
    assert find(desk.db, desk) == [one]
    before = desk.db._known.sheets[int(desk.experiment)]._connection
    with pytest.raises(InvalidRequest):
        desk.read(
            search.find_runs, WORKSPACE, [desk.experiment], "", ["metrics.a"], ViewType.ALL, 1, "garbage"
        )
    assert find(desk.db, desk) == [one]
    assert desk.db._known.sheets[int(desk.experiment)]._connection is before


def test_small_experiments_have_none(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "_FEWEST_IN_SHEETS", 2)
    one = desk.run()
    assert find(desk.db, desk) == [one]
    assert not desk.db._known.sheets
    two = desk.run()
    assert set(find(desk.db, desk)) == {one, two}
    assert has_sheet(desk.db, desk.experiment)


def test_nor_do_searches_that_an_index_answers(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "_FEW", 2)
    one, two = desk.run(), desk.run()
    desk.log(one, params=[("p", "x")])
    assert set(find(desk.db, desk, order_by=())) == {one, two}
    assert find(desk.db, desk, "params.p = 'x' AND metrics.m != 1") == []
    assert find(desk.db, desk, "params.p = 'x'") == [one]
    assert not desk.db._known.sheets
    desk.log(two, params=[("p", "x")])
    assert set(find(desk.db, desk, "params.p = 'x'")) == {one, two}
    assert has_sheet(desk.db, desk.experiment)


def test_the_metrics_log_is_not_needed_for_a_sheet(desk: Desk) -> None:
    """Latest values are written at once, whatever waits in the inbox."""
    one = desk.run()
    desk.log(one, [("a", 1, 0, 0)])
    assert find(desk.db, desk, "metrics.a = 1") == [one]
    desk.write(metrics.fold)
    assert find(desk.db, desk, "metrics.a = 1") == [one]


# ---------------------------------------------------------------------- the memory of changes


def test_changes_are_told_since_any_place() -> None:
    changes = Changes()
    changes.add({1, 2})
    middle = changes.position
    changes.add({2, 3})
    assert set(changes.since(0) or []) == {1, 2, 3}
    assert set(changes.since(middle) or []) == {2, 3}
    assert changes.since(changes.position) == []


def test_changes_long_ago_are_forgotten_and_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lazward_server.db.changes._MOST", 2)
    changes = Changes()
    for run in range(4):
        changes.add({run})
    assert changes.since(0) is None
    assert changes.since(1) is None
    assert set(changes.since(2) or []) == {2, 3}
