"""Takes pictures of every page of the portal into docs/images/portal, in light, in dark and on a phone.

    .venv/bin/python tools/screenshots.py
    .venv/bin/python tools/screenshots.py --only home --only runs
    .venv/bin/python tools/screenshots.py --keep

Starts a server of its own with a workspace as a team would have it (``tools/pictures/workspace.py``). A page
is a row in ``tools/pictures/pages.py``. Needs Chromium, and fonts that have Japanese.
"""

import argparse
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Generator
from io import BytesIO
from pathlib import Path
from typing import Any

os.environ |= {"MLFLOW_DISABLE_TELEMETRY": "true", "GIT_PYTHON_REFRESH": "quiet"}

import mlflow
from pictures.pages import SHOTS, Shot
from pictures.workspace import ADMINISTRATOR, PASSWORD, Made, fill
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from lazward.client import credentials, uri
from lazward.client.http import Connection
from lazward.client.uri import WorkspaceUri

_BIN = Path(sys.executable).parent
_PICTURES = Path(__file__).parents[1] / "docs" / "images" / "portal"
_CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
_LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 800}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 800}},
    "phone": {"color_scheme": "light", "viewport": {"width": 390, "height": 844}},
}
_COLOURS = 128
_LARGEST = 80_000


def main() -> None:
    """Run the program."""
    asked = _arguments()
    scratch = Path(tempfile.mkdtemp(prefix="lzpictures"))
    try:
        with _server(scratch) as url:
            print(f"Filling {url} ...", flush=True)
            made = _fill(url)
            shots = [one for one in SHOTS if not asked.only or one.name in asked.only]
            with sync_playwright() as play:
                browser = play.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
                for look in _LOOKS:
                    _take(browser, url, made, shots, look)
                browser.close()
            if asked.keep:
                input(f"{url} as {ADMINISTRATOR} with {PASSWORD!r}; Enter ends it. ")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextlib.contextmanager
def _server(scratch: Path) -> Generator[str]:
    """A server with its home in a folder, while the block lasts; its credentials are this program's."""
    os.environ["LAZWARD_CONFIG_DIR"] = str(scratch / "config")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (scratch / "log").open("wb") as log:
        command = [_BIN / "lazward", "up", "--home", scratch / "home", "--port", str(port)]
        process = subprocess.Popen(command, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url + "/health", process, scratch / "log")
        yield url
    finally:
        process.terminate()
        process.wait()


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    while process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url):
            return
        time.sleep(0.1)
    sys.exit(f"The server ended: {log.read_text()}")


def _fill(url: str) -> Made:
    token = credentials.read(url) or ""
    os.environ["MLFLOW_TRACKING_TOKEN"] = token
    os.environ["MLFLOW_TRACKING_URI"] = url
    mlflow.set_tracking_uri(url)
    return fill(Connection(WorkspaceUri(uri.server(url), "default"), lambda _: token))


def _take(browser: Browser, url: str, made: Made, shots: list[Shot], look: str) -> None:
    context = browser.new_context(**_LOOKS[look])
    page = context.new_page()
    page.goto(f"{url}/login?next=/")
    page.locator("input[type=text], input:not([type])").first.fill(ADMINISTRATOR)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("input[type=password]").press("Enter")
    page.wait_for_url(f"{url}/")
    for shot in shots:
        try:
            page.goto(url + shot.address(made))
            _settle(page, shot)
        except Exception as error:  # noqa: BLE001 - the others shall still be taken
            print(f"{shot.name}, {look}: {error}", file=sys.stderr)
            continue
        _save(page.screenshot(), _PICTURES / f"{shot.name}-{look}.webp")
    context.close()


def _settle(page: Page, shot: Shot) -> None:
    page.locator(shot.shows).first.wait_for(timeout=20_000)
    if shot.click:
        page.locator(shot.click).first.click()
    page.wait_for_timeout(1500)


def _save(picture: bytes, path: Path) -> None:
    """As small as it gets: pages have few colours."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(BytesIO(picture)) as image:
        image.convert("RGB").quantize(_COLOURS).convert("RGB").save(path, lossless=True, method=6)
    size = path.stat().st_size
    print(f"{path.name}: {size / 1000:.0f} kB{', TOO LARGE' if size > _LARGEST else ''}", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--only", choices=[one.name for one in SHOTS], action="append", help="may be repeated"
    )
    parser.add_argument("--keep", action="store_true", help="let the server run until Enter is pressed")
    return parser.parse_args()


if __name__ == "__main__":
    main()
