"""Files of runs."""

from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import urlencode

from lazward.client.http import API, Connection
from lazward.wire.artifacts import Artifacts, FileInfo, ListArtifacts

_PIECE = 2**20


def files(at: Connection, run_id: str, folder: str = "") -> Iterator[FileInfo]:
    """The files of a run in a folder and below it, by path from the run's root.

    Raises:
        NotFound: There is no such run.
    """
    for one in at.get(API + "artifacts/list", Artifacts, ListArtifacts(run_id, folder or None)).files:
        if one.is_dir:
            yield from files(at, run_id, one.path)
        else:
            yield one


def download(at: Connection, run_id: str, path: str, to: BinaryIO) -> None:
    """Write a file of a run to an open file.

    Raises:
        NotFound: The run has no such file.
        ServerUnreachable: It did not arrive whole.
    """
    with at.stream("/get-artifact?" + urlencode({"run_id": run_id, "path": path})) as response:
        to.writelines(response.iter_bytes(_PIECE))
