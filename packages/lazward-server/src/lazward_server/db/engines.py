"""How connections to SQLite and PostgreSQL are opened, and what their failures mean."""

import importlib.util
import logging
import sqlite3
from typing import Any

import sqlalchemy
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from lazward.errors import ConfigError, InvalidRequest, LazwardError, StorageFull, Unavailable

log = logging.getLogger("lazward.db")

_CACHED_STATEMENTS = 512
_FULL = "The disk of the database is full; nothing was written. Free some space and try again."
DRIVER_ERRORS: tuple[type[Exception], ...] = (sqlite3.Error, SQLAlchemyError)
"""What opening a database may raise."""


def is_supported(url: str) -> bool:
    """Whether the URL is well-formed and of a database that can be used."""
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        return rest.startswith("/") and rest not in ("/", "/:memory:")
    try:
        sqlalchemy.make_url(url)
    except (ArgumentError, ValueError):
        return False
    return scheme in ("postgresql", "postgres")


def create(url: str) -> sqlalchemy.Engine:
    """An engine for the database at ``url``; nothing is opened yet.

    Raises:
        ConfigError: It names no file, or PostgreSQL's driver is not installed.
    """
    if url.startswith("sqlite:"):
        if not is_supported(url):  # SQLite would make a file of the URL's own name where the process runs
            raise ConfigError(f"The database {url!r} names no file; write sqlite:///PATH.")
        return _sqlite(url.removeprefix("sqlite:///"))
    if importlib.util.find_spec("psycopg") is None:
        raise ConfigError("PostgreSQL needs a driver: pip install 'lazward-server[postgres]'")
    return sqlalchemy.create_engine(
        "postgresql+psycopg" + url[url.index("://") :],
        poolclass=NullPool,
        connect_args={"prepare_threshold": 2},
    )


def memory() -> sqlalchemy.Engine:
    """SQLite in memory, where texts compare as in the others: each connection is a database of its own."""
    engine = sqlalchemy.create_engine(
        "sqlite://",
        poolclass=NullPool,
        connect_args={"check_same_thread": False, "isolation_level": None},
    )
    event.listen(engine, "connect", _tell_case)
    return engine


def _tell_case(connection: sqlite3.Connection, _: object) -> None:
    connection.execute("pragma case_sensitive_like=ON").close()


def writer(engine: sqlalchemy.Engine) -> sqlalchemy.Connection:
    """A connection whose transactions the caller begins and ends through the driver."""
    return engine.connect().execution_options(lazward_writer=True)


def reader(engine: sqlalchemy.Engine) -> sqlalchemy.Connection:
    """A connection for reading: one snapshot per transaction."""
    connection = engine.connect()
    if engine.dialect.name == "postgresql":
        return connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return connection


def _sqlite(path: str) -> sqlalchemy.Engine:
    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            path,
            isolation_level=None,  # transactions are begun below, not guessed by the driver
            check_same_thread=False,
            cached_statements=_CACHED_STATEMENTS,
            timeout=30,
        )
        if not connection.execute("pragma page_count").fetchone()[0]:
            # Counts only before anything is written (``db.space``). Afterwards it would be a write, which a
            # full disk refuses, and nobody could open a connection for reading there.
            connection.execute("pragma auto_vacuum=INCREMENTAL").close()
        # FULL: a commit is on the disk before it is answered, also after a power cut.
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "case_sensitive_like=ON",
            "cache_size=-16384",
            # Every commit empties the readers' own page caches; the kernel's, mapped in, stays.
            "mmap_size=268435456",
            "temp_store=MEMORY",
            "wal_autocheckpoint=4000",
        ):
            connection.execute(f"pragma {pragma}").close()
        return connection

    engine = sqlalchemy.create_engine("sqlite://", creator=connect, poolclass=NullPool)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: sqlalchemy.Connection) -> None:
    if connection.get_execution_options().get("lazward_writer"):
        return
    connection.exec_driver_sql("BEGIN")


def transient(error: BaseException) -> bool:
    """Whether the same group may pass when it is tried again: a deadlock or a lost connection."""
    state = _sqlstate(error)
    return state in ("40001", "40P01") or state.startswith(("08", "57P")) or _lost(error)


def concerns_all(error: BaseException) -> bool:
    """Whether a failure is the database's own, so that nothing of the group can be committed."""
    if transient(error) or _full(error):
        return True
    return isinstance(_original(error), sqlite3.OperationalError)


def reason(error: BaseException) -> str:
    """What is wrong, for who runs the server: the driver's words may name tables, hosts and statements."""
    return _FULL if _full(error) else str(_original(error))


def explain(error: BaseException) -> Exception:
    """The error to report to a client; what is not the database's is a fault of ours and stays what it is.

    What the driver says goes to the log, since a client is not to learn of statements and tables from it.
    """
    original = _original(error)
    if isinstance(original, OverflowError):  # how SQLite's driver names it
        return InvalidRequest("A number in the request is larger than 64 bits can hold.")
    if isinstance(original, LazwardError) or not _from_driver(original):
        return original
    if _full(error):
        return StorageFull(_FULL)
    text = str(original)
    if "NUL" in text or "\\x00" in text or _sqlstate(error) in ("22021", "22P05"):
        return InvalidRequest("Text must not contain NUL characters.")
    log.warning("the database refused a request: %s", text)
    if _sqlstate(error).startswith(("22", "54")):  # out of range, or too long for an index
        return InvalidRequest("A value of the request is larger or longer than the database can hold.")
    return Unavailable("The database did not take the request; the server's log tells why.")


def _full(error: BaseException) -> bool:
    return _sqlstate(error) in ("53100", "53200") or _sqlite_error(error) in (
        "SQLITE_FULL",
        "SQLITE_IOERR_SHMSIZE",
    )


def _from_driver(error: BaseException) -> bool:
    return isinstance(error, sqlite3.Error) or type(error).__module__.startswith("psycopg")


def _lost(error: BaseException) -> bool:
    return _from_driver(_original(error)) and "connection" in str(_original(error)) and not _sqlstate(error)


def _original(error: BaseException) -> Any:
    return getattr(error, "orig", None) or error


def _sqlite_error(error: BaseException) -> str:
    return getattr(_original(error), "sqlite_errorname", None) or ""


def _sqlstate(error: BaseException) -> str:
    return getattr(_original(error), "sqlstate", None) or ""
