"""The search for runs."""

import functools
import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from lazward.errors import InvalidRequest
from lazward.wire.experiments import ViewType
from lazward_server.db.database import Tx
from lazward_server.db.schema import runs
from lazward_server.tracking import experiments, metrics
from lazward_server.tracking.search import plan, sheets
from lazward_server.tracking.search.conditions import Boolean, where
from lazward_server.tracking.search.order import Order, parse_order
from lazward_server.tracking.search.paging import Page, Rows, Statement, Term
from lazward_server.tracking.search.parser import parse
from lazward_server.tracking.search.plan import MOST_WALKED
from lazward_server.tracking.search.run_fields import START, conditions, joined, of_row, terms
from lazward_server.tracking.search.sheet import ATTRIBUTES, KINDS, TABLE, Run, TooLarge
from lazward_server.tracking.search.tree import Comparison, Field, Node, comparisons
from lazward_server.tracking.search.view import in_view
from lazward_server.tracking.search.vocabularies import RUNS

MAX_EXPERIMENTS = 20_000
"""With the longest filter this stays below the 32,766 values of a statement on SQLite."""

_LONGEST_REMEMBERED = 1000
"""Characters of a filter whose statement is kept for the next time."""

_ID = re.compile(r"[0-9]{1,18}")
_HOMES = sa.bindparam("homes", type_=sa.BigInteger(), expanding=True)


def find_runs(
    tx: Tx,
    workspace_id: int,
    experiment_ids: Sequence[str],
    filter: str = "",  # noqa: A002 - the protocol's name
    order_by: Sequence[str] = (),
    view: ViewType = ViewType.ACTIVE_ONLY,
    max_results: int = 1000,
    page_token: str = "",
) -> tuple[list[int], str]:
    """The runs that match, in order, and the token of the next page: empty if this is the last.

    Args:
        tx: A transaction.
        workspace_id: Where to search.
        experiment_ids: Whose runs; ids that are none, or of another workspace, have no runs.
        filter: As in ``metrics.loss < 0.2 AND params.model = 'tree'``; empty for all.
        order_by: As in ``["metrics.loss ASC"]``; the newest run comes first among equals.
        view: Active or deleted runs, or both.
        max_results: Runs on a page.
        page_token: Where to continue.

    Returns:
        The integer ids of the runs.

    Raises:
        InvalidRequest: Filter, order or token make no sense.
    """
    tree, orders = parse(filter, RUNS), tuple(parse_order(order_by, RUNS))
    wanted = _Wanted(tree, orders, view, max_results, page_token, len(filter) <= _LONGEST_REMEMBERED)
    plan.begin(tx)
    homes = _homes(tx, workspace_id, experiment_ids)
    page, found = _found(tx, wanted, homes)
    rows, token = page.cut(found)
    return [row[0] for row in rows], token


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A search, understood.

    Attributes:
        remembered: Its statements are kept for the next page and the next poll, since making them takes
            longer than running them often does.
    """

    tree: Node | None
    orders: tuple[Order, ...]
    view: ViewType
    size: int
    token: str
    remembered: bool

    @property
    def fields(self) -> set[Field]:
        """What it compares and orders by."""
        return {one.field for one in (*comparisons(self.tree), *self.orders)}

    @property
    def by_start_time(self) -> bool:
        """Whether an index has the runs of an experiment in this order."""
        return not self.orders or self.orders[0].field == START

    def page(self, terms: Sequence[Term]) -> Page:
        """Its page, by these terms."""
        return Page(terms, self.size, self.token, scope=str(self.orders))


def _found(tx: Tx, wanted: _Wanted, homes: Sequence[int]) -> tuple[Page, Rows]:
    if plan.worth_a_sheet(tx, wanted.tree, homes, wanted.fields, by_start_time=wanted.by_start_time):
        with suppress(TooLarge):
            return _in_sheets(tx, wanted, homes)
    return _in_tables(tx, wanted, homes)


def _in_sheets(tx: Tx, wanted: _Wanted, homes: Sequence[int]) -> tuple[Page, Rows]:
    prepare = _over_sheet if wanted.remembered else _over_sheet.__wrapped__
    fields = sorted(field for field in wanted.fields if field.entity != "attribute")

    def page_over(names: Mapping[Field, str]) -> tuple[Page, Statement]:
        statement, by = prepare(wanted.tree, wanted.orders, wanted.view, tuple(names.items()))
        return wanted.page(by), statement

    def ask(run: Run, names: Mapping[Field, str]) -> Rows:
        page, statement = page_over(names)
        if wanted.by_start_time:
            return _walked(page, statement, TABLE.c.start_time, run)
        return run(page.over(statement))

    page, _ = page_over(dict.fromkeys(fields, ""))  # what columns are called does not matter any more
    found = sheets.find(tx, homes, fields, ask)
    return page, page.merged(found) if len(homes) > 1 else found


def _in_tables(tx: Tx, wanted: _Wanted, homes: Sequence[int]) -> tuple[Page, Rows]:
    metric_ids = _metric_ids(tx, wanted.fields)
    first = plan.choose(tx, wanted.tree, homes, wanted.size, by_start_time=wanted.by_start_time)
    prepare = _over_tables if wanted.remembered else _over_tables.__wrapped__
    statement, by = prepare(wanted.tree, wanted.orders, metric_ids, wanted.view, first)
    page = wanted.page(by)
    if wanted.by_start_time and first is None and len(homes) <= MOST_WALKED:
        run = functools.partial(_in_each, tx, page, homes)
        return page, _walked(page, statement, runs.c.start_time, run)
    return page, tx.execute(page.over(statement), {"homes": homes}).all()


@lru_cache(128)
def _over_tables(
    tree: Node | None,
    orders: tuple[Order, ...],
    metric_ids: tuple[tuple[str, int], ...],
    view: ViewType,
    first: Comparison | None,
) -> tuple[Statement, list[Term]]:
    """The statement for all matching runs, and the terms of their order."""
    ids = dict(metric_ids)
    source, by = joined(orders, ids)
    wanted = _home(first), in_view(runs.c.deleted_at, view), where(tree, conditions(ids, first))
    return sa.select(runs.c.id).select_from(source).where(*wanted), terms(orders, by)


@lru_cache(128)
def _over_sheet(
    tree: Node | None, orders: tuple[Order, ...], view: ViewType, names: tuple[tuple[Field, str], ...]
) -> tuple[Statement, list[Term]]:
    """The same from a sheet, with the names of its columns."""
    by = {field: sa.column(name, KINDS[field.entity]) for field, name in names} | ATTRIBUTES
    wanted = in_view(TABLE.c.deleted_at, view), where(tree, of_row(by))
    return sa.select(TABLE.c.id).where(*wanted), terms(orders, by)


def _walked(page: Page, statement: Statement, start: sa.ColumnElement[Any], run: Run) -> Rows:
    """The rows of a page by start time, from an index on it: first those that have one."""
    found: list[Sequence[object]] = []
    for stage in page.stages(statement, (start.is_not(None), start.is_(None))):
        found += run(stage)
        if len(found) > page.size:
            break
    return found


def _in_each(tx: Tx, page: Page, homes: Sequence[int], stage: Statement) -> Rows:
    """The rows of each of the experiments, from the index that has its runs in this order."""
    rows = [row for home in homes for row in tx.execute(stage, {"homes": [home]})]
    return page.merged(rows) if len(homes) > 1 else rows


def _home(first: Comparison | None) -> Boolean:
    """Whether the run is of one of the experiments; if others are looked up first, without an index."""
    column = runs.c.experiment_id
    return column.in_(_HOMES) if first is None else (column + sa.literal_column("0")).in_(_HOMES)


def _homes(tx: Tx, workspace_id: int, experiment_ids: Sequence[str]) -> list[int]:
    """Those of the experiments that are in the workspace."""
    if len(experiment_ids) > MAX_EXPERIMENTS:
        raise InvalidRequest(
            f"At most {MAX_EXPERIMENTS} experiments can be searched at once, got {len(experiment_ids)}."
        )
    ids = {int(text) for text in experiment_ids if _ID.fullmatch(text)}
    return experiments.numbers(tx, workspace_id, ids)


def _metric_ids(tx: Tx, fields: Collection[Field]) -> tuple[tuple[str, int], ...]:
    """The ids of the metrics that are compared or ordered by; what nobody ever logged has none."""
    names = sorted({field.key for field in fields if field.entity == "metric"})
    found = [(name, metrics.key_id(tx, name)) for name in names]
    return tuple((name, number) for name, number in found if number is not None)
