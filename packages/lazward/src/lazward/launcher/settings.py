"""What a launcher is told by its environment, and takes out of it, since not all of it is for the script."""

import os
import shlex
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from lazward.client import uri
from lazward.client.address import ServerAddress
from lazward.client.uri import WorkspaceUri
from lazward.errors import ConfigError

MARK = "LAZWARD_LAUNCH"
"""A variable that all has which a launcher starts, so that whoever started the launcher finds it again."""


@dataclass(frozen=True)
class Settings:
    """Which job to run, and where.

    Attributes:
        where: The workspace.
        run_id: The job's run.
        attempt: Which start of it this is.
        token: What to show to the server; None where nobody is asked.
        work: Folder in which jobs have theirs.
        cache: Folder of built environments.
        own_log: Where what it prints goes, if it is to remove that when it had nothing to say.
        spread: The words that start ``member`` once on each node of a job that has several.
        node: Which of a job's nodes this is.
    """

    where: WorkspaceUri
    run_id: str
    attempt: int
    token: str | None = field(repr=False)
    work: Path
    cache: Path
    own_log: Path | None = None
    spread: Sequence[str] = ()
    node: int = 0

    @classmethod
    def from_environment(cls) -> "Settings":
        """What ``LAZWARD_*`` says.

        Raises:
            ConfigError: A variable is missing.
        """
        server, run_id = _take("LAZWARD_SERVER"), _take("LAZWARD_RUN_ID")
        if not server or not run_id:
            raise ConfigError("A launcher needs LAZWARD_SERVER and LAZWARD_RUN_ID; the server sets them.")
        own_log = _take("LAZWARD_LAUNCHER_LOG")
        return cls(
            WorkspaceUri(uri.server(server), _take("LAZWARD_WORKSPACE") or "default"),
            run_id,
            int(_take("LAZWARD_ATTEMPT") or 1),
            _take("LAZWARD_TOKEN"),
            Path(_take("LAZWARD_WORK_DIR") or tempfile.gettempdir()) / "lazward-jobs",
            Path(os.environ.get("LAZWARD_CACHE_DIR") or platformdirs.user_cache_dir("lazward")),
            Path(own_log) if own_log else None,
            shlex.split(_take("LAZWARD_SPREAD") or ""),
            int(_take("LAZWARD_NODE") or os.environ.get("SLURM_NODEID") or 0),
        )

    def show(self, _server: ServerAddress) -> str | None:
        """The token, which is shown as it is."""
        return self.token

    @property
    def folder(self) -> Path:
        """The folder of this attempt alone."""
        return self.work / f"{self.run_id}-{self.attempt}"

    @property
    def member_folder(self) -> Path:
        """The same for what runs on one of several nodes."""
        return self.work / f"{self.run_id}-{self.attempt}-node{self.node}"

    def variables(self) -> dict[str, str]:
        """What tells a launcher on another node the same."""
        told = {
            "LAZWARD_SERVER": self.where.server.url,
            "LAZWARD_WORKSPACE": self.where.workspace or "",
            "LAZWARD_RUN_ID": self.run_id,
            "LAZWARD_ATTEMPT": str(self.attempt),
            "LAZWARD_TOKEN": self.token or "",
        }
        return {name: value for name, value in told.items() if value}


def _take(name: str) -> str | None:
    return os.environ.pop(name, None)
