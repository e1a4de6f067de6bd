"""Checks on sources that are no model's URI: nothing may lead to files that the client was not given."""

import os
import re
from pathlib import Path
from urllib.parse import SplitResult, unquote, unquote_plus, urlsplit

from lazward.errors import InvalidRequest

_ROUNDS = 20
_SEPARATORS = re.compile(r"[/\\]")


def split(source: str) -> SplitResult:
    """The parts of a source.

    Raises:
        InvalidRequest: It is no URI, or a ``file:`` URI of another machine.
    """
    try:
        parts = urlsplit(source)
        host = parts.hostname
    except ValueError as error:
        raise InvalidRequest(f"Invalid model version source: '{source}'. {error}") from error
    if parts.scheme == "file" and host and host != "." and not host.startswith(("localhost", "127.0.0.1")):
        raise InvalidRequest(
            f"{source} is not a valid remote uri. A path on another machine is out of reach."
        )
    return parts


def is_local(source: str) -> bool:
    """Whether it is a path on a disk."""
    scheme = split(source).scheme
    return scheme in ("", "file") or len(scheme) == 1  # one letter is a drive


def check_remote(source: str) -> None:
    """Refuse a source with a way upwards in it, however often it is percent-encoded."""
    plain = source
    for _ in range(_ROUNDS):
        decoded = unquote_plus(plain)
        if decoded == plain:
            break
        plain = decoded
    else:
        raise _leads_upwards(source)
    path = plain.partition("?")[0].partition("#")[0]
    if "\0" in plain or ".." in _SEPARATORS.split(plain) or "." in _SEPARATORS.split(path):
        raise _leads_upwards(source)


def lies_within(source: str, root: str) -> bool:
    """Whether a local path lies below a local root, links on the way followed."""
    if not is_local(root):
        return False
    try:
        return Path(os.path.realpath(_path(source))).is_relative_to(os.path.realpath(_path(root)))
    except ValueError:  # a NUL
        return False


def outside(source: str, field: str) -> InvalidRequest:
    """The error for a local path that is not below the root it has to be below."""
    return InvalidRequest(
        f"Invalid model version source: '{source}'. To use a local path as a model version source, the"
        f" {field} request parameter has to be specified and the local path has to be contained within the"
        f" artifact directory of the run specified by the {field}."
    )


def _path(source: str) -> str:
    return unquote(urlsplit(source).path) if source.startswith("file:") else source


def _leads_upwards(source: str) -> InvalidRequest:
    return InvalidRequest(
        f"Invalid model version source: '{source}'. If supplying a source as an http, https, local file path,"
        " ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path"
        " references present. Please provide an absolute path."
    )
