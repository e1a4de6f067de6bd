"""Params and tags of logged models, and the tag that lists where a model was registered."""

import json
from collections.abc import Sequence
from typing import Any, cast

import sqlalchemy as sa

from lazward.errors import InvalidRequest, NotFound
from lazward.wire.base import KeyValue
from lazward.wire.logged_models import MAX_KEY, MAX_VALUE, MODEL_VERSIONS
from lazward_server.db.bulk import Bulk
from lazward_server.db.database import Tx
from lazward_server.db.schema import logged_model_tags

_SET_TAGS = Bulk(
    "insert into logged_model_tags(model, key, value) select model, key, value from given where true"
    " on conflict (model, key) do update set value = excluded.value",
    model="bigint",
    key="text",
    value="text",
)
_ADD_PARAMS = Bulk(
    "insert into logged_model_params(model, key, value) select model, key, value from given where true"
    " on conflict do nothing",
    model="bigint",
    key="text",
    value="text",
)
_CHANGED_PARAMS = Bulk(
    "select p.key, p.value, given.value from given"
    " join logged_model_params p on p.model = given.model and p.key = given.key"
    " where p.value <> given.value",
    model="bigint",
    key="text",
    value="text",
)


def log_params(tx: Tx, model: int, given: Sequence[KeyValue]) -> None:
    """Add params; the same value again is no error, another one is.

    Raises:
        InvalidRequest: A param was logged with another value, or a limit is passed.
    """
    rows = sorted({(model, *_checked(item)) for item in given})
    _ADD_PARAMS(tx, rows)
    changed = _CHANGED_PARAMS(tx, rows)
    if changed:
        key, old, new = min(changed)
        raise InvalidRequest(
            f"Changing param values is not allowed. Param with key='{key}' was already logged with"
            f" value='{old}'. Attempted logging new value '{new}'."
        )


def set_tags(tx: Tx, model: int, given: Sequence[KeyValue]) -> None:
    """Set tags; of a key that comes twice the last value counts."""
    tags = dict(_checked(item) for item in given)
    _SET_TAGS(tx, [(model, key, value) for key, value in sorted(tags.items())])


def delete_tag(tx: Tx, model: int, model_id: str, key: str) -> None:
    """Remove a tag.

    Raises:
        NotFound: The model has no such tag.
    """
    match = (logged_model_tags.c.model == model) & (logged_model_tags.c.key == key)
    if not tx.execute(sa.delete(logged_model_tags).where(match)).rowcount:
        raise NotFound(f"No tag with key '{key}' found for model with ID '{model_id}'.")


def add_version(tx: Tx, model: int, name: str, version: int) -> None:
    """Note in its tag that a model, whose row is locked, was registered as this version."""
    match = (logged_model_tags.c.model == model) & (logged_model_tags.c.key == MODEL_VERSIONS)
    text = tx.execute(sa.select(logged_model_tags.c.value).where(match)).scalar()
    versions = _versions(text)
    versions.append({"name": name, "version": version})
    _SET_TAGS(tx, [(model, MODEL_VERSIONS, json.dumps(versions))])


def _versions(text: str | None) -> list[Any]:
    """What the tag lists; a client may have put anything there."""
    try:
        given = json.loads(text or "[]")
    except ValueError:
        return []
    return cast("list[Any]", given) if isinstance(given, list) else []


def _checked(item: KeyValue) -> tuple[str, str]:
    if len(item.key) > MAX_KEY:
        raise InvalidRequest(f"'key' exceeds the maximum length of {MAX_KEY} characters")
    if len(item.value) > MAX_VALUE:
        raise InvalidRequest(f"'value' exceeds the maximum length of {MAX_VALUE} characters")
    return item.key, item.value
