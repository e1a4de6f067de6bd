"""Fetching files of runs into a folder."""

from pathlib import Path

from lazward.client import artifacts
from lazward.client.http import Connection
from lazward.errors import ConfigError, ServerUnreachable


def fetch(at: Connection, run_id: str, path: str, folder: Path) -> Path:
    """Write a file of a run below a folder, whole or not at all, and return where.

    Raises:
        ConfigError: The folder cannot be written to.
        NotFound: The run has no such file.
        ServerUnreachable: It did not arrive whole, or has a name that leads elsewhere.
    """
    target = folder / path
    if not target.resolve().is_relative_to(folder.resolve()) or "\\" in path:
        raise ServerUnreachable(
            f"{at.where.server.url} lists a file {path!r}, which leads out of the folder."
        )
    part = target.with_name(f".{target.name}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("wb") as out:
                artifacts.download(at, run_id, path, out)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(f"{target} cannot be written: {error.strerror}.") from error
    return target
