"""Messages about the server itself."""

import msgspec


class ServerStatus(msgspec.Struct, frozen=True):
    """How a server stands.

    Attributes:
        version: Of Lazward.
        protocol: The MLflow release whose REST protocol is spoken.
        database: ``sqlite`` or ``postgresql``.
        artifacts: Where artifacts are kept, as the scheme of a URL: ``file``, ``s3`` and so on.
        disk_total_bytes: The size of the disk with the server's own folder.
        disk_free_bytes: What of that is free for the server.
    """

    version: str
    protocol: str
    database: str
    artifacts: str
    disk_total_bytes: int
    disk_free_bytes: int
