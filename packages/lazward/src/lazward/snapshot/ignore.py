"""Which files of a folder stay out of its snapshot: ``.amlignore`` where there is one, else ``.gitignore``.

The rules are git's, with a file of them in any folder for what lies below it. A folder that is ignored is
not looked into, so nothing in it can be taken back in.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from lazward.errors import SnapshotError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

NAMES = (".amlignore", ".gitignore")
NEVER = frozenset({".git", "__pycache__", ".ipynb_checkpoints"})
"""Names that are no part of anybody's work."""
_FOLDER = "ps_d"
"""The group in the expressions of pathspec 1 that holds the slash after a folder."""


class Rules(NamedTuple):
    """The rules of one folder.

    Attributes:
        folder: Its path with a ``/`` at the end, "" for the whole.
        spec: What they match.
    """

    folder: str
    spec: "GitIgnoreSpec"


def rules_of(folder: Path, below: str) -> list[Rules]:
    """The rules that a folder has for what lies below it; none or one.

    Args:
        folder: Where it is.
        below: Its path in the snapshot with a ``/`` at the end, "" for the whole.

    Raises:
        SnapshotError: They are there and cannot be read.
    """
    from pathspec import GitIgnoreSpec  # costs a tenth of a second, which only who submits should pay

    for file in (folder / name for name in NAMES):
        if file.is_file():
            try:
                lines = file.read_text(encoding="utf-8-sig").splitlines()
                return [Rules(below, GitIgnoreSpec.from_lines(lines))]
            except (OSError, ValueError) as error:
                raise SnapshotError(f"The rules in {file} cannot be used: {error}") from error
    return []


def ignored(path: str, rules: Sequence[Rules]) -> bool:
    """Whether a file, or a folder if its path ends in ``/``, stays out: the innermost rules decide first."""
    if path.rstrip("/").rpartition("/")[2] in NEVER:
        return True
    for one in reversed(rules):
        decision = _decided(one.spec, path[len(one.folder) :])
        if decision is not None:
            return decision
    return False


def _decided(spec: "GitIgnoreSpec", path: str) -> bool | None:
    """What the last rule says that is about this very path; None if none is.

    A folder that stays out is not looked into, so what a rule says of a folder is no answer about what lies
    in it, as it would be for pathspec: ``!*/`` lets folders in, and leaves their files to the other rules.
    """
    decision = None
    patterns: Any = spec.patterns  # of which only some have types
    for pattern in patterns:
        if pattern.include is not None and _is_about(pattern.regex, path):
            decision = pattern.include
    return decision


def _is_about(regex: "re.Pattern[str]", path: str) -> bool:
    """Whether a rule is about a path itself; pathspec marks the slash of the folder that it is about."""
    if _FOLDER not in regex.groupindex:
        return regex.search(path) is not None
    return any(found[_FOLDER] is None or found.end(_FOLDER) == len(path) for found in regex.finditer(path))
