"""Messages about metrics, params and tags of runs."""

import math
from enum import Enum
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


MAX_BUCKETS = 2000
"""Of a chart: more than screens have pixels."""


class XAxis(Enum):
    """What charts have below their lines."""

    STEP = "step"
    TIME = "time"


class GetChart(Request, frozen=True, kw_only=True):
    """Which points of a metric to draw.

    Attributes:
        key: The metric.
        x: What lies on the x axis: ``step``, or ``time`` in milliseconds since the epoch.
        start: The first place on that axis; None for the first there is.
        end: The last one; None for the last there is.
        buckets: Into how many parts the range is cut. Of each the lowest and the highest point are
            answered, or all points of the range where those are not more.
    """

    key: Text
    x: XAxis = XAxis.STEP
    start: Int64 | None = None
    end: Int64 | None = None
    buckets: Annotated[int, msgspec.Meta(ge=1, le=MAX_BUCKETS)] = 600


class Odd(msgspec.Struct, frozen=True):
    """Points of a chart that are no numbers.

    Attributes:
        value: ``NaN``, ``Infinity`` or ``-Infinity``.
        count: How many there are in the range.
        steps: The steps of the first in each bucket.
        timestamps: Their times.
    """

    value: str
    count: int
    steps: list[int]
    timestamps: list[int]


class Chart(Answer, omit_defaults=False):
    """What a chart draws, in the order of its x axis; no peak between two points was left out.

    Attributes:
        steps: Of each point.
        timestamps: Of each point, in milliseconds since the epoch.
        values: Of each point; all are numbers.
        odd: What else was logged in the range.
        count: Points in the range, the odd ones among them.
        begins_at: The time of the metric's first point, wherever the range begins; None where it has none.
    """

    steps: list[int] = []
    timestamps: list[int] = []
    values: list[float] = []
    odd: list[Odd] = []
    count: int = 0
    begins_at: int | None = None
