"""Whose certificates are believed, and in words what is wrong with one that is not.

A server's certificate may come from a private authority: a company's own, or one made for this server alone.
The authority's certificate is remembered for the server (``lazward config --ca FILE``) or named by the
environment; it then counts instead of the public authorities. Only MLflow's own variable turns the check off,
for its requests and ours alike: a script whose points arrive must not wait for its files.
"""

import contextlib
import os
import socket
import ssl
import urllib.request

from lazward.client import credentials
from lazward.client.address import ServerAddress
from lazward.errors import ConfigError, ServerUnreachable

VARIABLES = ("LAZWARD_CA_BUNDLE", "MLFLOW_TRACKING_SERVER_CERT_PATH", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
"""Name a PEM file of authorities, or a folder of such in OpenSSL's form; the first one that is set counts."""
UNCHECKED = "MLFLOW_TRACKING_INSECURE_TLS"
"""MLflow's: with ``true`` or ``1`` any certificate is taken, so that whoever is in between reads along."""

_SECONDS = 5.0
_EXPIRED, _NOT_YET = 10, 9
_UNKNOWN_ISSUER = frozenset({18, 19, 20, 21})
_OTHER_NAME = frozenset({62, 64})
_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"})
_HUNG_UP = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)
_believed: set[tuple[str, str | None]] = set()


def bundle(server: ServerAddress) -> str | None:
    """Where this server's authorities are: as remembered, or the environment's; None: the public ones."""
    if server.scheme != "https":
        return None
    return credentials.read_ca(server.url) or next(filter(None, map(os.environ.get, VARIABLES)), None)


def unchecked() -> bool:
    """Whether the user has asked that no certificate is checked."""
    return os.environ.get(UNCHECKED, "").lower() in ("true", "1")


def context(server: ServerAddress) -> ssl.SSLContext | None:
    """What to verify this server with; None stands for the public authorities.

    Raises:
        ConfigError: The file of the authorities cannot be used.
    """
    if unchecked():
        return _believing_anybody()
    path = bundle(server)
    return None if path is None else load(path)


def load(path: str) -> ssl.SSLContext:
    """A context that believes the authorities in a file or folder, and no others.

    Raises:
        ConfigError: It cannot be read, or holds no certificate.
    """
    try:
        if os.path.isdir(path):
            return ssl.create_default_context(capath=path)
        return ssl.create_default_context(cafile=path)
    except ssl.SSLError as error:
        raise ConfigError(
            f"{path} holds no certificate in PEM form, so no server can be checked by it."
        ) from error
    except OSError as error:
        raise ConfigError(
            f"{path}, named as the file of certificate authorities, cannot be read: {error.strerror}."
        ) from error


def check(server: ServerAddress) -> None:
    """Make sure that the server's certificate is believed; asked once by each process.

    MLflow tries again for minutes whatever the reason, and names it in OpenSSL's words. Whether the server is
    there at all is left to whoever sends the request.

    Raises:
        ServerUnreachable: The certificate is not believed, or it is no TLS that the server speaks.
        ConfigError: The file of the authorities cannot be used.
    """
    key = (server.key, bundle(server))
    if unchecked() or server.scheme != "https" or key in _believed or _through_proxy(server):
        return
    try:
        _shake_hands(server, context(server) or public())
    except OSError as error:
        if why := explain(error, server):
            raise ServerUnreachable(why) from error
    else:
        _believed.add(key)


def _believing_anybody() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def explain(error: BaseException, server: ServerAddress) -> str | None:
    """What is wrong with the server's TLS and what to do about it; None if it is the network that failed."""
    found = _tls_error(error)
    if found is None or isinstance(found, _HUNG_UP):
        return None
    if isinstance(found, ssl.SSLCertVerificationError):
        return _about_certificate(found, server)
    if found.reason in _NO_TLS:
        return f"{server.url} does not speak TLS; if it serves plain http, its address is http://{server.netloc}."
    return f"TLS with {server.url} failed: {found.reason or found}."


def _about_certificate(error: ssl.SSLCertVerificationError, server: ServerAddress) -> str:
    code, host = error.verify_code, server.host
    if code == _EXPIRED:
        return f"The certificate of {host} has expired; whoever runs {server.url} has to renew it."
    if code == _NOT_YET:
        return f"The certificate of {host} is not valid yet; is the clock of this machine right?"
    if code in _OTHER_NAME:
        return (
            f"The certificate of {server.url} is made for another name than {host}; use the address that"
            " whoever runs the server gave you."
        )
    if code in _UNKNOWN_ISSUER:
        by = f", which {bundle(server)} does not hold" if bundle(server) else " that is not known here"
        return (
            f"The certificate of {host} comes from an authority{by}. If it is your company's or the server's"
            " own, get the authority's certificate from whoever runs it, and remember it with"
            f" `lazward config --server {server.url} --ca FILE`, or name it in LAZWARD_CA_BUNDLE."
        )
    return f"The certificate of {host} is not accepted: {error.verify_message}."


def _tls_error(error: BaseException | None) -> ssl.SSLError | None:
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error


def _shake_hands(server: ServerAddress, known: ssl.SSLContext) -> None:
    with (
        socket.create_connection((server.host, server.port), timeout=_SECONDS) as sock,
        known.wrap_socket(sock, server_hostname=server.host),
    ):
        pass


def public() -> ssl.SSLContext:
    """A context that believes the public authorities."""
    import certifi

    return ssl.create_default_context(cafile=certifi.where())


def _through_proxy(server: ServerAddress) -> bool:
    with contextlib.suppress(OSError):
        return "https" in urllib.request.getproxies() and not urllib.request.proxy_bypass(server.host)
    return False
