"""The search for experiments."""

from collections.abc import Sequence

import sqlalchemy as sa

from lazward.wire.experiments import ViewType
from lazward_server.db.database import Tx
from lazward_server.db.schema import experiment_tags, experiments
from lazward_server.tracking.search.conditions import columns, keyed, where
from lazward_server.tracking.search.order import Order, parse_order
from lazward_server.tracking.search.paging import Page, Term
from lazward_server.tracking.search.parser import parse
from lazward_server.tracking.search.tree import Field
from lazward_server.tracking.search.view import in_view
from lazward_server.tracking.search.vocabularies import EXPERIMENTS

_c = experiments.c
_CONDITIONS = {
    "attribute": columns(
        name=_c.name, experiment_id=_c.id, creation_time=_c.created_at, last_update_time=_c.updated_at
    ),
    "tag": keyed(experiment_tags, experiment_tags.c.experiment_id == _c.id),
}
_TERMS = {
    "name": Term(_c.name, str),
    "experiment_id": Term(_c.id, int),
    "creation_time": Term(_c.created_at, int),
    "last_update_time": Term(_c.updated_at, int),
}
_ID = Field("attribute", "experiment_id")
_NEWEST = [Order(Field("attribute", "creation_time"), descending=True), Order(_ID)]


def find_experiments(
    tx: Tx,
    workspace_id: int,
    filter: str = "",  # noqa: A002 - the protocol's name
    order_by: Sequence[str] = (),
    view: ViewType = ViewType.ACTIVE_ONLY,
    max_results: int = 1000,
    page_token: str = "",
) -> tuple[list[int], str]:
    """The ids of the experiments that match, in order, and the token of the next page: empty if none is left.

    Raises:
        InvalidRequest: Filter, order or token make no sense.
    """
    tree = parse(filter, EXPERIMENTS)
    orders = parse_order(order_by, EXPERIMENTS) or _NEWEST
    page = Page(_terms(orders), max_results, page_token, scope=str(orders))
    here = _c.workspace_id == workspace_id
    statement = sa.select(_c.id).where(here, in_view(_c.deleted_at, view), where(tree, _CONDITIONS))
    rows, token = page.cut(tx.execute(page.over(statement)).all())
    return [row[0] for row in rows], token


def _terms(orders: Sequence[Order]) -> list[Term]:
    """The order in full: among equals the latest made comes first."""
    terms = [_TERMS[order.field.key]._replace(descending=order.descending) for order in orders]
    made = [] if _ID in [order.field for order in orders] else [Term(_c.id, int, descending=True)]
    return terms + made
