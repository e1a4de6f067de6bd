"""Words that the table of allowed differences is written in. ``e`` is an exchange throughout."""

import json
from typing import Any

from normal import normal

LIMITS = {
    "key": 250, "name": 256, "new_name": 256, "description": 5000, "model_type": 500, "run_link": 500,
    "model_id": 50, "source_run_id": 50, "user_id": 256, "value": 65_536,
}  # fmt: skip
"""Longest texts we take, by the last part of the field, where a genuine server on SQLite takes any."""
EXPERIMENT_TAG = 5000


def refused(e: Any) -> bool:
    """Whether we refuse the request as the user's mistake."""
    return e.ours.status == 400 and e.ours.code == "INVALID_PARAMETER_VALUE"


def asked(e: Any, *paths: str) -> bool:
    """Whether the request went to one of these endpoints."""
    return e.path.endswith(paths)


def fault(e: Any, *kinds: str, at: str | tuple[str, ...] = "") -> bool:
    """Whether the request was spoilt in one of these ways, at a field that ends so."""
    return getattr(e.wrong, "kind", "") in kinds and e.wrong.where.endswith(at)


def too_long(e: Any) -> bool:
    """Whether a text is longer than we take."""
    last = e.wrong.where.rpartition(".")[2]
    most = EXPERIMENT_TAG if last == "value" and "/experiments/" in e.path else LIMITS.get(last, 10**9)
    return isinstance(e.wrong.value, str) and len(e.wrong.value) > most


def same_but(e: Any, change: Any) -> bool:
    """Whether both succeed, and what they say is the same after the change."""
    return e.ok and change(normal(e.ours)) == change(normal(e.genuine))


def without(*keys: str) -> Any:
    """A change that takes these fields out of an answer, wherever they are."""

    def change(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: change(v) for k, v in value.items() if k not in keys}
        return [change(item) for item in value] if isinstance(value, list | tuple) else value

    return change


def without_aliases_of_versions(value: Any) -> Any:
    """An answer without the aliases that versions hold."""
    if isinstance(value, dict):
        inner = {k: without_aliases_of_versions(v) for k, v in value.items()}
        return {k: v for k, v in inner.items() if k != "aliases" or "current_stage" not in value}
    return [without_aliases_of_versions(i) for i in value] if isinstance(value, list | tuple) else value


def without_users_of_versions(value: Any) -> Any:
    """An answer without who registered the versions in it."""
    if isinstance(value, dict):
        inner = {k: without_users_of_versions(v) for k, v in value.items()}
        return {k: v for k, v in inner.items() if k != "user_id" or "current_stage" not in value}
    return [without_users_of_versions(i) for i in value] if isinstance(value, list | tuple) else value


def without_nan(value: Any) -> Any:
    """An answer with 0 for NaN, and the metrics in the order that this makes."""
    if isinstance(value, dict):
        kept = {k: 0.0 if v == "NaN" else without_nan(v) for k, v in value.items()}
        if isinstance(kept.get("metrics"), list):
            kept["metrics"].sort(key=json.dumps)
        return kept
    return [without_nan(item) for item in value] if isinstance(value, list | tuple) else value


def same_files(e: Any) -> bool:
    """Whether two listings differ only in sizes of empty files, and in folders that we do not list."""
    if not e.ok:
        return False
    ours, genuine = e.ours.body.get("files", []), e.genuine.body.get("files", [])
    kept = [f for f in genuine if f in ours or not f["is_dir"]]
    return without("file_size")(ours) == without("file_size")(kept) and all(
        f.get("file_size", 0) == other.get("file_size", 0) for f, other in zip(ours, kept, strict=True)
    )


def thinned(e: Any) -> bool:
    """Whether an interval of a history may have had more points than were asked for."""
    most = int(e.query.get("max_results", 2500))
    return e.ok and max(len(a.body.get("metrics", [])) for a in (e.ours, e.genuine)) >= most
