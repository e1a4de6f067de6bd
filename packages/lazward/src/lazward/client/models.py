"""Registered models of a workspace."""

import contextlib

from lazward.client.http import API, Connection
from lazward.errors import AlreadyExists
from lazward.wire.registry import (
    CreateModel,
    CreateVersion,
    FoundModel,
    FoundVersion,
    ModelVersion,
)


def register(at: Connection, message: CreateVersion) -> ModelVersion:
    """Make the next version of a model, which is made too if there is none of that name.

    Raises:
        InvalidRequest: The name or the source is not possible.
    """
    with contextlib.suppress(AlreadyExists):
        at.post(API + "registered-models/create", CreateModel(message.name), FoundModel)
    return at.post(API + "model-versions/create", message, FoundVersion).model_version
