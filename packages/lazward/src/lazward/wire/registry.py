"""Messages about registered models, their versions, tags and aliases."""

from typing import Annotated

import msgspec

from lazward.wire.base import Answer, KeyValue, Request, Text

MAX_NAME = 256
MAX_TAG_KEY = 250
MAX_TAG_VALUE = 100_000
MAX_ALIAS = 255
MAX_MODELS = 1000
MAX_VERSIONS = 200_000
IS_PROMPT = "mlflow.prompt.is_prompt"
"""The tag that makes a registered model a prompt, which searches hide unless they ask for it."""

Description = Annotated[str, msgspec.Meta(max_length=100_000)]
Id = Annotated[str, msgspec.Meta(max_length=256)]
Uri = Annotated[str, msgspec.Meta(max_length=4096)]


class Alias(Answer):
    """A name that points at one version of a model."""

    alias: str
    version: str


class ModelVersion(Answer):
    """One version of a registered model. Times are milliseconds since the epoch."""

    name: str
    version: str
    creation_timestamp: int
    last_updated_timestamp: int
    current_stage: str
    description: str | None = None
    user_id: str | None = None
    source: str | None = None
    run_id: str | None = None
    status: str | None = None
    run_link: str | None = None
    model_id: str | None = None
    tags: list[KeyValue] = []
    aliases: list[str] = []


class RegisteredModel(Answer):
    """A name with versions; ``latest_versions`` has the newest of each stage."""

    name: str
    creation_timestamp: int
    last_updated_timestamp: int
    description: str | None = None
    latest_versions: list[ModelVersion] = []
    tags: list[KeyValue] = []
    aliases: list[Alias] = []


class FoundModel(Answer):
    registered_model: RegisteredModel


class FoundVersion(Answer):
    model_version: ModelVersion


class CreateModel(Request, frozen=True):
    name: Text
    tags: list[KeyValue] = []
    description: Description = ""


class RenameModel(Request, frozen=True):
    name: Text
    new_name: Text


class UpdateModel(Request, frozen=True):
    name: Text
    description: Description = ""


class DeleteModel(Request, frozen=True):
    name: Text


class GetModel(Request, frozen=True):
    name: Text


class ListModels(Request, frozen=True):
    """What clients before 2.0 ask instead of searching."""

    max_results: Annotated[int, msgspec.Meta(ge=1, le=MAX_MODELS)] = 100
    page_token: str = ""


class SearchModels(Request, frozen=True):
    filter: str = ""
    max_results: Annotated[int, msgspec.Meta(ge=1, le=MAX_MODELS)] = 100
    order_by: list[str] = []
    page_token: str = ""


class Models(Answer):
    registered_models: list[RegisteredModel] = []
    next_page_token: str | None = None


class GetLatestVersions(Request, frozen=True):
    name: Text
    stages: list[str] = []


class SetModelTag(Request, frozen=True):
    name: Text
    key: Text
    value: str = ""


class DeleteModelTag(Request, frozen=True):
    name: Text
    key: Text


class SetAlias(Request, frozen=True):
    name: Text
    alias: Text
    version: Text


class DeleteAlias(Request, frozen=True):
    name: Text
    alias: Text


class GetByAlias(Request, frozen=True):
    name: Text
    alias: Text


class CreateVersion(Request, frozen=True):
    """A new version of a model: what lies at ``source``, made by a run or kept as a logged model."""

    name: Text
    source: Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]
    run_id: Id = ""
    tags: list[KeyValue] = []
    run_link: Uri = ""
    description: Description = ""
    model_id: Id = ""


class GetVersion(Request, frozen=True):
    name: Text
    version: Text


class UpdateVersion(Request, frozen=True):
    name: Text
    version: Text
    description: Description = ""


class DeleteVersion(Request, frozen=True):
    name: Text
    version: Text


class TransitionStage(Request, frozen=True):
    name: Text
    version: Text
    stage: Text
    archive_existing_versions: bool = False


class SetVersionTag(Request, frozen=True):
    name: Text
    version: Text
    key: Text
    value: str = ""


class DeleteVersionTag(Request, frozen=True):
    name: Text
    version: Text
    key: Text


class GetDownloadUri(Request, frozen=True):
    name: Text
    version: Text


class DownloadUri(Answer):
    artifact_uri: str


class GetVersionArtifact(Request, frozen=True):
    """One file of a model version."""

    name: Text
    version: Text
    path: Text


class ListVersionArtifacts(Request, frozen=True):
    """Files and folders of a model version, directly in the folder given, or in its root."""

    name: Text
    version: Text
    path: str = ""


class SearchVersions(Request, frozen=True):
    filter: str = ""
    max_results: Annotated[int, msgspec.Meta(ge=1, le=MAX_VERSIONS)] = MAX_VERSIONS
    order_by: list[str] = []
    page_token: str = ""


class Versions(Answer):
    model_versions: list[ModelVersion] = []
    next_page_token: str | None = None
