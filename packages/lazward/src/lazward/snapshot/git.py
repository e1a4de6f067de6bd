"""What git knows of a folder: which commit it is at, and whether anything was changed since."""

import os
import subprocess
import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit

_SECONDS = 10.0
"""For all questions together: a repository on a slow disk must not keep anybody from submitting."""


class Git(NamedTuple):
    """The state of a work tree.

    Attributes:
        commit: The id of the commit, "" before the first one.
        branch: The branch, "" where none is checked out.
        repository: The address of ``origin`` without credentials, "" without one.
        dirty: Whether files that git follows differ from the commit; None where git could not tell in time.
    """

    commit: str
    branch: str
    repository: str
    dirty: bool | None


def state(folder: Path) -> Git | None:
    """What git knows of a folder; None if it lies in no work tree, or git is missing or too slow."""
    end = time.monotonic() + _SECONDS
    if _ask(folder, end, "rev-parse", "--is-inside-work-tree") != "true":
        return None
    changed = _ask(folder, end, "status", "--porcelain", "--untracked-files=no", "--", ".")
    return Git(
        commit=_ask(folder, end, "rev-parse", "--verify", "HEAD") or "",
        branch=_ask(folder, end, "symbolic-ref", "--short", "HEAD") or "",
        repository=_without_credentials(_ask(folder, end, "remote", "get-url", "origin") or ""),
        dirty=None if changed is None else changed != "",
    )


def tags(found: Git | None) -> dict[str, str]:
    """What is known, in MLflow's words; nothing of what is not."""
    if found is None:
        return {}
    known = {"commit": found.commit, "branch": found.branch, "repoURL": found.repository}
    return {f"mlflow.source.git.{name}": value for name, value in known.items() if value}


def properties(found: Git | None) -> dict[str, str]:
    """The same in the words of ``azureml``, which has those of MLflow among its own."""
    if found is None:
        return {}
    known = {"repository_uri": found.repository, "branch": found.branch, "commit": found.commit}
    known["dirty"] = "" if found.dirty is None else str(found.dirty)
    return {f"azureml.git.{name}": value for name, value in known.items() if value} | tags(found)


def _ask(folder: Path, end: float, *words: str) -> str | None:
    """What git says, None if it fails or has not answered by then."""
    # The folder alone says which repository is meant; nobody is asked for a password.
    mine = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    quiet = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    command = ["git", "-c", "core.fsmonitor=false", *words]
    try:
        done = subprocess.run(  # noqa: S603 - the words are ours
            command,
            cwd=folder,
            env=mine | quiet,
            capture_output=True,
            text=True,
            timeout=max(0.0, end - time.monotonic()),
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _without_credentials(url: str) -> str:
    """An address as others may see it; ``host:path``, which holds no password, as it is."""
    if "://" not in url:
        return url
    try:
        parts = urlsplit(url)
    except ValueError:  # no address at all
        return ""
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
