"""A server's parts without HTTP: two workspaces with something of everything in each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from lazward.wire.base import KeyValue
from lazward.wire.datasets import Dataset, DatasetInput, InputTag, ModelInput, ModelOutput
from lazward.wire.logged_models import CreateLoggedModel
from lazward.wire.metrics import Point
from lazward.wire.registry import CreateModel, CreateVersion
from lazward.wire.runs import CreateRun
from lazward_server.artifacts.metered import Metered
from lazward_server.artifacts.store import open_store
from lazward_server.artifacts.usage import Usage
from lazward_server.db.clock import now
from lazward_server.db.database import Batched, Database
from lazward_server.db.schema import metadata, workspaces
from lazward_server.deletion.workspaces import Purge
from lazward_server.http.workspace import Workspace
from lazward_server.registry import aliases, models, versions
from lazward_server.tracking import datasets, experiments, log, logged_models, metrics, runs

ONE = Workspace(1, "default", "default")
OTHER = Workspace(2, "other", "w2")


class House:
    """Two workspaces on one database and one artifact store.

    Attributes:
        db: The database.
        blobs: The artifact store.
        root: The store's folder.
        usage: What the workspaces hold.
    """

    def __init__(self, db: Database, root: Path) -> None:
        self.db = db
        self.root = root
        self.usage = Usage(db)
        self.blobs = Metered(open_store(root.as_uri()), self.usage)
        self._log = Batched(log.log)
        self._create = Batched(runs.create_many)
        self.execute(
            sa.insert(workspaces).values(id=OTHER.id, name=OTHER.name, folder=OTHER.folder, created_at=0)
        )

    def wait(self, act: Callable[[], Awaitable[Any]]) -> Any:
        async def run() -> Any:
            return await act()

        return asyncio.run(run())

    def write(self, fn: Callable[..., Any], *args: Any) -> Any:
        return self.db.write_now(fn, *args)

    def read(self, fn: Callable[..., Any], *args: Any) -> Any:
        return self.db.read_now(fn, *args)

    def execute(self, statement: sa.Executable) -> None:
        self.write(lambda tx: tx.execute(statement))

    def batched(self, kind: Batched[Any], item: Any) -> Any:
        async def wait() -> Any:
            return await self.db.write_batched(kind, item)

        return asyncio.run(wait())

    def experiment(self, workspace: Workspace, name: str, location: str = "") -> str:
        return self.write(experiments.create, workspace.id, name, location, [KeyValue("t", "x")])

    def run(self, workspace: Workspace, experiment: str) -> str:
        """A run with points, params, tags, a dataset, a logged model and files."""
        run_id = self.batched(self._create, (workspace.id, CreateRun(experiment), None)).info.run_id
        model = self.write(
            logged_models.create,
            workspace.id,
            CreateLoggedModel(
                experiment,
                source_run_id=run_id,
                params=[KeyValue("p", "1")],
                tags=[KeyValue("t", "1")],
            ),
        ).info.model_id
        points = [Point("loss", 0.5, 1000 + step, step) for step in range(40)]
        points += [Point("nan", float("nan"), 1, 1), Point("of model", 1.0, 1, 1, model_id=model)]
        params, tags = [KeyValue("lr", "0.1")], [KeyValue("color", "blue")]
        self.batched(self._log, log.batch(workspace.id, run_id, points, params, tags))
        dataset = DatasetInput(Dataset("d", "digest", "local", "{}"), [InputTag("mlflow.data.context", "t")])
        self.write(datasets.log_inputs, workspace.id, run_id, [dataset], [ModelInput(model)])
        self.write(datasets.log_outputs, workspace.id, run_id, [ModelOutput(model, 1)])
        self.put(f"{workspace.folder}/{experiment}/{run_id}/artifacts/a/file", b"x" * 100)
        self.put(f"{workspace.folder}/{experiment}/models/{model}/artifacts/MLmodel", b"x" * 10)
        return run_id

    def point(self, workspace: Workspace, run_id: str, count: int) -> None:
        """Log so many points."""
        for start in range(0, count, 1000):
            points = [Point("many", 0.5, 1000 + i, i) for i in range(start, min(start + 1000, count))]
            self.batched(self._log, log.batch(workspace.id, run_id, points, [], []))

    def version(self, workspace: Workspace, name: str, source: str, run_id: str = "") -> None:
        """A registered model with one version, a tag and an alias."""
        self.write(models.create, workspace.id, CreateModel(name, tags=[KeyValue("t", "x")]))
        self.write(
            versions.create,
            workspace.id,
            CreateVersion(name, source, run_id=run_id, tags=[KeyValue("t", "x")]),
        )
        self.write(aliases.set_alias, workspace.id, name, "best", "1")

    def put(self, key: str, content: bytes) -> None:
        async def put() -> None:
            async def pieces():
                yield content

            await self.blobs.put(key, pieces(), len(content))

        asyncio.run(put())

    def delete_workspace(self, workspace: Workspace) -> None:
        """Mark it, as the endpoint does; long ago, since other processes then know."""
        change = sa.update(workspaces).where(workspaces.c.id == workspace.id)
        self.execute(change.values(deleting_at=now() - 3_600_000))

    def purge(self) -> None:
        """What the chore does."""
        self.wait(self.chore().run)

    def chore(self) -> Purge:
        return Purge(self.db, self.blobs, self.root.as_uri())

    def files(self, workspace: Workspace) -> list[str]:
        folder = self.root / workspace.folder
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())

    def settle(self) -> None:
        """Put all points where they are read from."""
        self.write(metrics.fold)

    def rows(
        self, *, without: tuple[str, ...] = ("metric_keys", "run_documents", "inbox")
    ) -> dict[str, set[Any]]:
        """All rows of all tables, texts of floats compared since NaN differs from itself."""
        self.settle()
        tables = [table for table in metadata.sorted_tables if table.name not in without]
        return {
            table.name: {
                tuple(map(str, row)) for row in self.read(lambda tx, t=table: tx.execute(sa.select(t)).all())
            }
            for table in tables
        }


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    made = House(database, tmp_path / "artifacts")
    yield made
    made.blobs.close()
