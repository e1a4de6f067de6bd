"""Messages about snapshots: the files a job starts with, below ``/api/v1``.

A snapshot is a list of files. Each is known by the SHA-256 of its bytes, and the snapshot by that of the
list, so that what was sent once is not sent again, and the same folder is the same snapshot.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Annotated

import msgspec

from lazward.errors import InvalidRequest
from lazward.wire.base import Request

MOST_FILES = 2000
MOST_BYTES = 300 * 2**20
MOST_PATH_BYTES = 900
"""Limits of one snapshot; the first two are those of Azure ML."""

Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
_DRIVE = re.compile(r"[A-Za-z]:")
_ODD = re.compile(r"[\\\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
"""Backslashes, controls, halves of characters, and what turns the direction of a text."""
_LONGEST_NAME = 255


class File(msgspec.Struct, frozen=True):
    """A file of a snapshot.

    Attributes:
        path: Where it lies in the folder, with ``/`` between names.
        sha256: Of its bytes, in lower-case hexadecimal.
        size: Bytes.
        executable: Whether its owner may run it.
    """

    path: str
    sha256: Sha256
    size: Annotated[int, msgspec.Meta(ge=0, le=MOST_BYTES)]
    executable: bool = False


class CreateSnapshot(Request, frozen=True):
    """The files that are to be one."""

    files: list[File]


class Snapshot(msgspec.Struct, frozen=True):
    """A snapshot, or what is still to be sent of one.

    Attributes:
        id: Checksum of the list of files.
        missing: Checksums of the files that the workspace does not hold; while there are any, there is no
            such snapshot yet.
    """

    id: str
    missing: list[str]


class Manifest(msgspec.Struct, frozen=True):
    """What a snapshot holds, by path."""

    id: str
    files: list[File]


def identify(files: Iterable[File]) -> str:
    """The id of the snapshot with these files, in whatever order they are given."""
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda one: one.path):
        digest.update(f"{file.sha256} {file.size} {'x' if file.executable else '-'} {file.path}\n".encode())
    return digest.hexdigest()


def check(files: Sequence[File]) -> None:
    """Refuse a list of files that cannot be a snapshot, or that could not be put back into a folder.

    Raises:
        InvalidRequest: A limit is passed, a path is unsafe or comes twice, or a file lies below another.
    """
    if len(files) > MOST_FILES:
        raise InvalidRequest(f"A snapshot may have {MOST_FILES} files; this one has {len(files)}.")
    size = sum(file.size for file in files)
    if size > MOST_BYTES:
        raise InvalidRequest(f"A snapshot may have {MOST_BYTES} bytes; this one has {size}.")
    paths: set[str] = set()
    for file in files:
        check_path(file.path)
        if file.path in paths:
            raise InvalidRequest(f"The path {file.path!r} comes twice in the snapshot.")
        paths.add(file.path)
    for path in paths:
        if below := next((folder for folder in _folders(path) if folder in paths), None):
            raise InvalidRequest(f"{path!r} lies below {below!r}, which is a file of the snapshot.")


def check_path(path: str) -> None:
    """Refuse a path that leads out of its folder somewhere, or that not every system can hold.

    Raises:
        InvalidRequest: It is such a path.
    """
    names = path.split("/")
    odd = _ODD.search(path) or _DRIVE.match(path)
    if odd or any(name in ("", ".", "..") for name in names):
        raise InvalidRequest(f"{path[:200]!r} cannot be the path of a file in a snapshot.")
    if len(path.encode()) > MOST_PATH_BYTES or any(len(name.encode()) > _LONGEST_NAME for name in names):
        raise InvalidRequest(
            f"The path {path[:60]!r}... is too long: {MOST_PATH_BYTES} bytes are allowed,"
            f" {_LONGEST_NAME} a name."
        )


def _folders(path: str) -> Iterable[str]:
    """The folders that a path leads through."""
    while path := path.rpartition("/")[0]:
        yield path
