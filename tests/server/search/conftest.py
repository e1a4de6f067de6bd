"""A world of experiments and runs on each database, made and thrown away in one transaction."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from lazward.wire.experiments import ViewType
from lazward_server.db import engines, migrate, schema
from lazward_server.db.database import Known, Tx
from lazward_server.tracking import metrics, search
from lazward_server.tracking.search import plan

STATUSES = ("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED")


class World:
    """What a test has put into the database, and searches in it: in the tables, or in sheets made of them."""

    def __init__(self, tx: Tx, *, sheets: bool = False) -> None:
        self.tx = tx
        self._sheets = sheets
        self.names: dict[int, str] = {}
        self._numbers = itertools.count(1)
        self.workspace = self._insert(schema.workspaces, name=f"w{id(self)}", created_at=0)
        self.home = self.experiment("home")

    def experiment(
        self, name: str, tags: Mapping[str, str] | None = None, workspace: int | None = None, **more: Any
    ) -> int:
        """An experiment; returns its id."""
        values = {"created_at": 0, "updated_at": 0, "artifact_location": "file:///x", "name": name} | more
        number = self._insert(schema.experiments, workspace_id=workspace or self.workspace, **values)
        for key, value in (tags or {}).items():
            self._insert(schema.experiment_tags, experiment_id=number, key=key, value=value)
        self.names[number] = name
        return number

    def run(
        self,
        name: str,
        *,
        home: int | None = None,
        status: str = "RUNNING",
        points: Mapping[str, float] | None = None,
        params: Mapping[str, str] | None = None,
        tags: Mapping[str, str] | None = None,
        datasets: Sequence[tuple[str, str, str | None]] = (),
        **more: Any,
    ) -> int:
        """A run; returns its integer id."""
        values = {"run_id": f"{next(self._numbers):032x}", "user_id": "u", "artifact_uri": "file:///x"} | more
        number = self._insert(
            schema.runs,
            name=name,
            experiment_id=home or self.home,
            status=STATUSES.index(status) + 1,
            **values,
        )
        for key, value in (params or {}).items():
            self._insert(schema.params, run=number, key=key, value=value)
        for key, value in (tags or {}).items():
            self._insert(schema.tags, run=number, key=key, value=value)
        for key, value in (points or {}).items():
            self._metric(number, key, value)
        for dataset in datasets:
            self._dataset(number, home or self.home, *dataset)
        self.names[number] = name
        return number

    def forget(self, name: str) -> None:
        """Remove a run."""
        self.tx.execute(sa.delete(schema.runs).where(schema.runs.c.name == name))

    def find(self, wanted: str = "", order_by: Sequence[str] = (), **more: Any) -> list[str]:
        """The names of the runs found on the first page, in order."""
        return self.page(wanted, order_by, **more)[0]

    def page(
        self, wanted: str = "", order_by: Sequence[str] = (), homes: Sequence[int] | None = None, **more: Any
    ) -> tuple[list[str], str]:
        """The names of the runs of one page, and the next token."""
        ids = [str(home) for home in (homes or [self.home])]
        # What is not committed follows no sheet, so each search begins with none.
        tx = Tx(self.tx.connection, Known(), reading=True) if self._sheets else self.tx
        found, token = search.find_runs(tx, self.workspace, ids, wanted, order_by, **more)
        return [self.names[number] for number in found], token

    def find_all(
        self, wanted: str = "", order_by: Sequence[str] = (), size: int = 2, **more: Any
    ) -> list[str]:
        """The names of the runs of all pages."""
        found, token = self.page(wanted, order_by, max_results=size, **more)
        while token:
            names, token = self.page(wanted, order_by, max_results=size, page_token=token, **more)
            assert names
            found += names
        return found

    def find_experiments(self, wanted: str = "", order_by: Sequence[str] = (), **more: Any) -> list[str]:
        """The names of the experiments found, without the one that is always there."""
        more.setdefault("view", ViewType.ACTIVE_ONLY)
        found, _ = search.find_experiments(self.tx, self.workspace, wanted, order_by, **more)
        return [self.names[number] for number in found if number != self.home]

    def _metric(self, run: int, name: str, value: float) -> None:
        key = metrics.key_ids(self.tx, {name})[name]
        metrics.log(self.tx, [(run, key, 0, 0, metrics.stored(self.tx, value))])

    def _dataset(self, run: int, home: int, name: str, digest: str, context: str | None) -> None:
        c = schema.datasets.c
        match = (c.experiment_id == home) & (c.name == name) & (c.digest == digest)
        dataset = self.tx.execute(sa.select(c.id).where(match)).scalar() or self._insert(
            schema.datasets, experiment_id=home, name=name, digest=digest, source_type="x", source="x"
        )
        number = self._insert(schema.run_datasets, run=run, dataset=dataset)
        if context is not None:
            tag = {"input": number, "position": 0, "key": "mlflow.data.context", "value": context}
            self._insert(schema.run_dataset_tags, **tag)

    def _insert(self, table: sa.Table, **values: Any) -> int:
        statement = sa.insert(table).values(**values)
        if "id" not in table.c:
            self.tx.execute(statement)
            return 0
        return self.tx.execute(statement.returning(table.c.id)).scalar_one()


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    """An empty database of each kind, shared by tests that roll back what they write."""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").database()
    else:
        url = f"sqlite:///{tmp_path_factory.mktemp('search') / 'lazward.db'}"
    made = engines.create(url)
    migrate.prepare(made)
    yield made
    made.dispose()


@pytest.fixture(params=["tables", "sheets"])
def new_world(
    request: pytest.FixtureRequest, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """Makes worlds, each in a transaction of its own that is rolled back before the next one is made."""
    sheets = request.param == "sheets"
    if sheets:  # whatever can be found in them is
        monkeypatch.setattr(plan, "_FEWEST_IN_SHEETS", 0)
        monkeypatch.setattr(plan, "_FEW", 0)
    with engine.connect() as connection:

        def begin() -> World:
            if connection.in_transaction():
                connection.rollback()
            connection.begin()
            return World(Tx(connection, Known()), sheets=sheets)

        yield begin
        connection.rollback()


@pytest.fixture
def world(new_world: Any) -> World:
    """One world."""
    return new_world()
