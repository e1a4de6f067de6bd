"""A real OpenID Connect provider (Canaille), in an environment and a process of its own."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.conftest import free_port
from tests.server.signin.browser import Browser

CLIENT_ID = "lazward"
CLIENT_SECRET = "the client's secret"
_PACKAGES = (
    "canaille[front,oidc]==0.3.6",
    "authlib==1.9.10",
    "flask==3.1.3",
    "joserfc==1.8.0",
    "werkzeug==3.1.9",
    "wtforms==3.3.2",
)


@dataclass
class Provider:
    """A provider that runs.

    Attributes:
        url: Its issuer.
        process: The process.
    """

    url: str
    process: subprocess.Popen[bytes]

    def options(self, *more: str) -> tuple[str, ...]:
        """What tells a server to use it."""
        scopes = ("--oidc-scopes", "openid profile email groups")
        return ("--oidc-issuer", self.url, "--oidc-client-id", CLIENT_ID, *scopes, *more)


@contextlib.contextmanager
def running(folder: Path, *redirect_uris: str) -> Iterator[Provider]:
    """Run a provider that sends people back to these addresses."""
    port = free_port()
    script = Path(__file__).with_name("canaille_server.py")
    log = folder / "provider.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [_python(), script, str(port), *redirect_uris], stdout=out, stderr=out, cwd=folder
        )
    provider = Provider(f"http://127.0.0.1:{port}", process)
    try:
        _wait(provider, log)
        yield provider
    finally:
        process.kill()
        process.wait(30)


def at_the_provider(browser: Browser, name: str, path: str = "/oidc/start") -> str:
    """Begin at ``path``, tell the provider who it is, and return where it sends the browser back to."""
    browser.client.follow_redirects = False
    page = browser.open(path)
    for _ in range(20):
        if not page.response.has_redirect_location:
            known = {"login": name, "password": f"password of {name}"}
            page = browser.submit(
                page, **{field: known[field] for field in page.forms[-1].fields if field in known}
            )
            continue
        to = page.response.url.join(page.response.headers["location"])
        if to.path == "/oidc/callback":
            browser.client.follow_redirects = True
            return str(to)
        page = browser.open(str(to))
    raise AssertionError(f"the provider does not come to an end: {page.text}")


def _wait(provider: Provider, log: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert provider.process.poll() is None, log.read_text()
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{provider.url}/.well-known/openid-configuration").is_success:
                return
        time.sleep(0.05)
    raise AssertionError(f"the provider does not answer: {log.read_text()}")


def _python() -> Path:
    """The interpreter of an environment with the provider, built once and kept outside the repository."""
    cache = Path(os.environ.get("LAZWARD_TEST_CACHE") or "~/.cache/lazward-tests").expanduser()
    key = hashlib.sha256("\n".join([sys.version, *_PACKAGES]).encode()).hexdigest()[:12]
    folder = cache / f"canaille-{key}"
    cache.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # parallel test workers
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            uv = str(Path(sys.executable).with_name("uv"))
            _run(uv, "venv", "-q", "--python", sys.executable, folder)
            _run(uv, "pip", "install", "-q", "--python", folder / "bin" / "python", *_PACKAGES)
            (folder / "complete").touch()
    return folder / "bin" / "python"


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, f"{' '.join(map(str, command))} failed: {done.stderr}"
