"""The portal in a real browser, against real servers."""

import dataclasses
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import mlflow
import pytest
from tests.conftest import Server, start

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
AXE = Path(__file__).parents[2] / "portal" / "node_modules" / "axe-core" / "axe.min.js"
WAIT = 20_000
EXPECTED = ("favicon",)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and CHROMIUM is None:
            item.add_marker(pytest.mark.skip(reason="needs chromium (Debian has it)"))


@pytest.fixture(scope="module")  # no longer: its event loop is in the way of tests that have their own
def chromium() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=["--disable-dev-shm-usage", "--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def portal_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the portal's own: what other tests log would stand among what is looked for."""
    running = start(tmp_path_factory.mktemp("portal") / "home")
    yield running
    running.stop()


class Portal:
    """A page of the portal in a browser, with what the browser complained of."""

    def __init__(self, page, url: str) -> None:
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        page.set_default_timeout(WAIT)
        page.on("console", lambda told: told.type == "error" and self.complaints.append(told.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str) -> "Portal":
        self.page.goto(self.url + path)
        return self

    def sees(self, text: str, **options: object) -> None:
        """Wait until the text is there to be seen."""
        self.page.get_by_text(text, **options).filter(visible=True).first.wait_for()

    def barriers(self) -> list[str]:
        """What of the page keeps people out, as far as a program can tell."""
        self.page.wait_for_timeout(500)  # what fades in has too little contrast until it is there
        narrow = self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        return self._axe() + ([] if narrow else ["the page scrolls sideways"])

    def _axe(self) -> list[str]:
        self.page.evaluate(AXE.read_text("utf-8"))
        # Fluent's focus traps are elements that pass the focus on at once.
        looked_at = "{ exclude: ['[data-tabster-dummy]'] }"
        found = self.page.evaluate(f"axe.run({looked_at}, {{ resultTypes: ['violations'] }})")
        return [
            f"{one['id']}: {[node['html'][:200] for node in one['nodes']]}"
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
        ]


@pytest.fixture(params=["light-1280", "light-390", "dark-1280", "dark-390"])
def look(request: pytest.FixtureRequest) -> dict[str, object]:
    """How a browser shows pages: its colours, and how wide it is."""
    if not AXE.exists():
        pytest.skip("needs axe-core, which `make lint` or `make portal` installs")
    scheme, width = request.param.split("-")
    return {"color_scheme": scheme, "viewport": {"width": int(width), "height": 844}}


@pytest.fixture
def visit(chromium) -> Iterator[Callable[..., Portal]]:
    """Opens browsers on a server, signed in unless told otherwise; each must have nothing to complain of."""
    contexts, portals = [], []

    def make(server: Server, *, signed_in: bool = True, quiet: bool = True, **options: object) -> Portal:
        options.setdefault("viewport", {"width": 1280, "height": 800})
        contexts.append(chromium.new_context(**options))
        portal = Portal(contexts[-1].new_page(), server.url)
        if signed_in and server.token:
            sign_in(portal, server)
        if quiet:
            portals.append(portal)
        return portal

    yield make
    told = [
        text for portal in portals for text in portal.complaints if not any(map(text.__contains__, EXPECTED))
    ]
    for context in contexts:
        context.close()
    assert told == []


def sign_in(portal: Portal, server: Server) -> None:
    with server.client() as client:
        link = client.post("/api/v1/sign-in-link").json()["url"]
    portal.page.goto(link)
    portal.page.get_by_role("button").click()
    portal.page.wait_for_url(f"{server.url}/")


def member(server: Server, role: str, workspace: str = "default") -> Server:
    """The server as a new person with this role reaches it."""
    name = f"{role}.{uuid.uuid4().hex[:8]}"
    with server.client() as client:
        client.post("/api/v1/users", json={"name": name}).raise_for_status()
        body = {"role": role}
        client.put(f"/api/v1/workspaces/{workspace}/members/{name}", json=body).raise_for_status()
        made = client.post(f"/api/v1/users/{name}/tokens", json={"name": "test"}).json()
    return dataclasses.replace(server, token=made["token"])


@pytest.fixture
def tracking(portal_server, monkeypatch) -> mlflow.MlflowClient:
    """A stock client of the portal's server."""
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", portal_server.token)
    return mlflow.MlflowClient(portal_server.url)
