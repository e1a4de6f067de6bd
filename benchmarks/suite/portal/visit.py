"""Pages in Chromium, each opened as by somebody who has never been there."""

import contextlib
import shutil
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

_CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
_PROBE = Path(__file__).with_name("probe.js")
_LIMIT = 180_000
VIEW: ViewportSize = {"width": 1280, "height": 800}


@contextlib.contextmanager
def chromium() -> Generator[Browser]:
    """The browser, while the block lasts."""
    options = ["--no-sandbox", "--disable-dev-shm-usage"]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=_CHROMIUM, args=options)
        yield browser
        browser.close()


class Visit:
    """A page, and what measures it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._session = page.context.new_cdp_session(page)
        self._ask("Performance.enable", timeDomain="threadTicks")

    def probe(self, what: str, *arguments: object) -> Any:
        """Call one of the functions of ``probe.js`` in the page."""
        return self.page.evaluate(f"(given) => probe.{what}(...given)", list(arguments))

    def longest(self, act: Callable[[], object], rest: int = 1000) -> float:
        """The milliseconds for which an action and what follows of it held the page up."""
        self.probe("watch")
        act()
        self.page.wait_for_timeout(rest)
        return self.probe("longest")

    def computed(self) -> float:
        """The milliseconds that the page's thread has computed so far, whatever else the machine did."""
        metrics = self._ask("Performance.getMetrics")["metrics"]
        return next(one["value"] for one in metrics if one["name"] == "TaskDuration") * 1000

    def _ask(self, method: str, **params: object) -> Any:
        answer: Any = self._session.send(method, params)  # pyright: ignore[reportUnknownMemberType]
        return answer


@contextlib.contextmanager
def visit(browser: Browser, url: str, trace: Path | None = None) -> Generator[Visit]:
    """A page that has just begun to load, with nothing kept from before; ``trace`` slows it down."""
    context = browser.new_context(viewport=VIEW)
    context.set_default_timeout(_LIMIT)
    context.add_init_script(path=_PROBE)
    if trace:
        context.tracing.start(screenshots=True, snapshots=True)
    try:
        visited = Visit(context.new_page())
        visited.page.goto(url, wait_until="commit")
        yield visited
    finally:
        if trace:
            context.tracing.stop(path=trace)
        context.close()


def first_load(browser: Browser, url: str) -> float:
    """The bytes, as they travel, until the page at an address has come to rest."""
    context = browser.new_context(viewport=VIEW)
    page = context.new_page()
    session = context.new_cdp_session(page)
    sizes: list[float] = []

    def finished(event: dict[str, float]) -> None:
        sizes.append(event["encodedDataLength"])

    session.on("Network.loadingFinished", finished)
    session.send("Network.enable")  # pyright: ignore[reportUnknownMemberType]
    page.goto(url, wait_until="load")
    page.wait_for_timeout(5000)
    context.close()
    return sum(sizes)
