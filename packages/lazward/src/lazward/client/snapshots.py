"""Snapshots of a workspace."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from lazward.client.http import V1, Connection
from lazward.errors import ServerUnreachable
from lazward.wire.snapshots import CreateSnapshot, File, Manifest, Snapshot

_PATH = V1 + "snapshots"


def create(at: Connection, files: Sequence[File]) -> Snapshot:
    """Make a snapshot of files that the workspace holds, or learn which it does not hold yet.

    Raises:
        InvalidRequest: The files cannot be a snapshot; ``wire.snapshots.check`` tells why.
    """
    return at.post(_PATH, CreateSnapshot(list(files)), Snapshot)


def get(at: Connection, snapshot_id: str) -> Manifest:
    """What a snapshot holds.

    Raises:
        NotFound: The workspace has no such snapshot.
    """
    return at.get(f"{_PATH}/{snapshot_id}", Manifest)


def put_file(at: Connection, sha256: str, file: Path) -> None:
    """Send the bytes of a file, which are not held in memory.

    Raises:
        InvalidRequest: They have another checksum by now.
        OSError: The file cannot be read.
    """
    at.send("PUT", f"{_PATH}/files/{sha256}", content=file)


def get_file(at: Connection, sha256: str, to: BinaryIO) -> None:
    """Write the bytes of a file of a snapshot to an open file.

    Raises:
        NotFound: The workspace does not hold it.
        ServerUnreachable: What came has another checksum, or is not all of it.
    """
    digest = hashlib.sha256()
    with at.stream(f"{_PATH}/files/{sha256}") as response:
        for piece in response.iter_bytes():
            digest.update(piece)
            to.write(piece)
    if digest.hexdigest() != sha256:
        raise ServerUnreachable(f"What {at.where.server.url} sent of a snapshot is not what was asked for.")
