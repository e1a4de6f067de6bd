"""What tests of the launcher share: the shared server with a compute target, and scripts to submit to it."""

import time

import pytest
from tests.images import podman
from tests.submitting import Submitter

__all__ = ["podman"]


@pytest.fixture(scope="session")
def jobs(server, tmp_path_factory):
    return Submitter(server, tmp_path_factory.mktemp("code")).cluster()


@pytest.fixture
def eventually():
    """Waits until a condition holds."""

    def wait(holds, seconds=20):
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, "it never came true"
            time.sleep(0.05)

    return wait
