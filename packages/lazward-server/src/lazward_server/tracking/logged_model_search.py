"""The search for logged models."""

import re
from collections.abc import Sequence

import sqlalchemy as sa

from lazward.errors import InvalidRequest
from lazward.wire.logged_models import LoggedModels, SearchLoggedModels
from lazward_server.db.database import Tx
from lazward_server.db.schema import experiments, logged_models
from lazward_server.tracking import logged_model_fields as fields
from lazward_server.tracking import logged_model_load, logged_model_token
from lazward_server.tracking.experiments import numbers
from lazward_server.tracking.logged_model_order import in_order, terms
from lazward_server.tracking.search import LOGGED_MODELS, Page, comparisons, parse, where

MAX_EXPERIMENTS = 20_000
_DEFAULT = 100
_ID = re.compile(r"[0-9]{1,18}")


def search(tx: Tx, workspace_id: int, req: SearchLoggedModels) -> LoggedModels:
    """A page of the logged models that match, the newest first if no order is given.

    Raises:
        InvalidRequest: Experiments, filter, order or token make no sense.
    """
    tree = parse(req.filter, LOGGED_MODELS)
    by_metric = any(one.field.entity == "metric" for one in comparisons(tree))
    conditions = [
        logged_models.c.experiment_id.in_(numbers(tx, workspace_id, _experiments(req.experiment_ids))),
        logged_models.c.deleted_at.is_(None),
        where(tree, fields.conditions(req.datasets)),
    ]
    if req.datasets and not by_metric:
        conditions.append(fields.measured_on(req.datasets))
    joined = logged_models.join(experiments, experiments.c.id == logged_models.c.experiment_id)
    candidates = in_order(joined, conditions, req.order_by)
    scope = logged_model_token.scope(req)
    page = Page(
        terms(candidates, req.order_by), req.max_results or _DEFAULT, logged_model_token.read(req), scope
    )
    rows, token = page.cut(tx.execute(page.over(sa.select(candidates.c.id))).all())
    found = logged_model_load.load(tx, [row[0] for row in rows])
    return LoggedModels(found, logged_model_token.make(req, token) if token else None)


def _experiments(given: Sequence[str]) -> list[int]:
    if len(given) > MAX_EXPERIMENTS:
        raise InvalidRequest(
            f"At most {MAX_EXPERIMENTS} experiments can be searched at once, got {len(given)}."
        )
    for text in given:
        if not _ID.fullmatch(text):
            raise InvalidRequest(f"Invalid experiment ID '{text}'. Experiment ID must be a valid integer.")
    return sorted({int(text) for text in given})
