"""A workspace to log to, without HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from lazward.wire.base import KeyValue
from lazward.wire.metrics import Point
from lazward.wire.runs import CreateRun
from lazward_server.db.database import Batched, Database
from lazward_server.tracking import experiments, log, metrics, runs

WORKSPACE = 1


class Desk:
    """Calls tracking functions on a database as handlers do."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self._log = Batched(log.log)
        self._create = Batched(runs.create_many)
        self.experiment = self.write(experiments.create, WORKSPACE, "e", "", [])

    def write(self, fn: Callable[..., Any], *args: Any) -> Any:
        return self.db.write_now(fn, *args)

    def read(self, fn: Callable[..., Any], *args: Any) -> Any:
        return self.db.read_now(fn, *args)

    def settle(self) -> None:
        """What a handler does before it reads a history."""
        self.write(metrics.fold)

    def run(self, **fields: Any) -> str:
        """The id of a new run."""
        return self.batched(self._create, (WORKSPACE, CreateRun(self.experiment, **fields), None)).info.run_id

    def log(self, run_id: str, points: Any = (), params: Any = (), tags: Any = ()) -> None:
        """Log points (key, value, timestamp, step), params and tags (key, value)."""
        self.batched(self._log, self.batch(run_id, points, params, tags))

    def log_together(self, *batches: log.Batch) -> list[Any]:
        """Log batches in one group; their outcomes."""

        async def wait() -> list[Any]:
            waiting = [self.db.write_batched(self._log, batch) for batch in batches]
            return await asyncio.gather(*waiting, return_exceptions=True)

        return asyncio.run(wait())

    def batch(self, run_id: str, points: Any = (), params: Any = (), tags: Any = ()) -> log.Batch:
        return log.batch(
            WORKSPACE,
            run_id,
            [Point(key, float(value), timestamp, step) for key, value, timestamp, step in points],
            [KeyValue(*pair) for pair in params],
            [KeyValue(*pair) for pair in tags],
        )

    def batched(self, kind: Batched[Any], item: Any) -> Any:
        async def wait() -> Any:
            return await self.db.write_batched(kind, item)

        return asyncio.run(wait())


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)
