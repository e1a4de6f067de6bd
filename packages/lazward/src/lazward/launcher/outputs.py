"""Files that a script leaves in watched folders become artifacts, while it runs and when it has ended."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from lazward.errors import LazwardError
from lazward.launcher.desk import Desk

_EVERY = 5.0
_PROXY = "/api/2.0/mlflow-artifacts/artifacts/"
_PROXIED = "mlflow-artifacts"


class _Seen(NamedTuple):
    size: int
    modified: int


class Outputs:
    """Sends files inside a ``with`` block; ``finish`` sends all that is left.

    Args:
        desk: Whom to send to.
        artifact_uri: Where the run's artifacts lie.
        folder: The job's own folder.
        watched: Folders below it.

    Attributes:
        warnings: What could not be sent, and why.
    """

    def __init__(self, desk: Desk, artifact_uri: str, folder: Path, watched: Sequence[str]) -> None:
        self._desk = desk
        self._root = artifact_uri
        self._folder = folder
        self._watched = watched
        self._sent: dict[str, _Seen] = {}
        self._known: dict[str, _Seen] = {}
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lazward-outputs", daemon=True)
        self.warnings: list[str] = []

    def __enter__(self) -> "Outputs":
        for name in self._watched:
            (self._folder / name).mkdir(parents=True, exist_ok=True)
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
        for path, file, seen in self._files():
            if self._sent.get(path) != seen:
                self._try(path, file, seen, insist=True)

    def _run(self) -> None:
        while not self._ending.wait(_EVERY):
            for path, file, seen in self._files():
                settled = (
                    self._known.get(path) == seen
                )  # unchanged since the last look: it is not being written
                self._known[path] = seen
                if settled and self._sent.get(path) != seen and not self._ending.is_set():
                    self._try(path, file, seen, insist=False)

    def _try(self, path: str, file: Path, seen: _Seen, *, insist: bool) -> None:
        try:
            if insist:
                self._desk.insist(lambda: self._send(path, file))
            else:
                self._send(path, file)
        except (LazwardError, OSError) as error:
            if insist:
                self.warnings.append(f"{path} was not kept: {error}")
        else:
            self._sent[path] = seen

    def _send(self, path: str, file: Path) -> None:
        where = urlsplit(self._root)
        if where.scheme != _PROXIED:
            raise LazwardError(f"artifacts of this run lie at {self._root}, which jobs do not write to")
        whole = f"{where.path.strip('/')}/{path}"
        self._desk.at.send("PUT", _PROXY + quote(whole), content=file)

    def _files(self) -> Iterator[tuple[str, Path, _Seen]]:
        for name in self._watched:
            for file in sorted((self._folder / name).rglob("*")):
                try:
                    stat = file.stat()
                except OSError:  # gone by now, or a link to nowhere
                    continue
                if file.is_file():
                    path = file.relative_to(self._folder).as_posix()
                    yield path, file, _Seen(stat.st_size, stat.st_mtime_ns)
