"""Files that a script leaves in watched folders become artifacts, while it runs and when it has ended.

A link is followed to a file of the job's own folder only: what lies elsewhere on the machine, a data set or
somebody's keys, is not the job's result because a link leads there.
"""

import errno
import os
import re
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from lazward.errors import LazwardError
from lazward.launcher.desk import Desk
from lazward.launcher.own_log import say_why

_EVERY = 5.0
_AT_ONCE = 8
"""Files that are sent at the same time when the script has ended."""
_TAKEN = (errno.EEXIST, errno.ENOTDIR)
_PROXY = "/api/2.0/mlflow-artifacts/artifacts/"
_PROXIED = "mlflow-artifacts"
_NEVER = re.compile(r"[#?\\\x00-\x1f\x7f]")
"""What MLflow lets nobody call an artifact."""


class _Seen(NamedTuple):
    size: int
    modified: int


class _Found(NamedTuple):
    path: str
    file: Path
    seen: _Seen


class Outputs:
    """Sends files inside a ``with`` block; ``finish`` sends all that is left.

    Args:
        desk: Whom to send to.
        artifact_uri: Where the run's artifacts lie.
        folder: The job's own folder.
        watched: Folders below it.
        files: Files below it.
    """

    def __init__(
        self, desk: Desk, artifact_uri: str, folder: Path, watched: Sequence[str], files: Sequence[str] = ()
    ) -> None:
        self._desk = desk
        self._root = artifact_uri
        self._folder = folder
        self._real = folder.resolve()
        self._watched = watched
        self._named = files
        self._sent: dict[str, _Seen] = {}
        self._known: dict[str, _Seen] = {}
        self._trouble: dict[str, str] = {}
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lazward-outputs", daemon=True)

    @property
    def warnings(self) -> list[str]:
        """What could not be sent, and why."""
        return list(self._trouble.values())

    def __enter__(self) -> "Outputs":
        for name in self._watched:
            self._make(self._folder / name)
        for name in self._named:
            self._make((self._folder / name).parent)
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._ending.set()
        self._thread.join()

    def finish(self) -> None:
        """Send what was not sent as it is now; waits for a server that is away."""
        self._ending.set()
        self._thread.join()
        left = [found for found in self._files() if self._sent.get(found.path) != found.seen]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(self._insist, left))

    def _run(self) -> None:
        while not self._ending.wait(_EVERY):
            self._look()

    def _look(self) -> None:
        try:
            self._send_changed()
        except Exception:  # noqa: BLE001 - the next look may go well
            say_why()

    def _send_changed(self) -> None:
        """Send what has changed, and is not being written any more."""
        for found in self._files():
            settled = self._known.get(found.path) == found.seen
            self._known[found.path] = found.seen
            if self._ending.is_set() or self._desk.closed.is_set():
                return
            if settled and self._sent.get(found.path) != found.seen:
                self._try(found)

    def _try(self, found: _Found) -> None:
        try:
            self._send(found)
        except (LazwardError, OSError, ValueError):
            return  # it is tried again
        self._sent[found.path] = found.seen

    def _insist(self, found: _Found) -> None:
        if self._desk.closed.is_set():
            return
        try:
            self._desk.insist(lambda: self._send(found))
        except (LazwardError, OSError, ValueError) as error:  # names that are no text are ValueErrors
            self._warn(found.path, f"was not kept: {error}")

    def _send(self, found: _Found) -> None:
        where = urlsplit(self._root)
        if where.scheme != _PROXIED:
            raise LazwardError(f"artifacts of this run lie at {self._root}, which jobs do not write to.")
        if wrong := _NEVER.search(found.path):
            raise LazwardError(f"no artifact's name can hold {wrong.group()!r}; give it another one.")
        whole = f"{where.path.strip('/')}/{found.path}"
        self._desk.at.send("PUT", _PROXY + quote(whole), content=found.file)

    def _make(self, folder: Path) -> None:
        """Make a watched folder, unless what was submitted has something else in its place."""
        try:
            if self._leads_where(folder) is None:
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            if error.errno not in _TAKEN:
                raise

    def _files(self) -> Iterator[_Found]:
        """All that is watched, each file once, though a watched folder may lie below another."""
        return iter({found.path: found for found in self._all()}.values())

    def _all(self) -> Iterator[_Found]:
        for name in (*self._watched, *self._named):
            place = self._folder / name
            if wrong := self._leads_where(place):
                self._warn(name, f"was not kept: it is a link {wrong}.")
            elif name in self._watched:
                yield from self._below(place)
            elif found := self._file(place):
                yield found

    def _leads_where(self, folder: Path) -> str | None:
        """Where a watched folder leads that is a link; None if it is the job's own."""
        try:
            folder.stat()
        except OSError as error:
            if error.errno == errno.ELOOP:
                return "in a circle"
        own = folder.resolve().is_relative_to(self._real)
        return None if own else "out of the job's folder"

    def _below(self, folder: Path) -> Iterator[_Found]:
        try:
            with os.scandir(folder) as entries:
                there = sorted(entries, key=lambda entry: entry.name)
        except OSError:  # gone by now, or no folder
            return
        for entry in there:
            if entry.is_dir(follow_symlinks=False):
                yield from self._below(Path(entry.path))
            elif found := self._file(Path(entry.path)):
                yield found

    def _file(self, file: Path) -> _Found | None:
        path = file.relative_to(self._folder).as_posix()
        try:
            if file.is_symlink() and not self._may_follow(file, path):
                return None
            stat = file.stat()
            return _Found(path, file, _Seen(stat.st_size, stat.st_mtime_ns)) if file.is_file() else None
        except (OSError, RuntimeError):  # gone by now, or links in a circle
            return None

    def _may_follow(self, link: Path, path: str) -> bool:
        real = link.resolve(strict=True)
        if not real.is_relative_to(self._real):
            self._warn(path, "was not kept: it is a link out of the job's folder. Copy the file instead.")
        elif real.is_dir():
            self._warn(path, "was not kept: it is a link to a folder. Copy the folder instead.")
        else:
            return True
        return False

    def _warn(self, path: str, what: str) -> None:
        shown = path.encode(errors="backslashreplace").decode()  # not every name is text
        self._trouble[path] = f"{shown} {what.encode(errors='backslashreplace').decode()}"
