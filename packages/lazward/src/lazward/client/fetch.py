"""Fetching files and logs of runs into a folder."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from lazward.client import artifacts, jobs
from lazward.client.http import Connection
from lazward.errors import ConfigError, ServerUnreachable


def fetch(at: Connection, run_id: str, path: str, folder: Path) -> Path:
    """Write a file of a run below a folder, whole or not at all, and return where.

    Raises:
        ConfigError: The folder cannot be written to.
        NotFound: The run has no such file.
        ServerUnreachable: It did not arrive whole, or has a name that leads elsewhere.
    """
    return _write(at, folder, path, lambda out: artifacts.download(at, run_id, path, out))


def fetch_log(at: Connection, run_id: str, name: str, folder: Path) -> Path:
    """Write a log of a job as it is now, as ``fetch`` does.

    Raises:
        LazwardError: As ``fetch`` does.
    """
    return _write(at, folder, name, lambda out: out.writelines(jobs.whole_log(at, run_id, name)))


def _write(at: Connection, folder: Path, path: str, fill: Callable[[BinaryIO], object]) -> Path:
    """Write a file of which the server says how it is called, whole or not at all, and return where.

    Args:
        at: The workspace.
        folder: The folder below which it lies.
        path: What the server calls it.
        fill: Writes its content.

    Raises:
        ConfigError: The folder cannot be written to.
        ServerUnreachable: It has a name that leads elsewhere.
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
                fill(out)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(f"{target} cannot be written: {error.strerror}.") from error
    return target
