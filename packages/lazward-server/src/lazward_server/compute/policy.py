"""Whether the server runs other people's scripts as itself."""

from typing import Any

from lazward.errors import PermissionDenied
from lazward_server.compute import kinds
from lazward_server.settings import Settings


def check_allowed(settings: Settings, kind: str, told: Any) -> None:
    """Refuse a target whose jobs run as the server's own user where the server was not asked to have any.

    Args:
        settings: The server's.
        kind: The target's kind.
        told: The target's settings, as they travel.

    Raises:
        PermissionDenied: It was not.
        InvalidRequest: There is no such kind, or its settings do not fit.
    """
    engine = kinds.find(kind)
    if not settings.runs_jobs and engine.as_server(kinds.read(engine, told)):
        raise PermissionDenied(
            "This server can be reached from other machines, and its own runs no jobs unless it is started"
            " with --jobs on: they run as the user whom the server runs as, and can read what it can."
        )
