"""What MLflow's calls log, as the JSON of our messages.

What a type can tell is refused here and now with MLflow's own errors, as its client does; everything else
is the server's to judge.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from mlflow.entities import Metric, Param, RunTag

from lazward.wire.base import KeyValue, encode
from lazward.wire.metrics import Point, spelled


class Entries(msgspec.Struct, omit_defaults=True):
    """What ``log_batch`` logs."""

    metrics: list[Any] = []
    params: list[KeyValue] = []
    tags: list[KeyValue] = []


def metric(given: Metric) -> bytes:
    """The message of a point."""
    return encode(_point(given))


def key_value(given: Param | RunTag) -> bytes:
    """The message of a param or a tag."""
    return encode(_key_value(given))


def batch(metrics: Sequence[Metric], params: Sequence[Param], tags: Sequence[RunTag]) -> bytes:
    """The message of a batch."""
    return encode(
        Entries(
            [_point(one) for one in metrics], [_key_value(one) for one in params], [*map(_key_value, tags)]
        )
    )


def _point(given: Any) -> Any:
    key, value, timestamp, step = given.key, given.value, given.timestamp, given.step
    if not (type(value) is float and type(step) is int and type(timestamp) is int and type(key) is str):
        sent = given.to_proto()
        key, value, timestamp, step = sent.key, sent.value, sent.timestamp, sent.step
    # Metrics of older versions know nothing of models.
    more = given.__dict__
    return spelled(
        Point(
            key,
            value,
            timestamp,
            step,
            more.get("_model_id"),
            more.get("_dataset_name"),
            more.get("_dataset_digest"),
        )
    )


def _key_value(given: Any) -> KeyValue:
    if type(given.key) is str and type(given.value) is str:
        return KeyValue(given.key, given.value)
    sent = given.to_proto()
    return KeyValue(sent.key, sent.value)
