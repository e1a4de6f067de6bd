"""Taking a snapshot of a folder, and putting one back."""

import hashlib
import shutil
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from lazward.client import snapshots
from lazward.client.http import Connection
from lazward.errors import InvalidRequest, ServerUnreachable, SnapshotError
from lazward.snapshot.folder import Found, listed
from lazward.wire import snapshots as wire
from lazward.wire.snapshots import File

_AT_ONCE = 8
"""Files that are sent or fetched at the same time."""
_PIECE = 2**20


def take(at: Connection, folder: Path) -> str:
    """Keep a folder as it is now; the id of its snapshot. What the workspace holds already is not sent.

    Raises:
        SnapshotError: The folder cannot be kept; see ``folder.listed``. Or a file changed while it was sent.
        QuotaExceeded: The workspace may not hold it.
    """
    found = listed(folder)
    files = [_measured(one) for one in found]
    made = snapshots.create(at, files)
    if made.missing:
        _send(at, {file.sha256: one for file, one in zip(files, found, strict=True)}, made.missing)
        made = snapshots.create(at, files)
    if made.missing:
        raise SnapshotError(f"The snapshot of {folder} is not whole: the server has lost some of its files.")
    return made.id


def restore(at: Connection, snapshot_id: str, folder: Path) -> None:
    """Put a snapshot back, byte for byte, into a folder that is empty or is yet to be made.

    Raises:
        NotFound: The workspace has no such snapshot.
        SnapshotError: The folder holds something, or cannot be written to.
        ServerUnreachable: The server sent something else, or not all of it.
    """
    manifest = snapshots.get(at, snapshot_id)
    wire.check(manifest.files)  # whatever a server says, nothing is written outside the folder
    if wire.identify(manifest.files) != snapshot_id:
        raise ServerUnreachable(f"What {at.where.server.url} sent is not the snapshot that was asked for.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise SnapshotError(f"{folder} is not empty; a snapshot is put back into a folder of its own.")
        _put_all_back(at, manifest.files, folder)
    except OSError as error:
        raise SnapshotError(f"The snapshot cannot be put into {folder}: {error.strerror}.") from error


def _measured(one: Found) -> File:
    """A file as the snapshot names it: by what it holds now."""
    digest, size = hashlib.sha256(), 0
    try:
        with one.file.open("rb") as content:
            while piece := content.read(_PIECE):
                digest.update(piece)
                size += len(piece)
    except OSError as error:
        raise SnapshotError(f"{one.file} cannot be read: {error.strerror}.") from error
    return File(one.path, digest.hexdigest(), size, one.executable)


def _put_all_back(at: Connection, files: Iterable[File], folder: Path) -> None:
    """All files, or none: what was empty before is empty again if one fails."""
    try:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(partial(_put_back, at, folder), files))
    except BaseException:
        for entry in folder.iterdir():
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
        raise


def _send(at: Connection, by_checksum: Mapping[str, Found], missing: Iterable[str]) -> None:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(partial(_send_one, at, by_checksum), missing))


def _send_one(at: Connection, by_checksum: Mapping[str, Found], sha256: str) -> None:
    one = by_checksum[sha256]
    try:
        snapshots.put_file(at, sha256, one.file)
    except (InvalidRequest, OSError) as error:
        raise SnapshotError(f"{one.file} changed or vanished while it was sent: {error}") from error


def _put_back(at: Connection, folder: Path, file: File) -> None:
    target = folder / file.path
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as content:
        snapshots.get_file(at, file.sha256, content)
    if file.executable:
        target.chmod(target.stat().st_mode | 0o111)
