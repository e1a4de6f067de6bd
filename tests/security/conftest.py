"""What tests of attacks share."""

import pytest
from tests.e2e.conftest import Sender
from tests.people import People


@pytest.fixture(scope="session")
def sender():
    """Makes senders for a server, with its administrator's token or another."""
    return lambda server, token=None: Sender(server.url, server.token if token is None else token)


@pytest.fixture(scope="session")
def people(walked_server):
    """People on the shared servers."""
    made = People(walked_server)
    yield made
    made.db.close()
