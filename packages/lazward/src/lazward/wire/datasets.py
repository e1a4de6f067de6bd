"""Messages about the datasets and models a run reads and makes."""

from typing import Annotated

import msgspec

from lazward.wire.base import Answer, Int64, Request, Text

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Digest = Annotated[str, msgspec.Meta(min_length=1, max_length=36)]
Source = Annotated[str, msgspec.Meta(min_length=1, max_length=65_535)]
Schema = Annotated[str, msgspec.Meta(max_length=1_048_575)]
Profile = Annotated[str, msgspec.Meta(max_length=16_777_215)]
ModelId = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
TagKey = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
TagValue = Annotated[str, msgspec.Meta(max_length=500)]

CONTEXT = "mlflow.data.context"
"""The input tag that tells what a dataset was used for."""


class InputTag(msgspec.Struct, frozen=True):
    key: TagKey
    value: TagValue


class Dataset(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where data came from, identified by name and digest within an experiment."""

    name: Name
    digest: Digest
    source_type: Text
    source: Source
    schema: Schema | None = None
    profile: Profile | None = None


class DatasetInput(msgspec.Struct, frozen=True, omit_defaults=True):
    dataset: Dataset
    tags: list[InputTag] = []


class ModelInput(msgspec.Struct, frozen=True):
    model_id: ModelId


class ModelOutput(msgspec.Struct, frozen=True):
    model_id: ModelId
    step: Int64 = 0


class Inputs(Answer):
    dataset_inputs: list[DatasetInput] = []
    model_inputs: list[ModelInput] = []


class Outputs(Answer):
    model_outputs: list[ModelOutput] = []


class LogInputs(Request, frozen=True):
    run_id: Text
    datasets: list[DatasetInput] = []
    models: list[ModelInput] = []


class LogOutputs(Request, frozen=True):
    run_id: Text
    models: list[ModelOutput]


class SearchDatasets(Request, frozen=True):
    experiment_ids: list[str] = []


class DatasetSummary(Answer):
    experiment_id: str
    name: str
    digest: str
    context: str | None = None


class DatasetSummaries(Answer):
    dataset_summaries: list[DatasetSummary] = []
