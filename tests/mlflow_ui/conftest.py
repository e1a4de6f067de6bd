"""A browser's session, as far as cookies go."""

import uuid
from collections.abc import Iterator

import pytest
from tests.server.signin.browser import Browser
from tests.server.signin.conftest import PASSWORD


@pytest.fixture
def person(server) -> str:
    """An administrator with a password."""
    name = f"person-{uuid.uuid4().hex[:8]}"
    body = {"name": name, "password": PASSWORD, "administrator": True}
    with server.client() as client:
        client.post("/api/v1/users", json=body).raise_for_status()
    return name


@pytest.fixture
def browser(server, person) -> Iterator[Browser]:
    """A browser in which they are signed in."""
    one = Browser(server.url)
    one.submit(one.open("/login"), name=person, password=PASSWORD)
    assert one.session
    yield one
    one.client.close()
