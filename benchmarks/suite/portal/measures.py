"""What is measured, each as a function of a browser and a site that returns figures by name."""

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page

from suite.client import Connection
from suite.portal.sites import LIVE, Site
from suite.portal.visit import VIEW, Visit, first_load, visit

Figures = dict[str, float]
WHEEL = 150
LOGGED = 8
_VALUES = itertools.count(1001)


@dataclass(frozen=True)
class Measure:
    """A page that is opened and used.

    Attributes:
        name: Its name on the command line and in the traces' names.
        take: Takes the figures.
        peer: It is taken of the peer too.
    """

    name: str
    take: Callable[[Browser, Site, Path | None], Figures]
    peer: bool = field(default=True)


def landing(browser: Browser, site: Site, _: Path | None) -> Figures:
    """How many bytes the first page takes."""
    return {"landing_kb": first_load(browser, f"http://127.0.0.1:{site.port}/") / 1000}


def runs(browser: Browser, site: Site, trace: Path | None) -> Figures:
    """How long it takes until a run in a table of thousands can be clicked, and how the table scrolls."""
    with visit(browser, site.url(site.runs, "many runs"), trace) as visited:
        clickable = visited.probe("clickable", site.newest("many runs"))
        computed, page = visited.computed(), visited.page
        page.wait_for_timeout(2000)
        page.mouse.move(VIEW["width"] / 3, VIEW["height"] * 2 / 3)
        visited.probe("count")
        for _ in range(WHEEL):
            page.mouse.wheel(0, 120)
        frames = visited.probe("counted")
    return {
        "runs_ms": clickable,
        "runs_computed_ms": computed,
        "scroll_fps": frames["rate"],
        "scroll_gap_ms": frames["longest"],
    }


def keys(browser: Browser, site: Site, trace: Path | None) -> Figures:
    """The first charts of a run with thousands of keys, and what using them takes."""
    return _charts(browser, site, "many keys", "keys", trace)


def long(browser: Browser, site: Site, trace: Path | None) -> Figures:
    """The chart of a million points, and what using it takes."""
    return _charts(browser, site, "long", "long", trace)


def _charts(browser: Browser, site: Site, experiment: str, prefix: str, trace: Path | None) -> Figures:
    with visit(browser, site.url(site.charts, experiment), trace) as visited:
        figures = _drawn(visited, prefix, site.chart)
        if site.name == "ours":
            visited.page.wait_for_timeout(1500)
            used = {name: visited.longest(act) for name, act in _uses(visited.page)}
            figures |= {f"{prefix}_{name}_ms": took for name, took in used.items()}
    return figures


def _drawn(visited: Visit, prefix: str, chart: tuple[str, str]) -> Figures:
    return {f"{prefix}_ms": visited.probe("drawn", *chart), f"{prefix}_computed_ms": visited.computed()}


def _uses(page: Page) -> Iterator[tuple[str, Callable[[], object]]]:
    """What people do with charts, as keys and pointer do it."""
    search = page.get_by_label("Search keys").first
    search.focus()
    yield "search", lambda: page.keyboard.type("s_0", delay=80)
    yield "unsearch", lambda: [page.keyboard.press("Backspace", delay=40) for _ in range(3)]
    page.get_by_label("Smoothing").first.focus()
    yield "smoothing", lambda: [page.keyboard.press("ArrowRight", delay=40) for _ in range(8)]
    page.get_by_label("Logarithmic").first.focus()
    yield "log", lambda: page.keyboard.press("Space")
    page.locator("figure.chart .u-over").first.scroll_into_view_if_needed()
    yield "zoom", lambda: _drag(page)


def _drag(page: Page) -> None:
    box = page.locator("figure.chart .u-over").first.bounding_box()
    assert box
    height = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.3, height)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, height, steps=12)
    page.mouse.up()


def compare(browser: Browser, site: Site, trace: Path | None) -> Figures:
    """Hundreds of runs beside each other, until what is in sight is drawn."""
    with visit(browser, site.url(site.compare, "compared"), trace) as visited:
        return _drawn(visited, "compare", site.compared)


def live(browser: Browser, site: Site, trace: Path | None) -> Figures:
    """How long it takes a point that was logged to stand on a page that is open; the longest of some."""
    run_id = site.made[LIVE].runs[0]
    took: list[float] = []
    with visit(browser, site.url(site.charts, LIVE), trace) as visited, Connection(site.port) as connection:
        visited.probe("drawn", *site.chart)
        for value in itertools.islice(_VALUES, LOGGED):
            visited.page.wait_for_timeout(700 + value % 7 * 300)  # not in step with what the page asks
            began = time.time() * 1000
            point = {"key": "loss", "value": value, "timestamp": int(began), "step": value}
            connection.post("runs/log-metric", run_id=run_id, **point)
            took.append(visited.probe("says", site.told, str(value)) - began)
    return {"live_ms": max(took)}


MEASURES = (
    Measure("landing", landing),
    Measure("runs", runs),
    Measure("keys", keys),
    Measure("long", long),
    Measure("compare", compare),
    Measure("live", live, peer=False),
)
