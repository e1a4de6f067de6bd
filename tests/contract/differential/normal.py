"""What is left of an answer when everything that may differ between two runs of a server is gone."""

import json
import re
from collections.abc import Iterator
from typing import Any

_SERVER_TIMES = {
    "creation_time", "last_update_time", "creation_timestamp", "last_updated_timestamp",
    "creation_timestamp_ms", "last_updated_timestamp_ms",
}  # fmt: skip
_UNORDERED = {"params", "tags", "aliases", "dataset_summaries", "model_inputs", "model_outputs"}
"""Lists that stand for sets."""
_RANDOM_NAME = re.compile(r"[a-z]+-[a-z]+-\d{1,4}")


def normal(answer: Any) -> Any:
    """The comparable part: the status and either the error's code or the body."""
    body = {} if answer.body == b"" else answer.body
    if answer.status != 200:
        return answer.status, answer.code
    if isinstance(body, bytes):
        return (
            answer.status,
            body.decode("latin-1"),
            answer.headers.get("content-type"),
            answer.headers.get("content-disposition"),
        )
    return answer.status, _value(body)


def _value(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return _object(value, key)
    if isinstance(value, list):
        items = [_value(item, key) for item in value]
        if key in _UNORDERED:
            return sorted(items, key=json.dumps)
        # Several runs' metrics come in the order of the runs' ids, which are random.
        return sorted(items, key=lambda m: m["run_id"]) if key == "metrics" and _of_runs(items) else items
    if key in _SERVER_TIMES:
        return "<time>" if isinstance(value, int) and value > 1_500_000_000_000 else value
    if key in ("next_page_token", "token"):
        return "<token>"
    if key in ("run_name", "name") and isinstance(value, str) and _RANDOM_NAME.fullmatch(value):
        return "<random name>"
    return value


def _of_runs(items: list[Any]) -> bool:
    return all(isinstance(item, dict) and "run_id" in item for item in items)


def _object(body: dict[str, Any], key: str) -> dict[str, Any]:
    """The object without empty messages and lists, which mean the same as absent ones."""
    if body.get("key") == "mlflow.runName" and _RANDOM_NAME.fullmatch(str(body.get("value"))):
        return {"key": "mlflow.runName", "value": "<random name>"}
    values = {k: _value(v, k) for k, v in body.items() if k != "workspace"}
    if key == "data" and "metrics" in values:  # the latest ones, in no order
        values["metrics"].sort(key=json.dumps)
    return {k: v for k, v in values.items() if v not in ({}, []) and (k, v) != ("description", "")}


def unequal(ours: Any, genuine: Any, where: str = "") -> Iterator[str]:
    """Where two normal answers differ."""
    if isinstance(ours, dict) and isinstance(genuine, dict):
        for key in {**ours, **genuine}:
            yield from unequal(ours.get(key, "(absent)"), genuine.get(key, "(absent)"), f"{where}.{key}")
    elif isinstance(ours, list | tuple) and isinstance(genuine, list | tuple) and len(ours) == len(genuine):
        for number, both in enumerate(zip(ours, genuine, strict=True)):
            yield from unequal(*both, f"{where}[{number}]")
    elif ours != genuine:
        yield f"{where}: {shown(ours)} / {shown(genuine)}"


def shown(body: Any) -> str:
    """A body as text, cut if it is long."""
    text = (
        body.decode("utf-8", "replace") if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False)
    )
    return text if len(text) < 700 else text[:700] + " ..."
