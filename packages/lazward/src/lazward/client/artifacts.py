"""Artifacts of runs."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

from lazward.client.http import API, Connection
from lazward.errors import ConfigError, ServerUnreachable
from lazward.wire.artifacts import Artifacts, FileInfo, ListArtifacts

_GET = "/get-artifact"
_PIECE = 2**20


def walk(at: Connection, run_id: str, path: str | None = None) -> Iterator[FileInfo]:
    """All files of a run, or those below a folder of it.

    Raises:
        NotFound: There is no such run.
    """
    for one in at.get(API + "artifacts/list", Artifacts, ListArtifacts(run_id, path)).files:
        if one.is_dir:
            yield from walk(at, run_id, one.path)
        else:
            yield one


def download(at: Connection, run_id: str, path: str, folder: Path) -> Path:
    """Write a file of a run below a folder, and return where.

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
        query = urlencode({"run_id": run_id, "path": path})
        with at.stream(f"{_GET}?{query}") as response, part.open("wb") as out:
            for piece in response.iter_bytes(_PIECE):
                out.write(piece)
        part.replace(target)
    except OSError as error:
        raise ConfigError(f"{target} cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
    return target
