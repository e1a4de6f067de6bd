"""The one normaliser of artifact paths that clients send.

Attacks hide ``..`` and its kin behind percent-escapes, often several deep, and MLflow's clients decode the
names they are given in listings the same way. So a path is decoded until nothing changes, and what comes
out is both what is checked and what is stored. Escapes of control characters stay as they are: the image
names of MLflow 2.11 to 3.9 hold them by accident (``dog%step%10%timestamp%1700000000000``).
"""

import re
import unicodedata
from urllib.parse import unquote

from lazward.errors import InvalidRequest

SNAPSHOTS = ".snapshots"
"""The folder of a workspace that no artifact's path leads to: what is in it is never changed."""

LOGS = ".logs"
"""The same for what jobs write while they run."""
_RESERVED = (SNAPSHOTS, LOGS)

_ROUNDS = 10
_MOST_BYTES = 900  # object stores end at 1024; the rest is for the workspace, experiment and run before it
_MOST_SEGMENT_BYTES = 255  # of a file's name, on all file systems in use

_RUN = re.compile(r"(?:%[0-9a-fA-F]{2})+")
_ESCAPED_CONTROL = re.compile(r"%(?:0[1-9a-f]|1[0-9a-f]|7f)", re.IGNORECASE)
_ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")
_FORBIDDEN = re.compile(r"[#?\\]")
_DRIVE = re.compile(r"[A-Za-z]:")


def file_path(given: str) -> str:
    """The normal form of a file's path, relative to the root it is meant for.

    Raises:
        InvalidRequest: It is empty, absolute, leads upwards, or hides something of the kind.
    """
    path = _decoded(given)
    if not _safe(path):
        raise _invalid()
    path = "/".join(segment for segment in path.split("/") if segment != ".")
    if not path:
        raise _invalid()
    _check_length(path)
    return path


def folder_path(given: str | None) -> str:
    """The normal form of a folder's path, "" for the root itself; a final slash is allowed.

    Raises:
        InvalidRequest: As ``file_path``.
    """
    if given in (None, "", ".", "./"):
        return ""
    return file_path(given.removesuffix("/"))


def of_workspace(folder: str, path: str) -> str:
    """The key of a normal path below a workspace's folder.

    Raises:
        InvalidRequest: It leads to what is not for clients to reach by paths.
    """
    if is_reserved(path.partition("/")[0]):
        raise _invalid()
    return join(folder, path)


def is_reserved(name: str) -> bool:
    """Whether a name at a workspace's root is not for clients, on disks that ignore case too."""
    return name.casefold() in _RESERVED


def join(*parts: str) -> str:
    """Normal paths joined; empty ones leave no trace."""
    return "/".join(part for part in parts if part)


def _decoded(given: str) -> str:
    """Decoded until stable, composed (NFC), escapes of control characters in lower case."""
    path = given
    for _ in range(_ROUNDS):
        decoded = _RUN.sub(_decode_run, path)
        if decoded == path:
            return unicodedata.normalize("NFC", path)
        path = decoded
    raise _invalid()


def _decode_run(match: re.Match[str]) -> str:
    """A run of escapes as text. A run that is not UTF-8 is an attack, unless it is one escape alone."""
    text = match.group()
    if _ESCAPED_CONTROL.search(text):
        return _ESCAPED_CONTROL.sub(lambda escape: escape.group().lower(), text)
    if len(text) == 3:  # noqa: PLR2004 - one escape
        return unquote(text)
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise _invalid() from None


def _safe(path: str) -> bool:
    segments = path.split("/")
    return not (
        _FORBIDDEN.search(path)
        or path[:5].lower() == "file:"
        or "" in segments
        or ".." in segments
        or any(map(_DRIVE.match, segments))
        or any(unicodedata.category(character) in ("Cc", "Cs") for character in path)
        or any(not _ESCAPED_CONTROL.match(escape) for escape in _ESCAPE.findall(path))
    )


def _check_length(path: str) -> None:
    longest = max(len(segment.encode()) for segment in path.split("/"))
    if len(path.encode()) > _MOST_BYTES or longest > _MOST_SEGMENT_BYTES:
        raise InvalidRequest(
            f"The artifact path is too long: {_MOST_BYTES} bytes are allowed, {_MOST_SEGMENT_BYTES} a name."
        )


def _invalid() -> InvalidRequest:
    return InvalidRequest("Invalid path")
