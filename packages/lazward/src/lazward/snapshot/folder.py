"""What of a folder goes into its snapshot, and whether that is little enough."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from lazward.errors import InvalidRequest, SnapshotError
from lazward.snapshot.ignore import NAMES, Rules, ignored, rules_of
from lazward.wire import snapshots as wire

_SHOWN = 3
"""How many of what takes most room are named."""


class Found(NamedTuple):
    """A file that goes in.

    Attributes:
        path: Where it lies in the snapshot.
        file: Where it is now.
        size: Bytes.
        executable: Whether its owner may run it.
    """

    path: str
    file: Path
    size: int
    executable: bool


def listed(folder: Path) -> list[Found]:
    """The files of a folder that are not ignored, by path.

    Links are followed as long as they stay in the folder.

    Raises:
        SnapshotError: It is no folder, something in it cannot be read or leads out of it, or it is too large.
    """
    if not folder.is_dir():
        raise SnapshotError(f"{folder} is not a folder.")
    found: list[Found] = []
    root = folder.resolve()
    for one in _walk(root, root, "", [], [root]):
        found.append(one)
        if len(found) > wire.MOST_FILES:
            raise _too_many(folder, found)
    if sum(one.size for one in found) > wire.MOST_BYTES:
        raise _too_large(folder, found)
    return sorted(found)


def _walk(
    root: Path, folder: Path, below: str, rules: Sequence[Rules], through: Sequence[Path]
) -> Iterator[Found]:
    """The files below a folder; ``through`` are the folders that led to it, as they really are."""
    rules = [*rules, *rules_of(folder, below)]
    for entry in _entries(folder):
        path = below + entry.name
        if entry.is_symlink() and _stays_out(root, Path(entry.path), path, rules, through):
            continue
        if entry.is_dir():
            if not ignored(f"{path}/", rules):
                real = Path(entry.path).resolve()
                yield from _walk(root, Path(entry.path), f"{path}/", rules, [*through, real])
        elif entry.is_file() and not ignored(path, rules):
            yield _found(path, entry)


def _entries(folder: Path) -> "list[os.DirEntry[str]]":
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise SnapshotError(f"{folder} cannot be read: {error.strerror}.") from error


def _found(path: str, entry: "os.DirEntry[str]") -> Found:
    try:
        wire.check_path(path)
    except (InvalidRequest, UnicodeEncodeError):
        raise SnapshotError(
            f"{path!r} has a name that not every system can hold; rename it, or ignore it in {NAMES[0]}."
        ) from None
    try:
        stat = entry.stat()
    except OSError as error:
        raise SnapshotError(f"{path!r} cannot be read: {error.strerror}.") from error
    return Found(path, Path(entry.path), stat.st_size, bool(stat.st_mode & 0o100))


def _stays_out(root: Path, link: Path, path: str, rules: Sequence[Rules], through: Sequence[Path]) -> bool:
    """Whether a link is ignored; one that is not must lead to something else in the folder."""
    if ignored(path, rules) or ignored(f"{path}/", rules):
        return True
    where = _leads(root, link, through)
    if where is None:
        return False
    raise SnapshotError(
        f"The link {path!r} leads {where}; copy what it stands for, or ignore it in {NAMES[0]}."
    )


def _leads(root: Path, link: Path, through: Sequence[Path]) -> str | None:
    """Where a link leads that cannot be followed; None for one that can."""
    try:
        real = link.resolve(strict=True)
    except (OSError, RuntimeError):  # nothing there, or in a circle
        return "nowhere"
    if real in through:
        return "back to a folder that holds it"
    return None if real.is_relative_to(root) else "out of the folder"


def _too_many(folder: Path, found: Sequence[Found]) -> SnapshotError:
    counted = Counter(_top(one.path) for one in found)
    most = ", ".join(f"{name} ({count})" for name, count in counted.most_common(_SHOWN))
    return SnapshotError(
        f"{folder} has more than {wire.MOST_FILES} files, many of them in {most}. Ignore what the script does"
        f" not need in {NAMES[0]}, whose rules are those of {NAMES[1]}."
    )


def _too_large(folder: Path, found: Sequence[Found]) -> SnapshotError:
    counted: Counter[str] = Counter()
    for one in found:
        counted[_top(one.path)] += one.size
    most = ", ".join(f"{name} ({_mib(size)})" for name, size in counted.most_common(_SHOWN))
    return SnapshotError(
        f"{folder} has {_mib(sum(counted.values()))}, more than the {_mib(wire.MOST_BYTES)} that a snapshot"
        f" may have, most of it in {most}. Ignore what the script does not need in {NAMES[0]}, whose rules"
        f" are those of {NAMES[1]}."
    )


def _top(path: str) -> str:
    name, slash, _ = path.partition("/")
    return name + slash


def _mib(size: int) -> str:
    return f"{size / 2**20:.1f} MiB"
