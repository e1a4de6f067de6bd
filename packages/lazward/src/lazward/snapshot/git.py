"""What git knows of a folder: which commit it is at, and whether anything was changed since."""

import os
import subprocess
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

_SECONDS = 10.0
"""A repository on a slow disk must not keep anybody from submitting."""


class Git(NamedTuple):
    """The state of a work tree.

    Attributes:
        commit: The id of the commit, "" before the first one.
        branch: The branch, "" where none is checked out.
        repository: The address of ``origin`` without credentials, "" without one.
        dirty: Whether files that git follows differ from the commit.
    """

    commit: str
    branch: str
    repository: str
    dirty: bool


def state(folder: Path) -> Git | None:
    """What git knows of a folder; None if it lies in no work tree, or git is missing or too slow."""
    if _ask(folder, "rev-parse", "--is-inside-work-tree") != "true":
        return None
    return Git(
        commit=_ask(folder, "rev-parse", "--verify", "HEAD") or "",
        branch=_ask(folder, "symbolic-ref", "--short", "HEAD") or "",
        repository=_without_credentials(_ask(folder, "remote", "get-url", "origin") or ""),
        dirty=bool(_ask(folder, "status", "--porcelain", "--untracked-files=no", "--", ".")),
    )


def _ask(folder: Path, *words: str) -> str | None:
    # Nothing that the repository configures is run, nor is anybody asked for a password.
    quiet = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    command = ["git", "-c", "core.fsmonitor=false", *words]
    try:
        done = subprocess.run(  # noqa: S603 - the words are ours
            command,
            cwd=folder,
            env={**os.environ, **quiet},
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _without_credentials(url: str) -> str:
    """An address as others may see it; ``host:path``, which holds no password, as it is."""
    if "://" not in url:
        return url
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
