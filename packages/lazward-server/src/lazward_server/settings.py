"""The server's settings: one frozen value, made once and handed down."""

import ipaddress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """How one server process was asked to run.

    Attributes:
        home: Folder of the database, the artifacts and the lock, mode 0700.
        host: Address to listen on.
        port: TCP port to listen on.
        database: ``sqlite:///PATH`` or ``postgresql://...``.
        artifacts: Root of all artifacts, ``file:///PATH`` or an object store's URL.
        workers: Processes that serve; more than one needs PostgreSQL.
        auth: Whether callers must show a token.
        access_token_seconds: How long an access token lives.
        log_level: ``debug``, ``info``, ``warning`` or ``error``.
    """

    home: Path
    database: str
    artifacts: str
    host: str = "127.0.0.1"
    port: int = 8421
    workers: int = 1
    auth: bool = True
    access_token_seconds: int = 3600
    log_level: str = "info"
    max_body: int = 32 * 2**20

    @property
    def url(self) -> str:
        """Where a client on this machine reaches the server."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - nothing is bound here
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def addresses(self) -> tuple[str, ...]:
        """All names by which a client on this machine may call the server."""
        local = "127.0.0.1" in self.url or "localhost" in self.url
        return (
            tuple({self.url, f"http://127.0.0.1:{self.port}", f"http://localhost:{self.port}"})
            if local
            else (self.url,)
        )

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the server."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def sqlite(self) -> bool:
        """Whether the database is the embedded one."""
        return self.database.startswith("sqlite:")
