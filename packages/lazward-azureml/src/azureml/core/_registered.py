"""Registering a run's files as a model."""

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any, NamedTuple

from azureml.core._failures import translated
from azureml.core._run_files import Files, normal
from azureml.exceptions import ModelPathNotFoundException
from lazward.client import models
from lazward.client.http import Connection
from lazward.wire.base import KeyValue
from lazward.wire.registry import CreateVersion, ModelVersion
from lazward.wire.runs import Run

PROPERTY = "azureml.property."
FRAMEWORK, FRAMEWORK_VERSION = "azureml.framework", "azureml.framework_version"
"""Tags of a version that hold what MLflow's registry has no words for."""


class RegisteredModel(NamedTuple):
    """A version of a registered model.

    Attributes:
        name: The model's name.
        version: The version.
        description: What it is.
        tags: Its tags.
        properties: Its properties.
        model_framework: What it was made with.
        model_framework_version: In which version.
        run_id: The run that made it.
        created_time: When it was registered.
    """

    name: str
    version: int
    description: str
    tags: dict[str, str]
    properties: dict[str, str]
    model_framework: str | None
    model_framework_version: str | None
    run_id: str
    created_time: datetime

    @property
    def id(self) -> str:
        """``NAME:VERSION``."""
        return f"{self.name}:{self.version}"

    @property
    def url(self) -> str:
        """Its address in the workspace."""
        return f"aml://asset/{self.id}"


def register(
    at: Connection,
    run: Run,
    files: Files,
    path: str,
    model: CreateVersion,
    properties: Mapping[str, Any],
    framework: tuple[str | None, str | None],
) -> RegisteredModel:
    """Make a version of what a run has at a path.

    Args:
        at: The workspace.
        run: The run.
        files: Its files.
        path: A file or a folder of the run, or a model that it logged.
        model: Name, tags and description.
        properties: Its properties.
        framework: What it was made with, and in which version.

    Raises:
        ModelPathNotFoundException: The run has nothing there.
    """
    from msgspec.structs import replace

    path = normal(path)
    run_id = str(run.info.run_id)
    more = {PROPERTY + key: str(value) for key, value in properties.items()}
    more |= {
        key: value for key, value in zip((FRAMEWORK, FRAMEWORK_VERSION), framework, strict=True) if value
    }
    message = replace(
        model, run_id=run_id, tags=[*model.tags, *(KeyValue(key, value) for key, value in more.items())]
    )
    with translated():
        names = files.names()
        logged = files.models().get(path)
        if logged is not None:
            message = replace(message, source=f"models:/{logged.model_id}", model_id=logged.model_id)
        elif any(name == path or name.startswith(f"{path}/") for name in names):
            message = replace(message, source=f"{(run.info.artifact_uri or '').rstrip('/')}/{path}")
        else:
            raise ModelPathNotFoundException(
                f"The run {run_id} has nothing at '{path}' to register; it has"
                f" {', '.join(names) or 'no files'}."
            )
        return _received(models.register(at, message))


def _received(made: ModelVersion) -> RegisteredModel:
    tags = {tag.key: tag.value for tag in made.tags}
    framework, version = tags.pop(FRAMEWORK, None), tags.pop(FRAMEWORK_VERSION, None)
    kept = {key: tags.pop(key) for key in [key for key in tags if key.startswith(PROPERTY)]}
    return RegisteredModel(
        made.name,
        int(made.version),
        made.description or "",
        tags,
        {key.removeprefix(PROPERTY): value for key, value in kept.items()},
        framework,
        version,
        made.run_id or "",
        datetime.fromtimestamp(made.creation_timestamp / 1000, timezone.utc),
    )
