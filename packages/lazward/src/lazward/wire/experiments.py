"""Messages about experiments."""

from enum import Enum
from typing import Annotated

import msgspec

from lazward.wire.base import Answer, KeyValue, Request, Text

MAX_NAME = 500
MAX_TAG_KEY = 250
MAX_TAG_VALUE = 5000
MAX_LOCATION = 2048


class ViewType(Enum):
    """Which stage of life a search looks at."""

    ACTIVE_ONLY = "ACTIVE_ONLY"
    DELETED_ONLY = "DELETED_ONLY"
    ALL = "ALL"

    @classmethod
    def numbers(cls) -> dict[int, str]:
        """The protocol's numbers for the names."""
        return {1: "ACTIVE_ONLY", 2: "DELETED_ONLY", 3: "ALL"}


class Experiment(Answer):
    """A named collection of runs. Times are milliseconds since the epoch."""

    experiment_id: str
    name: str
    artifact_location: str
    lifecycle_stage: str
    last_update_time: int
    creation_time: int
    tags: list[KeyValue] = []


class CreateExperiment(Request, frozen=True):
    name: Text
    artifact_location: str = ""
    tags: list[KeyValue] = []


class Created(Answer):
    experiment_id: str


class GetExperiment(Request, frozen=True):
    experiment_id: Text


class GetExperimentByName(Request, frozen=True):
    experiment_name: Text


class Found(Answer):
    experiment: Experiment


class SearchExperiments(Request, frozen=True):
    max_results: Annotated[int, msgspec.Meta(ge=1, le=50_000)]
    page_token: str = ""
    filter: str = ""
    order_by: list[str] = []
    view_type: ViewType = ViewType.ACTIVE_ONLY


class ListExperiments(Request, frozen=True):
    """What clients before 1.28 ask instead of searching."""

    view_type: ViewType = ViewType.ACTIVE_ONLY
    max_results: Annotated[int, msgspec.Meta(ge=1, le=50_000)] = 50_000
    page_token: str = ""


class Experiments(Answer):
    experiments: list[Experiment] = []
    next_page_token: str | None = None


class DeleteExperiment(Request, frozen=True):
    experiment_id: Text


class RestoreExperiment(Request, frozen=True):
    experiment_id: Text


class UpdateExperiment(Request, frozen=True):
    experiment_id: Text
    new_name: Text


class SetExperimentTag(Request, frozen=True):
    experiment_id: Text
    key: Text
    value: str = ""


class DeleteExperimentTag(Request, frozen=True):
    experiment_id: Text
    key: Text
