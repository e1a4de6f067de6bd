"""Messages about runs."""

from enum import Enum
from typing import Annotated

import msgspec

from lazward.wire.base import Answer, Int64, KeyValue, Request, Text
from lazward.wire.datasets import Inputs, Outputs
from lazward.wire.experiments import ViewType
from lazward.wire.metrics import Metric

MAX_USER_ID = 256


class RunStatus(Enum):
    """Where a run stands."""

    RUNNING = "RUNNING"
    SCHEDULED = "SCHEDULED"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    KILLED = "KILLED"

    @classmethod
    def numbers(cls) -> dict[int, str]:
        """The protocol's numbers for the names."""
        return dict(enumerate((status.value for status in cls), start=1))


class RunInfo(Answer):
    """What is known of a run beside what it logged. Times are milliseconds since the epoch."""

    run_uuid: str
    experiment_id: str
    run_name: str
    user_id: str
    status: str
    start_time: int | None = None
    end_time: int | None = None
    artifact_uri: str | None = None
    lifecycle_stage: str | None = None
    run_id: str | None = None


class RunData(Answer):
    """What a run logged; of each metric the latest point by step, timestamp and value."""

    metrics: list[Metric] = []
    params: list[KeyValue] = []
    tags: list[KeyValue] = []


class Run(Answer):
    info: RunInfo
    data: RunData
    inputs: Inputs
    outputs: Outputs | None = None


class CreateRun(Request, frozen=True):
    experiment_id: Text
    user_id: Annotated[str, msgspec.Meta(max_length=MAX_USER_ID)] = ""
    run_name: str = ""
    start_time: Int64 | None = None
    tags: list[KeyValue] = []


class GetRun(Request, frozen=True):
    run_id: Text
    run_uuid: str | None = None


class UpdateRun(Request, frozen=True):
    run_id: Text
    run_uuid: str | None = None
    status: RunStatus | None = None
    end_time: Int64 | None = None
    run_name: str = ""


class DeleteRun(Request, frozen=True):
    run_id: Text


class RestoreRun(Request, frozen=True):
    run_id: Text


class Found(Answer):
    run: Run | msgspec.Raw


class Updated(Answer):
    run_info: RunInfo


class SearchRuns(Request, frozen=True):
    experiment_ids: list[str] = []
    filter: str = ""
    run_view_type: ViewType = ViewType.ACTIVE_ONLY
    max_results: Annotated[int, msgspec.Meta(ge=1, le=50_000)] = 1000
    order_by: list[str] = []
    page_token: str = ""


class Runs(Answer):
    runs: list[msgspec.Raw] = []
    next_page_token: str | None = None


class ExportRuns(Request, frozen=True):
    """Runs of an experiment as CSV.

    Attributes:
        filter: As in a search.
        order_by: The same.
        run_view_type: The same.
        columns: What to write, in this order: ``run_id``, ``run_name``, ``status``, ``start_time``,
            ``end_time``, ``duration``, ``user_id``, or ``metrics.KEY``, ``params.KEY``, ``tags.KEY``.
        bom: Begin with a byte order mark, by which spreadsheets know that it is UTF-8.
    """

    filter: str = ""
    order_by: list[str] = []
    run_view_type: ViewType = ViewType.ACTIVE_ONLY
    columns: Annotated[list[str], msgspec.Meta(max_length=2000)] = []
    bom: bool = False


class Parent(msgspec.Struct, frozen=True):
    """A run that has child runs, and how many."""

    run_id: str
    children: int


class Nesting(msgspec.Struct, frozen=True):
    """How the active runs of an experiment are nested.

    Attributes:
        parents: The runs with active children, the newest first, at most 10,000.
        orphans: The newest runs whose parent is deleted or not in the experiment, at most 1,000.
    """

    parents: list[Parent]
    orphans: list[str]


class LogModel(Request, frozen=True):
    """The record that clients before MLflow 3 leave of a logged model, as JSON text."""

    run_id: Text
    model_json: Text


class AddProperties(Request, frozen=True):
    """Properties to add; none of them ever changes."""

    properties: dict[str, str]


class Properties(msgspec.Struct, frozen=True):
    properties: dict[str, str]
