"""Messages about workspaces as MLflow's clients since 3.10 send and read them."""

from enum import Enum

import msgspec

from lazward.wire.base import Answer, Request, Text


class DeletionMode(Enum):
    """What becomes of what a deleted workspace holds."""

    RESTRICT = "RESTRICT"
    """It must hold nothing."""
    CASCADE = "CASCADE"
    """It goes with the workspace."""
    SET_DEFAULT = "SET_DEFAULT"
    """It moves to the default workspace."""


class TraceArchival(msgspec.Struct, frozen=True):
    """Where traces go in the end. There are none here, so it cannot be set."""

    location: str | None = None
    retention: str | None = None


class Workspace(Answer):
    """A workspace as MLflow knows it."""

    name: str
    description: str | None = None


class Found(Answer):
    workspace: Workspace


class Listed(Answer):
    workspaces: list[Workspace] = []


class CreateWorkspace(Request, frozen=True):
    name: Text
    description: str | None = None
    default_artifact_root: str | None = None
    trace_archival_config: TraceArchival | None = None


class UpdateWorkspace(Request, frozen=True):
    description: str | None = None
    default_artifact_root: str | None = None
    trace_archival_config: TraceArchival | None = None


class DeleteWorkspace(Request, frozen=True):
    mode: DeletionMode = DeletionMode.RESTRICT
