"""TLS as the server speaks it: certificates are checked before they are used, and renewed ones taken up."""

import logging
import ssl
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lazward.errors import ConfigError

log = logging.getLogger("lazward.tls")

_SECONDS_BETWEEN_LOOKS = 60.0
_ANY_TIME = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME, for which Python has no name."""
_NO_PAIR = frozenset({"KEY_VALUES_MISMATCH", "KEY_TYPE_MISMATCH"})


@dataclass(frozen=True)
class Shown:
    """What a certificate says to clients.

    Attributes:
        names: Host names and addresses it is for.
        begins: When it becomes valid.
        ends: When it no longer is.
    """

    names: tuple[str, ...]
    begins: datetime
    ends: datetime

    def covers(self, host: str) -> bool:
        """Whether a client that asks for this host accepts the certificate."""
        above = host.partition(".")[2]
        return any(name in (host, f"*.{above}") for name in self.names)


def load(cert: Path, key: Path) -> tuple[ssl.SSLContext, Shown]:
    """TLS 1.2 and newer with the certificate in one PEM file and the key in another.

    Raises:
        ConfigError: A file cannot be used, they do not belong together, or the certificate is not valid now.
    """
    for file in (cert, key):
        _refuse_unreadable(file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    client = _client(cert)
    try:
        context.load_cert_chain(cert, key, password=lambda: _refuse_passphrase(key))
    except ssl.SSLError as error:
        if error.reason in _NO_PAIR:
            why = (
                f"The key in {key} does not belong to the certificate in {cert}; give the two made together."
            )
        else:
            why = f"{key} holds no private key in PEM form, or {cert} is damaged."
        raise ConfigError(why) from error
    return context, _valid_now(_shown(client, context, cert), cert)


class Certificate:
    """The certificate of a running server.

    Renewals replace files under a server that goes on. So the files are looked at when somebody connects,
    at most once in a while; what cannot be used is told to the log, and the older certificate stays.

    Args:
        cert: PEM file of the certificate and those between it and its root.
        key: PEM file of its private key.
        seconds: At least so long from one look at the files to the next.

    Attributes:
        context: What to listen with; whichever certificate is newest is shown.
    """

    def __init__(self, cert: Path, key: Path, seconds: float = _SECONDS_BETWEEN_LOOKS) -> None:
        self._cert = cert
        self._key = key
        self._seconds = seconds
        self._files = self._look()
        self._newest, _ = load(cert, key)
        self._next_look = time.monotonic() + seconds
        self.context = self._newest
        self.context.sni_callback = self._choose

    def _choose(self, connection: ssl.SSLObject, _name: str | None, _listening: ssl.SSLContext) -> None:
        """Called by each handshake, whether or not the client names a host."""
        if time.monotonic() >= self._next_look:
            self._next_look = time.monotonic() + self._seconds
            self._renew()
        connection.context = self._newest

    def _renew(self) -> None:
        try:
            files = self._look()
            if files == self._files:
                return
            self._newest, shown = load(self._cert, self._key)
        except (OSError, ConfigError) as error:
            log.warning("the certificate was not renewed, the older one stays: %s", error)
            return
        self._files = files
        log.info("took up the certificate in %s, valid until %s", self._cert, f"{shown.ends:%Y-%m-%d}")

    def _look(self) -> list[tuple[int, ...]]:
        found = [file.stat() for file in (self._cert, self._key)]
        return [(state.st_mtime_ns, state.st_ino, state.st_size) for state in found]


def _refuse_unreadable(file: Path) -> None:
    try:
        with file.open("rb") as content:
            content.read(1)
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}.") from error


def _refuse_passphrase(key: Path) -> str:
    raise ConfigError(
        f"The key in {key} is locked with a passphrase, and nobody is there to type it when a server starts."
        f" Unlock it: openssl pkey -in {key} -out NEW_FILE"
    )


def _client(cert: Path) -> ssl.SSLContext:
    """A client that believes this very certificate, whenever it is valid and whatever host it is for."""
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN | _ANY_TIME
    try:
        client.load_verify_locations(cert)
    except ssl.SSLError as error:
        raise ConfigError(
            f"{cert} holds no certificate in PEM form; such a file begins with -----BEGIN CERTIFICATE-----."
        ) from error
    return client


def _shown(client: ssl.SSLContext, server: ssl.SSLContext, cert: Path) -> Shown:
    """What a client sees, found out by a handshake in memory: Python reads certificates no other way."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    near = client.wrap_bio(to_client, to_server)
    far = server.wrap_bio(to_server, to_client, server_side=True)
    try:
        _shake_hands(near, far)
    except ssl.SSLError as error:
        raise ConfigError(f"No client would accept the certificate in {cert}: {error}.") from error
    found: dict[str, Any] = near.getpeercert() or {}
    names = tuple(name for kind, name in found.get("subjectAltName", ()) if kind in ("DNS", "IP Address"))
    return Shown(names, _time(found["notBefore"]), _time(found["notAfter"]))


def _shake_hands(*ends: ssl.SSLObject) -> None:
    waiting = list(ends)
    while waiting:
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            if end in waiting:
                waiting.remove(end)


def _valid_now(shown: Shown, cert: Path) -> Shown:
    now = datetime.now(UTC)
    if shown.ends <= now:
        raise ConfigError(f"The certificate in {cert} expired on {shown.ends:%Y-%m-%d}; renew it.")
    if shown.begins > now:
        raise ConfigError(
            f"The certificate in {cert} is valid only from {shown.begins:%Y-%m-%d %H:%M} UTC on; the clock of"
            f" this machine says {now:%Y-%m-%d %H:%M}."
        )
    return shown


def _time(text: str) -> datetime:
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(text), UTC)
