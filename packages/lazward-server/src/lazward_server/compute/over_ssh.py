"""Running programs on another machine over SSH, through one connection that is kept and renewed."""

import asyncio
import contextlib
import functools
import shlex
import threading
from collections.abc import Coroutine, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from typing import Any, TypeVar

import asyncssh

from lazward.errors import InvalidRequest, Unavailable
from lazward.wire.ssh import ShownKey
from lazward_server.compute.commands import Commands, Ran

T = TypeVar("T")

_PORT = 22
_CONNECTING = 10.0
"""Seconds in which a host must have let us in."""
_ALIVE = 15.0
"""Seconds of silence after which one looks whether a host is there; after three in vain it is not."""
_PREFERRED = ("ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512")
"""Kinds of keys that hosts are asked for, one after the other: a host shows one of each."""


@dataclass(frozen=True)
class Way:
    """How a host is reached.

    Attributes:
        address: Its name or IP address.
        port: Where its sshd listens.
        user: Whom to sign in as.
        host_key: The key that it must show, as ``known_hosts`` has it.
        private_key: What to sign in with, as OpenSSH or PEM text.
        passphrase: Of that key.
        password: What to sign in with besides.
        agent: Whether the keys of the server's own agent are tried.
    """

    address: str
    port: int
    user: str
    host_key: str
    private_key: str = field(default="", repr=False)
    passphrase: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    agent: bool = False

    @property
    def name(self) -> str:
        """What people call it."""
        return self.address if self.port == _PORT else f"{self.address}:{self.port}"


class OverSsh(Commands):
    """On a host; see ``commands.Commands``.

    What is run gets its words through the login shell of the user, quoted for it.

    Args:
        way: How the host is reached.

    Raises:
        InvalidRequest: A key cannot be read.
    """

    def __init__(self, way: Way) -> None:
        self._way = way
        self._options, self._key = _read(way)
        self._connection: asyncssh.SSHClientConnection | None = None
        self._opening: asyncio.Lock | None = None

    def run(self, argv: Sequence[str], stdin: bytes = b"", seconds: float = 30) -> Ran:
        """See ``Commands``."""
        return _wait(self._run(shlex.join(argv), stdin, seconds))

    def close(self) -> None:
        """See ``Commands``."""
        _loop().call_soon_threadsafe(self._drop)

    async def _run(self, command: str, stdin: bytes, seconds: float) -> Ran:
        try:
            process = await self._begin(command)
            async with asyncio.timeout(seconds):
                stdout, stderr = await process.communicate(stdin)
        except TimeoutError:
            self._drop()
            raise self._unavailable(f"did not answer within {seconds:g} seconds") from None
        except (asyncssh.Error, OSError) as error:
            self._drop()
            raise self._unavailable(f"was lost: {_words(error)}") from error
        status = process.exit_status
        if status is None:
            self._drop()
            raise self._unavailable("was lost before the end of a command")
        return Ran(status, _bytes(stdout), _bytes(stderr))

    async def _begin(self, command: str) -> "asyncssh.SSHClientProcess[bytes]":
        """Begin a command; on a new connection if the one that was kept is dead, which one only finds now."""
        kept = self._connection is not None
        try:
            connection = await self._connected()
            return await asyncio.wait_for(connection.create_process(command, encoding=None), _CONNECTING)
        except (asyncssh.Error, OSError) as error:
            self._drop()
            if not kept:
                raise self._unavailable(_words(error)) from error
        connection = await self._connected()
        return await asyncio.wait_for(connection.create_process(command, encoding=None), _CONNECTING)

    async def _connected(self) -> asyncssh.SSHClientConnection:
        self._opening = self._opening or asyncio.Lock()
        async with self._opening:
            if self._connection is None:
                self._connection = await self._connect()
            return self._connection

    async def _connect(self) -> asyncssh.SSHClientConnection:
        way = self._way
        try:
            return await asyncio.wait_for(self._sign_in(), _CONNECTING)
        except TimeoutError:
            raise self._unavailable(f"does not let us in within {_CONNECTING:g} seconds") from None
        except asyncssh.HostKeyNotVerifiable as error:
            raise self._unavailable(_other_key(way)) from error
        except asyncssh.PermissionDenied as error:
            raise self._unavailable(
                f"refuses the user '{way.user}' with the key or password that the target has"
            ) from error
        except (asyncssh.Error, OSError) as error:
            raise self._unavailable(f"does not answer: {_words(error)}") from error

    async def _sign_in(self) -> asyncssh.SSHClientConnection:
        """Sign in with the key that is given or the agent's, never with those in the server's own home."""
        keys: list[Any] = [self._key] if self._key else []
        if not self._way.agent:
            return await self._connect_with(keys)
        agent = await asyncssh.connect_agent()
        try:
            return await self._connect_with([*keys, *await agent.get_keys()])
        finally:
            agent.close()

    async def _connect_with(self, keys: "list[Any]") -> asyncssh.SSHClientConnection:
        way = self._way
        # An empty list would stand for the keys in the home; None stands for none.
        return await asyncssh.connect(way.address, way.port, client_keys=keys or None, options=self._options)

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.abort()
            self._connection = None

    def _unavailable(self, what: str) -> Unavailable:
        return Unavailable(f"The host {self._way.name} {what}.")


def shown_keys(address: str, port: int) -> list[ShownKey]:
    """The keys that a host shows, before anybody is signed in.

    Raises:
        InvalidRequest: It shows none.
    """
    return _wait(_shown_keys(address, port))


async def _shown_keys(address: str, port: int) -> list[ShownKey]:
    found: list[ShownKey] = []
    failure: Exception | None = None
    for kind in _PREFERRED:
        asking = asyncssh.get_server_host_key(address, port, server_host_key_algs=[kind], config=None)
        try:
            key = await asyncio.wait_for(asking, _CONNECTING)
        except asyncssh.KeyExchangeFailed:  # it has none of this kind
            continue
        except (asyncssh.Error, OSError) as error:
            failure = error
            break
        if key is not None:
            found.append(ShownKey(key.export_public_key().decode().strip(), key.get_fingerprint()))
    if not found:
        raise InvalidRequest(f"{address}:{port} shows no key of a host: {_words(failure)}.")
    return found


def _read(way: Way) -> tuple[asyncssh.SSHClientConnectionOptions, asyncssh.SSHKey | None]:
    try:
        trusted = asyncssh.import_public_key(way.host_key)
        key = _private_key(way) if way.private_key else None
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        raise InvalidRequest(f"A key of the host {way.name} cannot be read: {error}.") from error
    options = asyncssh.SSHClientConnectionOptions(
        username=way.user,
        password=way.password or None,
        client_keys=None,
        agent_path=None,
        known_hosts=([trusted], [], []),  # pyright: ignore[reportUnknownArgumentType] - their lists of anything
        config=None,
        connect_timeout=_CONNECTING,
        login_timeout=_CONNECTING,
        keepalive_interval=_ALIVE,
        keepalive_count_max=3,
    )
    return options, key


def _private_key(way: Way) -> asyncssh.SSHKey:
    return asyncssh.import_private_key(way.private_key, way.passphrase or None)


def _other_key(way: Way) -> str:
    fingerprint = asyncssh.import_public_key(way.host_key).get_fingerprint()
    return (
        f"shows another key than the one that it was attached with ({fingerprint}). Either it was set up"
        " anew, and the target needs its new key, or somebody is in between; nothing was sent to it"
    )


def _words(error: Exception | None) -> str:
    """What went wrong, as an operating system or SSH says it."""
    if error is None:
        return "it closed the connection"
    return (
        getattr(error, "reason", "") or getattr(error, "strerror", None) or str(error) or type(error).__name__
    )


def _bytes(text: "bytes | str | None") -> bytes:
    return text if isinstance(text, bytes) else (text or "").encode()


@functools.cache
def _loop() -> asyncio.AbstractEventLoop:
    """The one loop of all connections, in a thread of its own that ends with the process."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="lazward-ssh", daemon=True).start()
    return loop


def _wait(coroutine: Coroutine[Any, Any, T]) -> T:
    future = asyncio.run_coroutine_threadsafe(coroutine, _loop())
    with contextlib.suppress(CancelledError):
        return future.result()
    raise Unavailable("The connection was closed.")
