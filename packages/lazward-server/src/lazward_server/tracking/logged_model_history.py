"""The record that clients before MLflow 3 leave of a model they logged: one entry in a tag of the run."""

import json
from collections.abc import Mapping
from typing import Any, cast

import sqlalchemy as sa

from lazward.errors import InvalidRequest
from lazward.wire.metrics import MAX_TAG_VALUE
from lazward_server.db.database import Tx
from lazward_server.db.schema import runs as run_rows
from lazward_server.db.schema import tags as tag_rows
from lazward_server.tracking import runs, tags

HISTORY = "mlflow.log-model.history"

_REQUIRED = frozenset({"artifact_path", "flavors", "utc_time_created", "run_id"})
_KEPT = ("run_id", "artifact_path", "utc_time_created", "model_uuid")


def record(tx: Tx, workspace_id: int, run_id: str, text: str) -> None:
    """Add a model to a run's history; the oldest entries make room once the tag is full.

    Raises:
        InvalidRequest: The text does not describe a model, or the run is deleted.
    """
    entry = _entry(text)
    run = runs.active(tx, workspace_id, run_id).id
    tx.execute(sa.select(run_rows.c.id).where(run_rows.c.id == run).with_for_update(key_share=True))
    match = (tag_rows.c.run == run) & (tag_rows.c.key == HISTORY)
    history = [*_history(tx.execute(sa.select(tag_rows.c.value).where(match)).scalar()), entry]
    while len(value := json.dumps(history)) > MAX_TAG_VALUE:
        history.pop(0)
        if not history:
            raise InvalidRequest(f"The model's description has more than {MAX_TAG_VALUE} characters.")
    tags.upsert(tx, {(run, HISTORY): value})


def _entry(text: str) -> dict[str, Any]:
    model = _model(text)
    missing = sorted(_REQUIRED - model.keys())
    if missing:
        raise InvalidRequest(f"Model json is missing mandatory fields: {missing}")
    flavors = cast("dict[str, Any]", model["flavors"]) if isinstance(model["flavors"], dict) else {}
    entry = {key: model[key] for key in _KEPT if key in model}
    return entry | {"flavors": {name: _brief(config) for name, config in flavors.items()}}


def _brief(config: object) -> object:
    """A flavor without its configuration, which may be large."""
    if not isinstance(config, dict):
        return config
    return {key: value for key, value in cast("dict[str, Any]", config).items() if key != "config"}


def _model(text: str) -> Mapping[str, Any]:
    try:
        model = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidRequest(f"Malformed model info. \n {text[:500]} \n is not a valid JSON.") from error
    if not isinstance(model, dict):
        raise InvalidRequest("Malformed model info: it must be a JSON object.")
    return cast("dict[str, Any]", model)


def _history(text: str | None) -> list[Any]:
    """What the tag holds; a client may have put anything there."""
    try:
        history = json.loads(text or "[]")
    except (ValueError, RecursionError):
        return []
    return cast("list[Any]", history) if isinstance(history, list) else []
