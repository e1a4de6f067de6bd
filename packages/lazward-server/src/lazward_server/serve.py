"""Serving requests on a socket, in this process or in several, until told to stop."""

import functools
import logging
import resource
import signal
import socket
import ssl
import sys
from collections.abc import Callable

from lazward.errors import ConfigError
from lazward_server import processes
from lazward_server.settings import Settings
from lazward_server.tls import Certificate

_SECONDS_TO_FINISH = 30
_BACKLOG = 2048
_MOST_FILES = 65_536


def configure_logging(settings: Settings) -> None:
    """Send what the server has to say to standard error."""
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for library in ("alembic", "asyncssh", "httpx"):
        logging.getLogger(library).setLevel(logging.WARNING)


def listen(settings: Settings) -> socket.socket:
    """Take the port.

    Raises:
        ConfigError: It is taken, or the host is not this machine's.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # The protocol is named because asyncio turns Nagle's delay off only for sockets that say TCP.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((settings.host, settings.port))
        sock.listen(_BACKLOG)
    except (OSError, TypeError, UnicodeError) as error:
        sock.close()
        why = getattr(error, "strerror", None) or "it is not a host's name"
        raise ConfigError(
            f"Cannot listen on {settings.host}:{settings.port}: {why}. Choose another --port or --host."
        ) from error
    return sock


def serve(settings: Settings, sock: socket.socket) -> None:
    """Answer requests until SIGTERM or Ctrl-C; what was accepted by then is still answered."""
    if settings.workers > 1:
        processes.keep(settings.workers, _serve_here, settings, sock)
    else:
        _serve_here(settings, sock)


def _serve_here(settings: Settings, sock: socket.socket) -> None:
    import uvicorn

    from lazward_server.app import create_app
    from lazward_server.http.protocol import SECONDS_IDLE, Protocol

    configure_logging(settings)
    _allow_many_connections()
    debug = settings.log_level == "debug"
    config = uvicorn.Config(
        functools.partial(create_app, settings),
        factory=True,
        lifespan="on",
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        http=Protocol,
        ws="none",
        log_level="debug" if debug else "warning",
        access_log=debug,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=SECONDS_IDLE,
        timeout_graceful_shutdown=_SECONDS_TO_FINISH,
        backlog=_BACKLOG,
        ssl_context_factory=_tls(settings),
    )
    # Once it has finished, uvicorn raises the signal again; being told to stop is no failure.
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(0))
    uvicorn.Server(config).run(sockets=[sock])


def _tls(settings: Settings) -> Callable[..., ssl.SSLContext] | None:
    if settings.tls_cert is None or settings.tls_key is None:
        return None
    certificate = Certificate(settings.tls_cert, settings.tls_key)
    return lambda *_: certificate.context


def _allow_many_connections() -> None:
    """Shells start programs with room for a thousand open files, of which each connection is one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(_MOST_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
