"""A workspace with an experiment and a run on each database, for the functions of logged models."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from lazward.wire.base import KeyValue
from lazward.wire.logged_models import CreateLoggedModel, LoggedModel, SearchLoggedModels
from lazward.wire.runs import CreateRun, RunInfo
from lazward_server.db.database import Database
from lazward_server.tracking import (
    experiments,
    logged_model_metrics,
    logged_model_search,
    logged_models,
    runs,
)

WORKSPACE = 1


def pairs(values: Mapping[str, str]) -> list[KeyValue]:
    return [KeyValue(key, value) for key, value in values.items()]


class Lab:
    """Calls the functions of a feature as its endpoints do."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.experiment: str = self.write(experiments.create, "lab", "", [])
        self.run = self.new_run()

    def write(self, fn: Callable[..., Any], *args: Any) -> Any:
        return self.database.write_now(fn, WORKSPACE, *args)

    def read(self, fn: Callable[..., Any], *args: Any, **options: Any) -> Any:
        return self.database.read_now(fn, WORKSPACE, *args, **options)

    def new_run(self) -> RunInfo:
        made = self.write(
            lambda tx, workspace: runs.create_many(tx, [(workspace, CreateRun(self.experiment), None)])
        )
        return made[0].info

    def model(
        self,
        name: str = "",
        params: Mapping[str, str] | None = None,
        tags: Mapping[str, str] | None = None,
        **more: Any,
    ) -> LoggedModel:
        home = more.pop("experiment", self.experiment)
        req = CreateLoggedModel(home, name, params=pairs(params or {}), tags=pairs(tags or {}), **more)
        return self.write(logged_models.create, req)

    def get(self, model_id: str, **options: Any) -> LoggedModel:
        return self.read(logged_models.get, model_id, **options)

    def measure(self, model: LoggedModel, *points: tuple[Any, ...], run: RunInfo | None = None) -> None:
        """Log points (key, value, step, timestamp, dataset name, dataset digest); the end may be left out."""
        run_id = (run or self.run).run_id
        rows = []
        for point in points:
            key, value, step, timestamp, name, digest = (*point, *(None,) * 6)[:6]
            rows.append((model.info.model_id, run_id, key, timestamp or 0, step or 0, value, name, digest))
        self.write(lambda tx, _workspace: logged_model_metrics.log(tx, rows))

    def search(self, filter: str = "", **more: Any) -> Any:  # noqa: A002
        given = {"experiment_ids": [self.experiment], "filter": filter} | more
        return self.read(logged_model_search.search, SearchLoggedModels(**given))

    def names(self, filter: str = "", **more: Any) -> list[str]:  # noqa: A002
        return [model.info.name for model in self.search(filter, **more).models]


@pytest.fixture
def lab(database: Database) -> Lab:
    return Lab(database)
