"""What tests of the launcher share: the shared server with a compute target, and scripts to submit to it."""

import pytest
from tests.images import docker, podman
from tests.submitting import Submitter

__all__ = ["docker", "podman"]


@pytest.fixture(scope="session")
def jobs(server, tmp_path_factory):
    return Submitter(server, tmp_path_factory.mktemp("code")).cluster()
