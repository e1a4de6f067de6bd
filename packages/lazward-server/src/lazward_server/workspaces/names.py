"""Which names workspaces and resource groups may have.

A name stands in URLs, in folders and in people's scripts. What MLflow or Azure call legal is legal here:
MLflow's lower-case names with hyphens, 2 to 63 characters, and Azure's letters, digits, ``_`` and ``-``.
"""

import re

from lazward.errors import InvalidRequest

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{1,62}")
_MLFLOW = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
RESERVED = frozenset({"workspaces", "api", "ajax-api", "static-files"})
"""Beginnings of paths; MLflow refuses the same ones."""


def check(name: str, what: str) -> None:
    """Refuse what cannot name a workspace or a group.

    Args:
        name: The name.
        what: What it is to be the name of, for the error.

    Raises:
        InvalidRequest: It has other characters, is too short or too long, or is reserved.
    """
    if not _NAME.fullmatch(name):
        raise InvalidRequest(
            f"'{name}' cannot name a {what}: 2 to 63 letters, digits, '_' and '-' can, and the first is a"
            " letter or digit."
        )
    if name.lower() in RESERVED:
        raise InvalidRequest(f"'{name}' is reserved and cannot name a {what}.")


def check_for_mlflow(name: str) -> None:
    """Refuse a new name that MLflow's clients would not accept when they are to use it.

    Raises:
        InvalidRequest: It is not lower case, or ends in a hyphen.
    """
    check(name, "workspace")
    if not _MLFLOW.fullmatch(name):
        raise InvalidRequest(
            f"'{name}' cannot name a workspace for MLflow clients: lower-case letters and digits can, with"
            " '-' between them."
        )
