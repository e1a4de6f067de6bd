"""A workspace on each database, for the registry's plain functions."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from lazward.wire.base import KeyValue
from lazward.wire.registry import IS_PROMPT, CreateModel, CreateVersion, ModelVersion, RegisteredModel
from lazward_server.db import engines, migrate
from lazward_server.db.database import Database, Tx
from lazward_server.db.schema import model_versions, registered_models
from lazward_server.registry import models, versions

WORKSPACE = 1


class Registry:
    """Calls the functions of a feature as its endpoints do."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def write(self, fn: Callable[..., Any], *args: Any) -> Any:
        return self.database.write_now(fn, WORKSPACE, *args)

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


def fill(registry: Registry) -> Registry:
    """Models b, Ab, ab with tags; versions b1, b2, Ab1, ab1, made in this order; and the prompt p1."""
    registry.model("b", team="red", n="1")
    registry.model("Ab", team="blue")
    registry.model("ab")
    registry.model("p", **{IS_PROMPT: "true"})
    registry.version("b", "s3://b/1", run_id="r1", tags=[KeyValue("k", "v")])
    registry.version("b", "s3://b/2", run_id="r2", tags=[KeyValue("k", "w")])
    registry.version("Ab", "s3://a/1", run_id="r1")
    registry.version("ab", "s3://a/2")
    registry.version("p", "dummy-source", tags=[KeyValue(IS_PROMPT, "true")])
    registry.write(_set_times)
    return registry


def _set_times(tx: Tx, _workspace: int) -> None:
    """Distinct times, later made is earlier changed; the clock may not have moved between two."""
    for table in (model_versions, registered_models):
        tx.execute(sa.update(table).values(created_at=table.c.id, updated_at=1000 - table.c.id))


@pytest.fixture
def shop(registry: Registry) -> Registry:
    """A few models and versions, to be changed."""
    return fill(registry)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shop_once(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """The same, made once, to be looked at."""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").database()
    else:
        url = f"sqlite:///{tmp_path_factory.mktemp('shop') / 'lazward.db'}"
        engine = engines.create(url)
        migrate.prepare(engine)
        engine.dispose()
    database = Database(url)
    yield fill(Registry(database))
    database.close()
