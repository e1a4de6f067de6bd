"""The settings of compute targets that are hosts reached over SSH."""

from typing import Annotated

import msgspec

from lazward.wire.base import Answer, Request

Address = Annotated[str, msgspec.Meta(max_length=253, pattern=r"^[A-Za-z0-9_:][A-Za-z0-9._:%-]*$(?!\n)")]
Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
User = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[^\s\x00-\x1f]+$(?!\n)")]
HostKey = Annotated[
    str, msgspec.Meta(max_length=5000, pattern=r"^[a-z0-9@.-]+ [A-Za-z0-9+/=]+( [^\n]*)?$(?!\n)")
]
Python = Annotated[str, msgspec.Meta(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f]+$(?!\n)")]


class SshHost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One host. What is 0 of its processors and memory is as it was found when the target was made.

    Attributes:
        address: Its name or IP address, as the server reaches it.
        host_key: The key that it must show, as ``known_hosts`` has it: ``ssh-ed25519 AAAA...``.
        port: Where its sshd listens.
        slots: Jobs that it runs at once; each has its share of what the host has.
        cpus: Processors.
        memory_bytes: Memory.
        gpus: Graphics processors.
    """

    address: Address
    host_key: HostKey
    port: Port = 22
    slots: Annotated[int, msgspec.Meta(ge=1, le=1000)] = 1
    cpus: Annotated[int, msgspec.Meta(ge=0, le=100_000)] = 0
    memory_bytes: Annotated[int, msgspec.Meta(ge=0, le=2**60)] = 0
    gpus: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 0


class SshSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pool of hosts. The secrets are ``private_key``, ``passphrase`` of that key, and ``password``.

    Attributes:
        user: Whom the server signs in as, and jobs run as.
        hosts: The hosts.
        python: Their interpreter, 3.10 or newer.
        folder: Their folder for what jobs leave until they are over; below the user's home if it is relative.
        variables: More variables of launchers there, such as proxies, which jobs see too.
        agent: Whether the keys of the server's own agent are tried; only where the server allows it.
    """

    user: User
    hosts: Annotated[list[SshHost], msgspec.Meta(min_length=1, max_length=200)]
    python: Python = "python3"
    folder: Python = ".cache/lazward"
    variables: dict[str, str] = {}
    agent: bool = False


class AskHostKeys(Request, frozen=True, kw_only=True):
    """Which keys a host shows; nothing is signed in to."""

    address: Address
    port: Port = 22


class ShownKey(msgspec.Struct, frozen=True):
    """A key that a host shows.

    Attributes:
        host_key: The key, as ``SshHost`` takes it.
        fingerprint: What ``ssh-keygen -l`` prints of it.
    """

    host_key: str
    fingerprint: str


class ShownKeys(Answer):
    """The keys that a host shows, the one to be preferred first."""

    keys: list[ShownKey]
