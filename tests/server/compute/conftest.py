"""The database as plain calls, targets on it, and jobs that have nodes."""

import secrets
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from lazward.wire.compute import CreateCompute
from lazward.wire.jobs import CreateJob, JobSpec, State
from lazward.wire.workspaces import CreateWorkspace
from lazward_server.compute import nodes, targets
from lazward_server.db.schema import jobs
from lazward_server.jobs import create, life, load, queue
from lazward_server.workspaces import workspaces
from lazward_server.workspaces.visible import Viewer

WORKSPACE = 1
NOBODY = SimpleNamespace(name="nobody", user_id=None, administrator=True, bearer=None)


class Desk:
    """Targets of the first workspace, as handlers and the scheduler deal with them."""

    def __init__(self, db):
        self.db = db
        self.write, self.read = db.write_now, db.read_now

    def make(self, name="cpu", **more):
        """A new target."""
        return self.write(targets.create, WORKSPACE, CreateCompute(name=name, **more))

    def get(self, name="cpu"):
        return self.read(targets.get, WORKSPACE, name)

    def number(self, name="cpu"):
        return self.read(targets.row, WORKSPACE, name).id

    def nodes(self, name="cpu"):
        """Numbers and states of the nodes that there are."""
        return [(one.number, one.state) for one in self.read(nodes.listed, self.number(name))]

    def scale(self, name="cpu"):
        self.write(nodes.scale, self.number(name))

    def submit(self, name="cpu"):
        """The id of a queued job's run."""
        message = CreateJob(experiment="e", compute=name, spec=JobSpec(command="true"))
        return self.write(create.create, WORKSPACE, NOBODY, message)

    def claim(self):
        """Give nodes to what is queued; the runs that got one."""
        return [one.run_id for one in self.write(queue.claim, "here")]

    def run(self, name="cpu"):
        """The id of the run of a job that has a node and runs."""
        run_id = self.submit(name)
        assert self.claim() == [run_id]
        self.move(run_id, State.RUNNING)
        return run_id

    def move(self, run_id, state):
        self.write(lambda tx: life.move(tx, load.row(tx, WORKSPACE, run_id), state))

    def end(self, run_id):
        self.write(lambda tx: life.end(tx, load.row(tx, WORKSPACE, run_id), State.COMPLETED))

    def job_id(self, run_id):
        return self.read(lambda tx: tx.execute(sa.select(jobs.c.id).where(jobs.c.run_id == run_id)).scalar())

    def workspace(self):
        """The id of a new workspace."""
        message = CreateWorkspace(f"w-{secrets.token_hex(4)}")
        return self.write(workspaces.create, Viewer(1, administrator=True), message).id


@pytest.fixture
def desk(database):
    return Desk(database)


@pytest.fixture
def clock(monkeypatch):
    """What time it is for targets and nodes, in milliseconds; a test moves it."""
    time = SimpleNamespace(now=10**12)
    for module in (targets, nodes):
        monkeypatch.setattr(module, "now", lambda: time.now)
    return time
