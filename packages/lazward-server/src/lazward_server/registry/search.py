"""The searches for registered models and for versions."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from lazward.wire import registry as wire
from lazward_server.db.database import Tx
from lazward_server.db.schema import (
    model_version_tags,
    model_versions,
    registered_model_tags,
    registered_models,
)
from lazward_server.registry import load, prompts
from lazward_server.tracking.search import (
    MODEL_VERSIONS,
    REGISTERED_MODELS,
    Field,
    Order,
    Page,
    Term,
    columns,
    keyed,
    parse,
    parse_order,
    where,
)
from lazward_server.tracking.search.paging import Statement

_m, _v = registered_models.c, model_versions.c

_MODEL_TERMS = {
    "name": Term(_m.name, str),
    "creation_timestamp": Term(_m.created_at, int),
    "last_updated_timestamp": Term(_m.updated_at, int),
}
_MODEL_CONDITIONS = {
    "attribute": columns(name=_m.name, description=_m.description),
    "tag": keyed(registered_model_tags, registered_model_tags.c.model == _m.id),
}
_MODEL_TIES = (Order(Field("attribute", "name")),)

_VERSION_TERMS = {
    "name": Term(_m.name, str),
    "version_number": Term(_v.version, int),
    "creation_timestamp": Term(_v.created_at, int),
    "last_updated_timestamp": Term(_v.updated_at, int),
}
_VERSION_CONDITIONS = {
    "attribute": columns(name=_m.name, version_number=_v.version, run_id=_v.run_id, source_path=_v.source),
    "tag": keyed(model_version_tags, model_version_tags.c.version == _v.id),
}
_VERSION_TIES = (
    Order(Field("attribute", "name")),
    Order(Field("attribute", "version_number"), descending=True),
)
_LAST_CHANGED_FIRST = (Order(Field("attribute", "last_updated_timestamp"), descending=True),)


def models(tx: Tx, workspace_id: int, req: wire.SearchModels) -> wire.Models:
    """A page of the registered models that match, by name if no order is given."""
    tree, hidden = prompts.hide(parse(req.filter, REGISTERED_MODELS))
    orders = parse_order(req.order_by, REGISTERED_MODELS)
    statement = sa.select(_m.id).where(_m.workspace_id == workspace_id, where(tree, _MODEL_CONDITIONS))
    if hidden:
        statement = statement.where(~prompts.is_model())
    page = Page(_terms(orders, _MODEL_TIES, _MODEL_TERMS), req.max_results, req.page_token, str(orders))
    numbers, token = _page(tx, page, statement)
    return wire.Models(load.models(tx, numbers), token or None)


def versions(tx: Tx, workspace_id: int, req: wire.SearchVersions) -> wire.Versions:
    """A page of the versions that match, the one changed last first if no order is given."""
    tree, hidden = prompts.hide(parse(req.filter, MODEL_VERSIONS))
    orders = parse_order(req.order_by, MODEL_VERSIONS) or list(_LAST_CHANGED_FIRST)
    joined = model_versions.join(registered_models, _m.id == _v.model)
    wanted = (_m.workspace_id == workspace_id, where(tree, _VERSION_CONDITIONS))
    statement = sa.select(_v.id).select_from(joined).where(*wanted)
    if hidden:
        statement = statement.where(~prompts.is_model(), ~prompts.is_version())
    page = Page(_terms(orders, _VERSION_TIES, _VERSION_TERMS), req.max_results, req.page_token, str(orders))
    numbers, token = _page(tx, page, statement)
    return wire.Versions(load.versions(tx, numbers), token or None)


def _terms(orders: Sequence[Order], ties: Sequence[Order], by_key: Mapping[str, Term]) -> list[Term]:
    """The order in full: as asked, and by what tells equals apart."""
    asked = {order.field for order in orders}
    full = [*orders, *(tie for tie in ties if tie.field not in asked)]
    return [by_key[order.field.key]._replace(descending=order.descending) for order in full]


def _page(tx: Tx, page: Page, statement: Statement) -> tuple[list[int], str]:
    rows, token = page.cut(tx.execute(page.over(statement)).all())
    return [row[0] for row in rows], token
