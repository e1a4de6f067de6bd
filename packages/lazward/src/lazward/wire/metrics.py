"""Messages about metrics, params and tags of runs."""

import math
from typing import Annotated, Any

import msgspec

from lazward.wire.base import Answer, Finite, Int64, KeyValue, Millis, Request, Text

MAX_KEY = 250
MAX_PARAM_VALUE = 6000
MAX_TAG_VALUE = 8000
MAX_BATCH_METRICS = 1000
MAX_BATCH_PARAMS = 100
MAX_BATCH_TAGS = 100
MAX_BATCH = 1000
MAX_HISTORY = 25_000
MAX_BULK_RUNS = 100
MAX_INTERVAL_POINTS = 2500


class Point(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """One metric point from a client.

    ``timestamp`` is in milliseconds since the epoch; ``step`` counts as the client likes and may be
    negative. With ``model_id`` the value also belongs to that logged model.
    """

    key: Text
    value: Finite
    timestamp: Millis
    step: Int64 = 0
    model_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None
    run_id: str | None = None


def spelled(point: Point) -> Any:
    """A point as it is encoded: a value for which JSON has no number in the protocol's words."""
    if math.isfinite(point.value):
        return point
    word = "NaN" if math.isnan(point.value) else "Infinity" if point.value > 0 else "-Infinity"
    given = {name: getattr(point, name) for name in point.__struct_fields__}
    return {name: value for name, value in given.items() if value is not None} | {"value": word}


class Metric(Answer, omit_defaults=False):
    """One metric point to a client. A NaN is answered as the text ``"NaN"``."""

    key: str
    value: float | str
    timestamp: int
    step: int


class RunMetric(Metric, omit_defaults=False):
    """A point in an answer about several runs."""

    run_id: str


class LogMetric(Request, frozen=True):
    run_id: Text
    key: Text
    value: Finite
    timestamp: Millis
    step: Int64 = 0
    run_uuid: str | None = None
    model_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None


class LogParam(Request, frozen=True):
    run_id: Text
    key: Text
    value: str = ""
    run_uuid: str | None = None


class SetTag(Request, frozen=True):
    run_id: Text
    key: Text
    value: str = ""
    run_uuid: str | None = None


class DeleteTag(Request, frozen=True):
    run_id: Text
    key: Text


class LogBatch(Request, frozen=True):
    run_id: Text
    metrics: list[Point] = []
    params: list[KeyValue] = []
    tags: list[KeyValue] = []
    run_uuid: str | None = None


class GetHistory(Request, frozen=True):
    run_id: Text
    metric_key: Text
    page_token: str = ""
    max_results: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 0
    run_uuid: str | None = None


class History(Answer):
    metrics: list[Metric] = []
    next_page_token: str | None = None


class GetHistoryBulk(Request, frozen=True):
    run_id: list[str] = []
    metric_key: str | None = None
    max_results: Annotated[int, msgspec.Meta(ge=1)] = MAX_HISTORY


class GetHistoryInterval(Request, frozen=True):
    run_ids: list[str] = []
    metric_key: str = ""
    start_step: Int64 | None = None
    end_step: Int64 | None = None
    max_results: Int64 = MAX_INTERVAL_POINTS


class RunHistory(Answer):
    metrics: list[RunMetric] = []
