"""What tests of signing in share."""

import uuid
from collections.abc import Callable, Iterator

import pytest

from tests.conftest import SQLITE_FIRST, Server, free_port, start
from tests.server.signin.browser import Browser
from tests.server.signin.provider import CLIENT_SECRET, Provider, running

PASSWORD = "correct horse battery"


@pytest.fixture(scope="session")
def ports() -> dict[str, int]:
    """Where servers with a provider will listen, which the provider must know before they start."""
    return {name: free_port() for name in ("sqlite", "postgresql", "spare")}


@pytest.fixture(scope="session")
def provider(ports: dict[str, int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    addresses = [f"http://127.0.0.1:{port}/oidc/callback" for port in ports.values()]
    with running(tmp_path_factory.mktemp("provider"), *addresses) as one:
        yield one


@pytest.fixture(scope="session", params=SQLITE_FIRST)
def oidc_server(request, provider, ports, tmp_path_factory) -> Iterator[Server]:
    """A server that people sign in to through the provider, on each kind of database."""
    options = provider.options("--oidc-group", "vision=default:contributor")
    if request.param == "postgresql":
        options += ("--database", request.getfixturevalue("postgres").database())
    home = tmp_path_factory.mktemp("oidc") / "home"
    server = start(home, *options, port=ports[request.param], LAZWARD_OIDC_CLIENT_SECRET=CLIENT_SECRET)
    yield server
    server.stop()


@pytest.fixture
def person(each_server) -> Callable[..., str]:
    """Makes people with a password on the server and returns their names."""

    def make(**more: object) -> str:
        name = f"person-{uuid.uuid4().hex[:8]}"
        body = {"name": name, "password": PASSWORD, **more}
        with each_server.client() as client:
            client.post("/api/v1/users", json=body).raise_for_status()
        return name

    return make


@pytest.fixture
def browser(each_server) -> Iterator[Browser]:
    one = Browser(each_server.url)
    yield one
    one.client.close()
