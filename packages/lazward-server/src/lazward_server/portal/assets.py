"""The built files of the portal, read once into memory: what is not among them cannot be asked for."""

from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from lazward_server.artifacts import media


@dataclass(frozen=True)
class Asset:
    """One built file.

    Attributes:
        media_type: What it is.
        content: Its bytes.
        gzipped: The same compressed, where the build has found that worth while.
    """

    media_type: str
    content: bytes
    gzipped: bytes | None


@dataclass(frozen=True)
class Assets:
    """A whole build.

    Attributes:
        index: The page that loads the rest.
        files: All others by name.
    """

    index: str
    files: dict[str, Asset]


def read(folder: Path) -> Assets | None:
    """The build in a folder; None where there is none."""
    try:
        index = (folder / "index.html").read_text("utf-8")
    except FileNotFoundError:
        return None
    below = folder / "assets"
    found = {path.name: path.read_bytes() for path in below.iterdir()} if below.is_dir() else {}
    files = {
        name: Asset(media.by_ending(name), content, found.get(f"{name}.gz"))
        for name, content in found.items()
        if not name.endswith(".gz")
    }
    return Assets(index, files)


@cache
def built() -> Assets | None:
    """The build that belongs to this server."""
    return read(Path(str(resources.files("lazward_server.portal"))) / "assets")
