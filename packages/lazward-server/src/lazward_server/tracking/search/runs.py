"""The search for runs."""

import re
from collections.abc import Sequence
from functools import lru_cache

import sqlalchemy as sa

from lazward.errors import InvalidRequest
from lazward.wire.experiments import ViewType
from lazward_server.db.database import Tx
from lazward_server.db.schema import runs
from lazward_server.tracking import experiments, metrics
from lazward_server.tracking.search import plan
from lazward_server.tracking.search.conditions import Boolean, where
from lazward_server.tracking.search.order import Order, parse_order
from lazward_server.tracking.search.paging import Page, Rows, Statement, Term
from lazward_server.tracking.search.parser import parse
from lazward_server.tracking.search.run_fields import START, conditions, terms
from lazward_server.tracking.search.tree import Comparison, Node, comparisons
from lazward_server.tracking.search.view import in_view
from lazward_server.tracking.search.vocabularies import RUNS

MAX_EXPERIMENTS = 20_000
"""With the longest filter this stays below the 32,766 values of a statement on SQLite."""

_MOST_WALKED = 20
"""Experiments that are gone through one by one, each along its index; of more, all runs are sorted."""

_LONGEST_REMEMBERED = 1000
"""Characters of a filter whose statement is kept for the next time."""

_ID = re.compile(r"[0-9]{1,18}")
_HOMES = sa.bindparam("homes", type_=sa.BigInteger(), expanding=True)
_RANKS = (runs.c.start_time.is_not(None), runs.c.start_time.is_(None))


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
    metric_ids = _metric_ids(tx, tree, orders)
    homes = _homes(tx, workspace_id, experiment_ids)
    walkable = not orders or orders[0].field == START
    first = plan.choose(tx, tree, homes, max_results, by_start_time=walkable)
    prepare = _matching if len(filter) <= _LONGEST_REMEMBERED else _matching.__wrapped__
    statement, by = prepare(tree, orders, metric_ids, view, first)
    page = Page(by, max_results, page_token, scope=str(orders))
    if walkable and first is None and len(homes) <= _MOST_WALKED:
        found = _walked(tx, page, statement, homes)
    else:
        found = tx.execute(page.over(statement), {"homes": homes}).all()
    rows, token = page.cut(found)
    return [row[0] for row in rows], token


@lru_cache(128)
def _matching(
    tree: Node | None,
    orders: tuple[Order, ...],
    metric_ids: tuple[tuple[str, int], ...],
    view: ViewType,
    first: Comparison | None,
) -> tuple[Statement, list[Term]]:
    """The statement for all matching runs, and the terms of their order.

    Kept for the next page and the next poll, since making it takes longer than running it often does.
    """
    ids = dict(metric_ids)
    source, by = terms(orders, ids)
    wanted = _home(first), in_view(runs.c.deleted_at, view), where(tree, conditions(ids, first))
    return sa.select(runs.c.id).select_from(source).where(*wanted), by


def _walked(tx: Tx, page: Page, statement: Statement, homes: Sequence[int]) -> Rows:
    """The rows of the page, from the index of each experiment that has its runs in this order."""
    found: list[Sequence[object]] = []
    for stage in page.stages(statement, _RANKS):
        rows = [row for home in homes for row in tx.execute(stage, {"homes": [home]})]
        found += page.merged(rows) if len(homes) > 1 else rows
        if len(found) > page.size:
            break
    return found


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


def _metric_ids(tx: Tx, tree: Node | None, orders: Sequence[Order]) -> tuple[tuple[str, int], ...]:
    """The ids of the metrics that are compared or ordered by; what nobody ever logged has none."""
    fields = [one.field for one in (*comparisons(tree), *orders)]
    names = sorted({field.key for field in fields if field.entity == "metric"})
    found = [(name, metrics.key_id(tx, name)) for name in names]
    return tuple((name, number) for name, number in found if number is not None)
