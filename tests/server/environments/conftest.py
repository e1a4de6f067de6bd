"""Environments on the database, without HTTP."""

import secrets

import pytest

from lazward.wire.environments import CondaSpec, EnvironmentSpec, PythonSpec, RegisterEnvironment
from lazward.wire.workspaces import CreateWorkspace
from lazward_server.environments import environments
from lazward_server.workspaces import workspaces
from lazward_server.workspaces.visible import Viewer

WORKSPACE = 1


def spec(*packages, **more):
    """A specification with these packages."""
    return EnvironmentSpec(python=PythonSpec(conda=CondaSpec(pip=list(packages))), **more)


class Desk:
    """Environments of the first workspace, as handlers deal with them."""

    def __init__(self, db):
        self.db = db
        self.write, self.read = db.write_now, db.read_now

    def register(self, name="sk", made=None, *, workspace=WORKSPACE, **definition):
        message = RegisterEnvironment(name=name, spec=made or spec("numpy"), definition=definition)
        return self.write(environments.register, workspace, message)

    def get(self, name="sk", *version, workspace=WORKSPACE):
        return self.read(environments.get, workspace, name, *version)

    def names(self, workspace=WORKSPACE):
        """Those that did not come with the server, with their versions."""
        found = self.read(environments.search, workspace)
        return [(one.name, one.version) for one in found if not one.curated]

    def versions(self, name="sk", workspace=WORKSPACE):
        return [one.version for one in self.read(environments.versions, workspace, name)]

    def workspace(self):
        """The id of a new workspace."""
        message = CreateWorkspace(f"w-{secrets.token_hex(4)}")
        return self.write(workspaces.create, Viewer(1, administrator=True), message).id


@pytest.fixture
def desk(database):
    return Desk(database)
