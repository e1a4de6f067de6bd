"""Messages about logged models: what a run trained and kept, before anyone registers it."""

from enum import Enum
from typing import Annotated

import msgspec

from lazward.wire.base import Answer, KeyValue, Request, Text

MAX_NAME = 500
MAX_KEY = 250
MAX_VALUE = 100_000
MAX_FOUND = 50_000
MODEL_VERSIONS = "mlflow.modelVersions"
"""The tag that lists the versions a logged model was registered as."""

Id = Annotated[str, msgspec.Meta(max_length=256)]
Name = Annotated[str, msgspec.Meta(max_length=MAX_NAME)]


class LoggedModelStatus(Enum):
    """Whether the files of a logged model are all there."""

    UNSPECIFIED = "LOGGED_MODEL_STATUS_UNSPECIFIED"
    PENDING = "LOGGED_MODEL_PENDING"
    READY = "LOGGED_MODEL_READY"
    FAILED = "LOGGED_MODEL_UPLOAD_FAILED"

    @classmethod
    def numbers(cls) -> dict[int, str]:
        """The protocol's numbers for the names."""
        return dict(enumerate(status.value for status in cls))


class LoggedModelInfo(Answer):
    """What is known of a logged model beside its params and metrics. Times are milliseconds."""

    model_id: str
    experiment_id: str
    name: str
    creation_timestamp_ms: int
    last_updated_timestamp_ms: int
    artifact_uri: str
    status: str
    model_type: str | None = None
    source_run_id: str | None = None
    tags: list[KeyValue] = []


class ModelMetric(Answer):
    """One value measured on a logged model, perhaps on a dataset. A NaN is the text ``"NaN"``."""

    key: str
    value: float | str
    timestamp: int
    step: int
    model_id: str
    run_id: str
    dataset_name: str | None = None
    dataset_digest: str | None = None


class LoggedModelData(Answer):
    params: list[KeyValue] = []
    metrics: list[ModelMetric] = []


class LoggedModel(Answer):
    info: LoggedModelInfo
    data: LoggedModelData


class FoundModel(Answer):
    model: LoggedModel


class CreateLoggedModel(Request, frozen=True):
    experiment_id: Text
    name: Name = ""
    model_type: Name = ""
    source_run_id: Id = ""
    params: list[KeyValue] = []
    tags: list[KeyValue] = []


class GetLoggedModel(Request, frozen=True):
    allow_deleted: bool = False


class FinalizeLoggedModel(Request, frozen=True):
    status: LoggedModelStatus


class DeleteLoggedModel(Request, frozen=True):
    """Everything there is to say stands in the path."""


class SetLoggedModelTags(Request, frozen=True):
    tags: list[KeyValue] = []


class DeleteLoggedModelTag(Request, frozen=True):
    """Everything there is to say stands in the path."""


class LogLoggedModelParams(Request, frozen=True):
    params: list[KeyValue] = []


class DatasetFilter(msgspec.Struct, frozen=True):
    """A dataset by name, or by name and digest."""

    dataset_name: str = ""
    dataset_digest: str | None = None


class OrderBy(msgspec.Struct, frozen=True):
    """What to order by: an attribute, or a metric, perhaps only as measured on one dataset."""

    field_name: str = ""
    ascending: bool = True
    dataset_name: str | None = None
    dataset_digest: str | None = None


class SearchLoggedModels(Request, frozen=True):
    experiment_ids: list[str]
    filter: str = ""
    datasets: list[DatasetFilter] = []
    max_results: Annotated[int, msgspec.Meta(ge=0, le=MAX_FOUND)] = 50
    order_by: list[OrderBy] = []
    page_token: str = ""


class LoggedModels(Answer):
    models: list[LoggedModel] = []
    next_page_token: str | None = None


class ListModelArtifacts(Request, frozen=True):
    """Files and folders of a logged model, directly in the folder given, or in its root."""

    artifact_directory_path: str | None = None
    page_token: str | None = None


class GetModelArtifact(Request, frozen=True):
    """One file of a logged model."""

    artifact_file_path: Text
