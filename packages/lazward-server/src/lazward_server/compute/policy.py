"""Whether the server runs other people's scripts on its own machine."""

from lazward.errors import PermissionDenied
from lazward_server.compute.kinds import CLUSTER, SLURM
from lazward_server.settings import Settings

_AS_ITSELF = (CLUSTER, SLURM)
"""Kinds whose jobs run as the user whom the server runs as; Slurm's nodes most often share its files too."""


def check_allowed(settings: Settings, kind: str) -> None:
    """Refuse a cluster, and what is to run on one, where the server was not asked to have any.

    Raises:
        PermissionDenied: It was not.
    """
    if kind in _AS_ITSELF and not settings.runs_jobs:
        raise PermissionDenied(
            "This server can be reached from other machines, and its own runs no jobs unless it is started"
            " with --jobs on: they run as the user whom the server runs as, and can read what it can."
        )
