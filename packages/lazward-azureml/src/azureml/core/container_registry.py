"""Registries of Docker images."""

from typing import Any

import msgspec


class ContainerRegistry(msgspec.Struct, rename="camel"):
    """Where images come from, and who may have them. The password is never shown.

    Attributes:
        address: Host of the registry.
        username: Whom it knows.
        password: By what it knows them. It stays in this process: files and the server never get it, so a
            machine that must pull from the registry is signed in there with ``docker login``.
    """

    address: str | None = None
    username: str | None = None
    password: str | None = None

    def __repr__(self) -> str:
        hidden = None if self.password is None else "***"
        return f"ContainerRegistry(address={self.address!r}, username={self.username!r}, password={hidden!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        hidden = None if self.password is None else "***"
        return [("address", self.address), ("username", self.username), ("password", hidden)]
