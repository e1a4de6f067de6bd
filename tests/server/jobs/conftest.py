"""Jobs on a database, with an engine whose launchers the test plays itself."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lazward.wire.base import KeyValue
from lazward.wire.compute import CreateCompute
from lazward.wire.environments import EnvironmentSpec, PythonSpec
from lazward.wire.jobs import CreateJob, JobSpec, Report, State
from lazward_server.auth import tokens, users
from lazward_server.compute import nodes, targets
from lazward_server.compute.fake import Fake, OneForAll
from lazward_server.db.database import Database, Tx
from lazward_server.jobs import attempts, create, life, load
from lazward_server.jobs.scheduler import Scheduler
from lazward_server.settings import Settings

WORKSPACE = 1


class Shop:
    """A workspace with a cluster of two nodes.

    Attributes:
        engine: What starts launchers.
        scheduler: The chore.
    """

    def __init__(self, db: Database) -> None:
        self.db = db
        self.user = self.write(users.create, "submitter", administrator=True)
        self.caller = SimpleNamespace(name="submitter", user_id=self.user.id, administrator=True, bearer=None)
        self.write(targets.create, WORKSPACE, CreateCompute(name="cluster", max_nodes=2, idle_seconds=0))
        self.engine = Fake()
        self.scheduler = self.another_scheduler()

    def another_scheduler(self, db: Database | None = None) -> Scheduler:
        """As another process of the server has it."""
        settings = Settings(Path("/nowhere"), "sqlite:///x", "file:///x")
        return Scheduler(db or self.db, settings, OneForAll(self.engine), "host")

    @property
    def on_postgresql(self) -> bool:
        return self.db.engine.dialect.name == "postgresql"

    @contextmanager
    def processes(self) -> Iterator[list[Scheduler]]:
        """Schedulers with connections of their own, as those of several processes; one on SQLite."""
        if not self.on_postgresql:
            yield [self.scheduler]
            return
        with ExitStack() as held:
            opened = [held.enter_context(self.another_database()) for _ in range(4)]
            yield [self.another_scheduler(db) for db in opened]

    @contextmanager
    def another_database(self) -> Iterator[Database]:
        """The same one with connections of its own, as another process has it."""
        db = Database(self.db.engine.url.render_as_string(hide_password=False))
        yield db
        db.close()

    def write(self, fn: Any, *args: Any, **named: Any) -> Any:
        return self.db.write_now(fn, *args, **named)

    def read(self, fn: Any, *args: Any) -> Any:
        return self.db.read_now(fn, *args)

    def submit(self, compute: str = "cluster", *, command: str = "true", **more: Any) -> str:
        """The run id of a new job; fields of its specification are taken from the others."""
        return self.write(self.submit_in, compute, command=command, **more)

    def submit_in(self, tx: Tx, compute: str = "cluster", *, command: str = "true", **more: Any) -> str:
        """The same within a transaction."""
        fields = {name: more.pop(name) for name in list(more) if name in JobSpec.__struct_fields__}
        environment = EnvironmentSpec(python=PythonSpec(user_managed=True))
        spec = JobSpec(**{"command": command, "environment": environment, **fields})
        experiment = more.pop("experiment", "e")
        message = CreateJob(
            experiment=experiment, compute=compute, spec=spec, tags=[KeyValue("a", "b")], **more
        )
        return create.create(tx, WORKSPACE, self.caller, message)

    def round(self, scheduler: Scheduler | None = None) -> None:
        """One round of the scheduler."""
        asyncio.run((scheduler or self.scheduler).run())

    def settle(self) -> None:
        """The server is there for long by now."""
        self.scheduler._began -= 3_600_000

    def job(self, run_id: str) -> Any:
        return self.read(load.get, WORKSPACE, run_id)

    def begin(self, run_id: str, attempt: int = 1) -> Any:
        return self.write(life.begin, WORKSPACE, run_id, attempt)

    def report(self, run_id: str, state: State | None = None, **more: Any) -> bool:
        return self.write(life.report, WORKSPACE, run_id, Report(state=state, **more))

    def cancel(self, run_id: str) -> None:
        self.write(life.cancel, WORKSPACE, run_id)

    def token_of(self, run_id: str, attempt: int = 1) -> str:
        """What the launcher of a job was given."""
        launch = next(one for one in self.engine.launched if (one.run_id, one.attempt) == (run_id, attempt))
        return launch.variables["LAZWARD_TOKEN"]

    def is_valid(self, token: str) -> bool:
        return self.read(tokens.find, tokens.digest(token)) is not None

    def vanish(self, run_id: str, attempt: int = 1) -> None:
        """The launcher of a job dies without a word."""
        self.engine.living.discard(f"{run_id} {attempt}")

    def nodes(self) -> dict[str, int]:
        return self.read(targets.get, WORKSPACE, "cluster").nodes

    def let_idle_nodes_go(self) -> None:
        number = self.read(targets.row, WORKSPACE, "cluster").id
        self.write(nodes.scale, number)

    def expire(self) -> None:
        self.write(attempts.expire)


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is lost is started again at once."""
    monkeypatch.setattr(attempts, "_PAUSE", 0)


@pytest.fixture
def shop(database: Database) -> Shop:
    return Shop(database)
