"""A workspace on each database, for the registry's plain functions."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from lazward.wire.base import KeyValue
from lazward.wire.registry import CreateModel, CreateVersion, ModelVersion, RegisteredModel
from lazward_server.db.database import Database
from lazward_server.registry import models, versions

WORKSPACE = 1


class Registry:
    """Calls the functions of a feature as its endpoints do."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def write(self, fn: Callable[..., Any], *args: Any) -> Any:
        async def run() -> Any:
            return await self.database.write(fn, WORKSPACE, *args)

        return asyncio.run(run())

    def read(self, fn: Callable[..., Any], *args: Any, **options: Any) -> Any:
        return self.database.read_now(fn, WORKSPACE, *args, **options)

    def model(self, name: str = "m", description: str = "", **tags: str) -> RegisteredModel:
        given = [KeyValue(key, value) for key, value in tags.items()]
        return self.write(models.create, CreateModel(name, given, description))

    def version(self, name: str = "m", source: str = "s3://b/x", **more: Any) -> ModelVersion:
        return self.write(versions.create, CreateVersion(name, source, **more))


@pytest.fixture
def registry(database: Database) -> Registry:
    return Registry(database)
