"""The pages as the installed ``mlflow`` package brings them, found without running a line of it."""

import os
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from lazward_server.artifacts import media

_INSIDE = Path("server", "js", "build")
_MORE = {
    ".mjs": "text/javascript",
    ".js": "text/javascript",
    ".woff2": "font/woff2",
    ".map": "application/json",
}
_HASHED = re.compile(r"[.-][0-9a-f]{8,}\.")
"""How the build marks a file whose name changes with its content."""


@cache
def folder() -> Path | None:
    """Where the pages lie; None where the package is missing, or the one without pages is installed."""
    found = find_spec("mlflow")
    for place in (found and found.submodule_search_locations) or ():
        built = Path(place) / _INSIDE
        if (built / "index.html").is_file():
            return built
    return None


@cache
def index(built: Path) -> bytes:
    """The page that loads all others."""
    return (built / "index.html").read_bytes()


@cache
def assets(built: Path) -> dict[str, Path]:
    """What the page may load, by path below ``static-files/``.

    Looking a request's path up among those that were listed leaves nothing to climb out of. Links are not
    followed, and further pages, which are for notebooks of other servers, are left out.
    """
    found: dict[str, Path] = {}
    for parent, _, names in os.walk(built, followlinks=False):
        for name in names:
            file = Path(parent, name)
            if file.suffix != ".html" and not file.is_symlink() and file.is_file():
                found[file.relative_to(built).as_posix()] = file
    return found


def media_type(name: str) -> str:
    """What a file is, by its ending."""
    ending = Path(name).suffix
    return _MORE.get(ending) or media.by_ending(name)


def is_hashed(name: str) -> bool:
    """Whether a file of this name never has another content."""
    return _HASHED.search(name) is not None
