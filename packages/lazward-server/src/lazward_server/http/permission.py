"""What a caller may be allowed to do: the word that stands beside every endpoint."""

from enum import Enum


class Permission(Enum):
    """One right on a workspace. An endpoint names exactly one."""

    PUBLIC = "public"
    """Needs no credential: health and version."""
    EXPERIMENT_READ = "experiment:read"
    EXPERIMENT_WRITE = "experiment:write"
    RUN_READ = "run:read"
    RUN_WRITE = "run:write"
    ARTIFACT_READ = "artifact:read"
    ARTIFACT_WRITE = "artifact:write"
    MODEL_READ = "model:read"
    MODEL_WRITE = "model:write"
    SERVER_READ = "server:read"
