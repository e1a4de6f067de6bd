"""The first hour's last step: open the portal, find the experiment by its name, see metrics and artifacts."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import LAZWARD, Server, start
from tests.portal.conftest import CHROMIUM, chromium, visit

ROOT = Path(__file__).parents[2]
__all__ = ["chromium", "visit"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(CHROMIUM is None, reason="needs chromium (Debian has it)"),
]


@pytest.fixture(scope="module")
def quickstart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server that ``make quickstart`` leaves behind, started again as it says at its end."""
    folder = tmp_path_factory.mktemp("article")
    shutil.copytree(ROOT / "examples", folder / "examples")  # it writes beside the repository's files
    done = subprocess.run(
        [sys.executable, folder / "examples" / "quickstart.py"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert ".venv/bin/lazward up --home .lazward/quickstart/home" in done.stdout
    left = folder / ".lazward" / "quickstart"
    running = start(left / "home", LAZWARD_CONFIG_DIR=str(left / "config"))
    yield running
    running.stop()


def printed_link(server: Server) -> str:
    """The link that the server's first lines tell how to have."""
    told = f"lazward open --server {server.url}"
    assert told in server.log.read_text()
    config = {"LAZWARD_CONFIG_DIR": str(server.home.parent / "config")}
    command = [LAZWARD, *told.split()[1:], "--no-browser"]
    return subprocess.run(
        command, env=os.environ | config, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_the_experiment_is_found_by_name_with_its_metrics_and_artifacts(quickstart, visit):
    portal = visit(quickstart, signed_in=False)
    page = portal.page
    page.goto(printed_link(quickstart))
    page.get_by_role("button").click()
    page.get_by_role("link", name="Experiments", exact=True).click()
    page.get_by_role("searchbox").fill("diab")
    page.get_by_role("link", name="my_experiment").wait_for(state="detached")
    page.get_by_role("link", name="diabetes").click()
    page.get_by_role("columnheader", name="mse").wait_for()
    assert page.locator('a[href*="/runs/"]').count() == 4
    page.locator('a[href*="/runs/"]').first.click()
    page.get_by_role("cell", name=re.compile(r"^[23]\d{3}\.\d")).first.wait_for()
    page.get_by_role("tab", name="Artifacts").click()
    page.get_by_role("button", name="actuals_vs_predictions.png").click()
    drawn = page.get_by_role("img", name="actuals_vs_predictions.png")
    drawn.wait_for()
    assert drawn.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
